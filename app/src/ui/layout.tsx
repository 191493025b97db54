import type { ReactNode } from 'react';
import { classes } from './classes.js';
import styles from './layout.module.css';

type Gap = 'small' | 'medium' | 'large';

/** One below another. */
export function Stack({ gap = 'medium', children }: { gap?: Gap; children: ReactNode }) {
  return <div className={classes(styles.stack, styles[gap])}>{children}</div>;
}

/** Side by side, wrapping where there is no room. */
export function Row({
  gap = 'medium',
  isSpread = false,
  children,
}: {
  gap?: Gap;
  /** First at one end, last at the other. */
  isSpread?: boolean;
  children: ReactNode;
}) {
  return <div className={classes(styles.row, styles[gap], isSpread && styles.spread)}>{children}</div>;
}

/** Columns of at least this width, as many as fit; one on phones. */
export function Grid({ minWidth = '20rem', children }: { minWidth?: string; children: ReactNode }) {
  return (
    <div
      className={styles.grid}
      style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${minWidth}), 1fr))` }}
    >
      {children}
    </div>
  );
}

export type CardProps = {
  /** Becomes the section's `h2`. */
  title?: ReactNode;
  /** At the end of the title's line. */
  aside?: ReactNode;
  children: ReactNode;
};

/** A section of a page on a surface of its own. */
export function Card({ title, aside, children }: CardProps) {
  return (
    <section className={styles.card}>
      {title !== undefined && (
        <header className={styles.head}>
          <h2>{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

/** Small print: units, sources, explanations. */
export function Muted({ children }: { children: ReactNode }) {
  return <p className={styles.muted}>{children}</p>;
}
