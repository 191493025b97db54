import { Field, type FieldProps } from './field.js';
import styles from './field.module.css';

export type SelectProps<Value extends string> = Omit<FieldProps, 'children'> & {
  value: Value;
  options: readonly { value: Value; label: string; isDisabled?: boolean }[];
  onChange: (value: Value) => void;
  isDisabled?: boolean;
};

/** A choice of one among a few. */
export function Select<Value extends string>({
  value,
  options,
  onChange,
  isDisabled = false,
  ...field
}: SelectProps<Value>) {
  return (
    <Field {...field}>
      {(control) => (
        <select
          {...control}
          className={styles.control}
          value={value}
          disabled={isDisabled}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.isDisabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
