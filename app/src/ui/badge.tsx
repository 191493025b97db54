import type { ReactNode } from 'react';
import { classes } from './classes.js';
import styles from './badge.module.css';

export type BadgeProps = {
  tone?: 'neutral' | 'good' | 'caution' | 'bad' | 'accent';
  children: ReactNode;
};

/** A word or two about the state of something. */
export function Badge({ tone = 'neutral', children }: BadgeProps) {
  return <span className={classes(styles.badge, styles[tone])}>{children}</span>;
}
