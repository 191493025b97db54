import type { ReactNode } from 'react';
import styles from './exchange.module.css';

/** A form, and beside it what helps to fill it in; on phones below it. */
export function Columns({ children, aside }: { children: ReactNode; aside: ReactNode }) {
  return (
    <div className={styles.columns}>
      <div className={styles.column}>{children}</div>
      <div className={styles.column}>{aside}</div>
    </div>
  );
}
