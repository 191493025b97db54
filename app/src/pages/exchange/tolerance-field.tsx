import { Notice, Segments, Stack, TextInput } from '../../ui/index.js';
import { formatPercentBps } from '../../format/index.js';
import styles from './exchange.module.css';
import { DEFAULT_TOLERANCE_BPS, parseTolerance, TOLERANCES_BPS, WIDE_TOLERANCE_BPS } from './tolerance.js';

/** What has been chosen: one of the suggestions, or what is typed. */
export type Tolerance = { choice: number | 'other'; text: string };

/** The default. */
export const DEFAULT_TOLERANCE: Tolerance = { choice: DEFAULT_TOLERANCE_BPS, text: '' };

/** The tolerance in basis points; `undefined` while what is typed cannot be read. */
export function toleranceBps({ choice, text }: Tolerance): number | undefined {
  if (choice !== 'other') {
    return choice;
  }
  const parsed = parseTolerance(text);
  return parsed.ok ? parsed.bps : undefined;
}

type ToleranceFieldProps = { value: Tolerance; onChange: (value: Tolerance) => void };

/** How much worse than quoted to accept. */
export function ToleranceField({ value, onChange }: ToleranceFieldProps) {
  const options = TOLERANCES_BPS.map((bps) => ({ value: String(bps), label: formatPercentBps(bps, { decimals: 1 }) }));
  const parsed = parseTolerance(value.text);
  const bps = toleranceBps(value);
  return (
    <Stack gap="small">
      <span className={styles.label} aria-hidden="true">
        Accept less than quoted, up to
      </span>
      <Segments
        label="How much less than quoted to accept"
        value={String(value.choice)}
        options={[...options, { value: 'other', label: 'Other' }]}
        onChange={(choice) => onChange({ ...value, choice: choice === 'other' ? choice : Number(choice) })}
      />
      {value.choice === 'other' && (
        <TextInput
          label="Tolerance"
          isLabelHidden
          unit="%"
          inputMode="decimal"
          placeholder="0.5"
          value={value.text}
          onChange={(text) => onChange({ choice: 'other', text })}
          error={value.text === '' || parsed.ok ? undefined : parsed.message}
        />
      )}
      {bps !== undefined && bps >= WIDE_TOLERANCE_BPS && (
        <Notice kind="caution">This is a lot: you may get that much less, without being asked again.</Notice>
      )}
    </Stack>
  );
}
