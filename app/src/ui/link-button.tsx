import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { classes } from './classes.js';
import styles from './button.module.css';

export type LinkButtonProps = {
  /** A path of `routes.ts`. */
  href: string;
  kind?: 'primary' | 'secondary' | 'plain';
  size?: 'medium' | 'small';
  children: ReactNode;
};

/** A link to another page of the app that looks like a button. */
export function LinkButton({ href, kind = 'secondary', size = 'medium', children }: LinkButtonProps) {
  return (
    <Link href={href} className={classes(styles.button, styles[kind], styles[size])}>
      {children}
    </Link>
  );
}
