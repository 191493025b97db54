import type { ButtonHTMLAttributes } from 'react';
import { classes } from './classes.js';
import styles from './button.module.css';

export type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> & {
  /** `primary` once a view, for what it is for; `danger` for what loses something; `plain` looks like a link. */
  kind?: 'primary' | 'secondary' | 'danger' | 'plain';
  /** `small` inside tables and beside fields. */
  size?: 'medium' | 'small';
  /** Something is under way: the button stays in place, says so to screen readers, and does nothing. */
  isBusy?: boolean;
};

/** A button. It submits a form only where `type="submit"` says so. */
export function Button({ kind = 'secondary', size = 'medium', isBusy = false, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(styles.button, styles[kind], styles[size])}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
    />
  );
}
