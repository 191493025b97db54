/**
 * Units of parameters. The core's names end in them, and whole numbers count them; people read and write percentages, durations,
 * dollars and SOL.
 *
 * @module
 */

/** What a parameter counts. */
export type Unit = 'bps' | 'secs' | 'micro-dollars' | 'lamports' | 'hundredths' | 'number';

type Notation = {
  /** What follows the number in a field. */
  sign: string;
  /** Decimal places: the whole number counts units of the last one. */
  places: number;
  /** What to write, for whoever wrote something else. */
  example: string;
};

const SUFFIXES: readonly (readonly [suffix: string, unit: Unit])[] = [
  ['_bps', 'bps'],
  ['_bps_per_day', 'bps'],
  ['_secs', 'secs'],
  ['_usd', 'micro-dollars'],
  ['_lamports', 'lamports'],
  ['_e2', 'hundredths'],
];

const NOTATIONS: Record<Exclude<Unit, 'secs'>, Notation> = {
  bps: { sign: '%', places: 2, example: 'a percentage such as 2.5, no finer than 0.01' },
  'micro-dollars': { sign: 'USD', places: 6, example: 'dollars such as 2.50' },
  lamports: { sign: 'SOL', places: 9, example: 'SOL such as 0.005' },
  hundredths: { sign: '', places: 2, example: 'a number such as 2.5, no finer than 0.01' },
  number: { sign: '', places: 0, example: 'a whole number' },
};

/** Longest first: a duration is written in the largest of them that divides it. */
const DURATIONS: readonly (readonly [unit: string, secs: bigint])[] = [
  ['d', 86_400n],
  ['h', 3_600n],
  ['m', 60n],
  ['s', 1n],
];

/** The unit of the parameter with this name or path. */
export function unitOf(name: string): Unit {
  return SUFFIXES.find(([suffix]) => name.endsWith(suffix))?.[1] ?? 'number';
}

/** What follows a number of this unit; empty where the number has its unit itself, or none. */
export function signOf(unit: Unit): string {
  return unit === 'secs' ? '' : NOTATIONS[unit].sign;
}

/** What to write, for whoever wrote something else. */
export function exampleOf(unit: Unit): string {
  return unit === 'secs' ? 'a whole number and its unit: 90s, 15m, 48h or 7d' : NOTATIONS[unit].example;
}

/** Reads what was typed as the core's whole number, exactly; `undefined` where it is none. */
export function parseValue(unit: Unit, text: string): bigint | undefined {
  return unit === 'secs' ? parseDuration(text) : parseDecimal(NOTATIONS[unit], text);
}

/** The core's whole number as people write it, without its sign: what {@link parseValue} reads. */
export function formatValue(unit: Unit, value: bigint): string {
  return unit === 'secs' ? formatDuration(value) : formatDecimal(NOTATIONS[unit].places, value);
}

/** The same with its sign: `2.5 %`. */
export function formatWithSign(unit: Unit, value: bigint): string {
  const sign = signOf(unit);
  return sign === '' ? formatValue(unit, value) : `${formatValue(unit, value)} ${sign}`;
}

function parseDecimal({ sign, places }: Notation, text: string): bigint | undefined {
  const trimmed = text.trim();
  const number = sign !== '' && trimmed.endsWith(sign) ? trimmed.slice(0, -sign.length).trim() : trimmed;
  const [, whole, part = ''] = /^(\d+)(?:\.(\d+))?$/.exec(number) ?? [];
  const digits = part.replace(/0+$/, '');
  if (whole === undefined || digits.length > places) {
    return undefined;
  }
  return BigInt(whole + digits.padEnd(places, '0'));
}

function formatDecimal(places: number, value: bigint): string {
  const digits = value.toString().padStart(places + 1, '0');
  const [whole, part] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  const significant = part.replace(/0+$/, '');
  return significant === '' ? whole : `${whole}.${significant}`;
}

function parseDuration(text: string): bigint | undefined {
  const [, count, unit] = /^(\d+)\s*([smhd])$/.exec(text.trim()) ?? [];
  const secs = DURATIONS.find(([name]) => name === unit)?.[1];
  return count === undefined || secs === undefined ? undefined : BigInt(count) * secs;
}

function formatDuration(value: bigint): string {
  const [unit, secs] = DURATIONS.find(([, each]) => value !== 0n && value % each === 0n) ?? ['s', 1n];
  return `${value / secs}${unit}`;
}
