import { amountText, formatAmount, parseAmount, type ParsedAmount } from '../format/index.js';
import { Button } from './button.js';
import { Field } from './field.js';
import { classes } from './classes.js';
import styles from './field.module.css';

export type AmountInputProps = {
  label: string;
  /** What has been typed: the parent keeps it, with what `parseAmount` makes of it. */
  value: string;
  /** Decimals of the token. */
  decimals: number;
  /** Behind the amount, such as `SOL`. */
  symbol: string;
  onChange: (value: string, parsed: ParsedAmount) => void;
  /** The most that can be had, raw units: shown, offered as Max, and not to be exceeded. */
  max?: bigint | undefined;
  /** What `max` is, before it: `Balance` by default. */
  maxLabel?: string;
  /** What else is wrong, such as the program's refusal. What is wrong with the text itself is shown without it. */
  error?: string | undefined;
  hint?: string;
  isDisabled?: boolean;
  isLabelHidden?: boolean;
};

/** An exact amount of a token, with its maximum. */
export function AmountInput({
  label,
  value,
  decimals,
  symbol,
  onChange,
  max,
  maxLabel = 'Balance',
  error,
  hint,
  isDisabled = false,
  isLabelHidden = false,
}: AmountInputProps) {
  const parsed = parseAmount(value, decimals, max);
  const change = (text: string) => onChange(text, parseAmount(text, decimals, max));
  const aside = max !== undefined && (
    <span>
      <span className={styles.hint}>
        {maxLabel} {formatAmount(max, decimals)}{' '}
      </span>
      <Button
        kind="plain"
        size="small"
        disabled={isDisabled}
        aria-label={`${label}: all of it`}
        onClick={() => change(amountText(max, decimals))}
      >
        Max
      </Button>
    </span>
  );
  const problem = parsed.kind === 'error' ? parsed.message : error;
  return (
    <Field label={label} aside={aside} error={problem} hint={hint} isLabelHidden={isLabelHidden}>
      {(control) => (
        <div className={styles['with-unit']}>
          <input
            {...control}
            type="text"
            inputMode="decimal"
            autoComplete="off"
            spellCheck={false}
            placeholder="0"
            value={value}
            disabled={isDisabled}
            className={classes(styles.control, styles.number)}
            onChange={(event) => change(event.target.value)}
          />
          <span className={styles.unit} aria-hidden="true">
            {symbol}
          </span>
        </div>
      )}
    </Field>
  );
}
