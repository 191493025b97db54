import type { ReactNode } from 'react';
import styles from './badge.module.css';

export type BadgeProps = {
  tone?: 'neutral' | 'good' | 'caution' | 'bad' | 'accent';
  children: ReactNode;
};

/** A word or two about the state of something. */
export function Badge({ tone = 'neutral', children }: BadgeProps) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
}
