import { useId, type ReactNode } from 'react';
import styles from './field.module.css';

/** What ties a control to its label, hint and error. Spread it onto the control. */
export type FieldControl = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
};

export type FieldProps = {
  label: ReactNode;
  /** What to know before filling it in. */
  hint?: ReactNode;
  /** What is wrong, and what to do; announced as it comes. */
  error?: string | undefined;
  /** On the label's line, at its end: a balance, a Max button. */
  aside?: ReactNode;
  /** Hide the label from sight, where its surroundings already say it. */
  isLabelHidden?: boolean;
  children: (control: FieldControl) => ReactNode;
};

/** A labelled control of any kind. */
export function Field({ label, hint, error, aside, isLabelHidden = false, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(' ');
  const control: FieldControl = {
    id,
    'aria-describedby': described === '' ? undefined : described,
    'aria-invalid': error === undefined ? undefined : true,
  };
  return (
    <div className={styles.field}>
      <div className={isLabelHidden ? 'visually-hidden' : styles.top}>
        <label htmlFor={id}>{label}</label>
        {!isLabelHidden && aside}
      </div>
      {children(control)}
      {hint !== undefined && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
      <div id={`${id}-error`} className={styles.error} role="alert">
        {error}
      </div>
    </div>
  );
}
