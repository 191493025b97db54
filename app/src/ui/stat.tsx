import type { ReactNode } from 'react';
import { classes } from './classes.js';
import styles from './stat.module.css';

/** Key figures side by side; {@link Stat} inside. */
export function Stats({ children }: { children: ReactNode }) {
  return <dl className={styles.stats}>{children}</dl>;
}

export type StatProps = {
  label: ReactNode;
  /** The figure; a `Skeleton` while it is loading. */
  value: ReactNode;
  /** A line below it: what it means, or where it comes from. */
  detail?: ReactNode;
  /** Whether it is good or bad news. Signs and words must tell it too. */
  tone?: 'good' | 'bad' | 'caution' | undefined;
};

/** A key figure. */
export function Stat({ label, value, detail, tone }: StatProps) {
  return (
    <div className={styles.stat}>
      <dt className={styles.label}>{label}</dt>
      <dd className={classes(styles.value, tone && styles[tone])}>{value}</dd>
      {detail !== undefined && <dd className={styles.detail}>{detail}</dd>}
    </div>
  );
}

/** Names and values, one below another: what a transaction does, a vault's parameters. */
export function Facts({ facts }: { facts: readonly { label: ReactNode; value: ReactNode; key?: string }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ label, value, key }, index) => (
        <div key={key ?? index} className={styles.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
