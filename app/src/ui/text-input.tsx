import type { HTMLAttributes } from 'react';
import { Field, type FieldProps } from './field.js';
import { classes } from './classes.js';
import styles from './field.module.css';

export type TextInputProps = Omit<FieldProps, 'children'> & {
  value: string;
  onChange: (value: string) => void;
  /** Behind what is typed, such as `%`. */
  unit?: string;
  placeholder?: string;
  isDisabled?: boolean;
  /** `decimal` for numbers: phones show digits, and figures stand at the right. */
  inputMode?: HTMLAttributes<HTMLInputElement>['inputMode'];
  /** More than one line, such as a file's text. */
  rows?: number;
  name?: string;
};

/** A field for text, an address, a number with a unit, or several lines. */
export function TextInput({
  value,
  onChange,
  unit,
  placeholder,
  isDisabled = false,
  inputMode,
  rows,
  name,
  ...field
}: TextInputProps) {
  const isNumber = inputMode === 'decimal' || inputMode === 'numeric';
  return (
    <Field {...field}>
      {(control) => {
        const shared = {
          ...control,
          name,
          value,
          placeholder,
          disabled: isDisabled,
          autoComplete: 'off',
          spellCheck: false,
          className: classes(styles.control, isNumber && styles.number),
        };
        return rows === undefined ? (
          <div className={unit === undefined ? undefined : styles['with-unit']}>
            <input {...shared} type="text" inputMode={inputMode} onChange={(event) => onChange(event.target.value)} />
            {unit !== undefined && (
              <span className={styles.unit} aria-hidden="true">
                {unit}
              </span>
            )}
          </div>
        ) : (
          <textarea {...shared} rows={rows} onChange={(event) => onChange(event.target.value)} />
        );
      }}
    </Field>
  );
}
