import { BREAKERS } from '@ballast/client';
import { Badge, Button, Checkbox, Select, TextInput } from '../../../ui/index.js';
import type { Range } from '../../../rules/types.js';
import type { Draft } from '../draft.js';
import { parameterTitle, SAFE_ASSET, type ParameterValue } from './catalogue.js';
import { rangeWords } from './range.js';
import { exampleOf, formatValue, formatWithSign, parseValue, signOf, type Unit } from './unit.js';
import styles from './parameters.module.css';

type ParameterFieldProps = {
  draft: Draft;
  /** With the profile's value. */
  parameter: ParameterValue;
  /** What it means. */
  words: string | undefined;
  /** What is allowed, once that is known. */
  range: Range | undefined;
  /** What the rules say of it. */
  problem: string | undefined;
  /** Told what was typed; `undefined` for the profile's value. */
  onChange: (text: string | undefined) => void;
};

/** A parameter with a bit for each breaker. */
const HARD_MASK = 'breakers.hard_mask';

/** Whether a parameter is other than the profile's. */
export function isChanged({ overrides }: Draft, { path, unit, value }: ParameterValue): boolean {
  const text = overrides[path];
  return text !== undefined && parseValue(unit, text) !== value;
}

/** One parameter: its value in its unit, what it means, and whether it is changed. */
export function ParameterField(props: ParameterFieldProps) {
  const { draft, parameter, onChange } = props;
  const changed = isChanged(draft, parameter);
  return (
    <div className={`${styles.field} ${changed ? styles.changed : ''}`}>
      <Control {...props} />
      {changed && (
        <div className={styles.change}>
          <Badge tone="accent">changed</Badge>
          <span>was {formatWithSign(parameter.unit, parameter.value)}</span>
          <Button
            kind="plain"
            size="small"
            aria-label={`${parameterTitle(parameter.name)}: back to the profile`}
            onClick={() => onChange(undefined)}
          >
            Undo
          </Button>
        </div>
      )}
    </div>
  );
}

function Control(props: ParameterFieldProps) {
  switch (props.parameter.path) {
    case SAFE_ASSET:
      return <SafeAsset {...props} />;
    case HARD_MASK:
      return <HardBreakers {...props} />;
    default:
      return <NumberField {...props} />;
  }
}

function NumberField({ draft, parameter, words, range, problem, onChange }: ParameterFieldProps) {
  const { path, name, unit, value } = parameter;
  const text = draft.overrides[path] ?? formatValue(unit, value);
  const isRead = parseValue(unit, text) !== undefined;
  return (
    <TextInput
      label={parameterTitle(name)}
      aside={<code className={styles.path}>{name}</code>}
      value={text}
      unit={signOf(unit)}
      inputMode={unit === 'secs' ? 'text' : 'decimal'}
      onChange={onChange}
      hint={[words, range && rangeWords(unit, range)].filter(Boolean).join(' ')}
      error={isRead ? problem && problemWords(problem, unit, range) : `Write ${exampleOf(unit)}.`}
    />
  );
}

/** The rules speak of the core's whole numbers; what was typed is in another unit. */
function problemWords(problem: string, unit: Unit, range: Range | undefined): string {
  return range === undefined ? problem : `This is not allowed here. ${rangeWords(unit, range)}`;
}

function SafeAsset({ draft, parameter, words, problem, onChange }: ParameterFieldProps) {
  const last = String(draft.assets.length - 1);
  return (
    <Select
      label={parameterTitle(parameter.name)}
      aside={<code className={styles.path}>{parameter.name}</code>}
      value={draft.overrides[parameter.path] ?? last}
      options={draft.assets.map(({ symbol }, place) => ({ value: String(place), label: symbol }))}
      onChange={(place) => onChange(place === last ? undefined : place)}
      hint={words}
      error={problem}
    />
  );
}

function HardBreakers({ draft, parameter, words, onChange }: ParameterFieldProps) {
  const mask = parseValue('number', draft.overrides[parameter.path] ?? '') ?? parameter.value;
  return (
    <fieldset className={styles.breakers}>
      <legend>{parameterTitle(parameter.name)}</legend>
      <p className={styles.words}>Halts that only the admin ends; the others end by themselves. {words}</p>
      {Object.entries(BREAKERS).map(([number, { name, meaning }]) => {
        const bit = 1n << BigInt(Number(number) - 1);
        return (
          <Checkbox
            key={number}
            label={
              <>
                {name}: {meaning}
              </>
            }
            isChecked={(mask & bit) !== 0n}
            onChange={() => onChange((mask ^ bit).toString())}
          />
        );
      })}
    </fieldset>
  );
}
