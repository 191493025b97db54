/**
 * A vault's settings, one by one: in words, as people write their values, and within their bounds.
 *
 * @module
 */

import { BREAKERS } from '@ballast/client';
import { formatAmount, formatPercentBps, formatUsd, parseAmount } from '../../format/index.js';
import type { Bounds } from '../../rules/governance.js';
import { breakerName } from './evidence.js';
import { WORDS } from './setting-words.js';

/** In micro-dollars. */
const CENT = 10_000n;

/** What a setting is counted in, by the end of its name. */
export type Unit = 'bps' | 'secs' | 'usd' | 'lamports' | 'breakers';

/** What becomes of a value that somebody typed. */
export type Typed =
  | { kind: 'same' }
  /** The value in the setting's own unit. */
  | { kind: 'changed'; value: bigint }
  /** What is wrong, and what to do. */
  | { kind: 'error'; message: string };

const TIMES = [
  { name: 'd', secs: 86_400n },
  { name: 'h', secs: 3_600n },
  { name: 'min', secs: 60n },
  { name: 's', secs: 1n },
] as const;

/** Decimals of what is typed: percents of basis points, dollars of micro-dollars, SOL of lamports. */
const DECIMALS = { bps: 2, usd: 6, lamports: 9 } as const;

/** What a setting is counted in. */
export function unitOf(name: string): Unit {
  const units = ['bps', 'secs', 'usd', 'lamports'] as const;
  return units.find((unit) => name.split('_').includes(unit)) ?? 'breakers';
}

/** What a setting is called. */
export function settingLabel(name: string): string {
  return WORDS[name]?.label ?? name;
}

/** What a setting means; empty for one that is newer than this app. */
export function settingMeaning(name: string): string {
  return WORDS[name]?.meaning ?? '';
}

/** The settings in the order in which people look for them; those that are newer than this app come last. */
export function inOrder(bounds: readonly Bounds[]): Bounds[] {
  const order = Object.keys(WORDS);
  const place = ({ name }: Bounds) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...bounds].sort((a, b) => place(a) - place(b));
}

/** A setting's value for people: `3%`, `48 h`, `$1.00`, `0.005 SOL`. */
export function formatSetting(name: string, value: bigint): string {
  switch (unitOf(name)) {
    case 'bps':
      return formatPercentBps(value);
    case 'secs':
      return formatSecs(value);
    case 'usd':
      return exactUsd(value);
    case 'lamports':
      return `${formatAmount(value, DECIMALS.lamports)} SOL`;
    case 'breakers':
      return breakerNames(value);
  }
}

/** Not rounded: what is looked over before it is signed must not seem to stay as it is. */
function exactUsd(value: bigint): string {
  return value % CENT === 0n ? formatUsd(value) : `$${formatAmount(value, DECIMALS.usd)}`;
}

/** Every one by name: one for another is a change, too. Bit `n - 1` stands for breaker number `n`. */
function breakerNames(mask: bigint): string {
  const names = Object.keys(BREAKERS)
    .map(Number)
    .filter((number) => ((mask >> BigInt(number - 1)) & 1n) === 1n);
  return names.length === 0 ? 'none' : names.map(breakerName).join(', ');
}

/** What stands behind the field. */
export function unitMark(name: string): string {
  const marks: Readonly<Record<Unit, string>> = {
    bps: '%',
    secs: 's, min, h, d',
    usd: 'USD',
    lamports: 'SOL',
    breakers: '',
  };
  return marks[unitOf(name)];
}

/** What a setting may be: `0.01% to 25.00%`. */
export function boundsText({ name, least, most }: Bounds): string {
  return `${formatSetting(name, least)} to ${formatSetting(name, most)}`;
}

/** Reads what was typed; an empty field leaves the setting as it is. */
export function readSetting(bounds: Bounds, text: string): Typed {
  const typed = text.trim();
  if (typed === '') {
    return { kind: 'same' };
  }
  const value = parse(unitOf(bounds.name), typed);
  if (typeof value === 'string') {
    return { kind: 'error', message: value };
  }
  if (value < bounds.least || value > bounds.most) {
    return { kind: 'error', message: `It may be ${boundsText(bounds)}.` };
  }
  return value === bounds.value ? { kind: 'same' } : { kind: 'changed', value };
}

/** A change of one setting, as the rules take it. */
export function settingText(name: string, value: bigint): string {
  return `${name}=${value}`;
}

/** Whether a new value waits for the timelock; `undefined` where only the rules can tell. */
export function isLooser({ name, value, tightens }: Bounds, next: bigint): boolean | undefined {
  if (unitOf(name) === 'breakers') {
    return undefined;
  }
  switch (tightens) {
    case 'down':
      return next > value;
    case 'up':
      return next < value;
    case 'never':
      return next !== value;
  }
}

/** A line of a change's description: what it says of a setting, in words where it is known. */
export function readLine(line: string): { label: string; before: string; after: string } | { text: string } {
  const [, name, before, after] = /^(\w+) (\d+) -> (\d+)$/.exec(line) ?? [];
  if (name === undefined || before === undefined || after === undefined || WORDS[name] === undefined) {
    return { text: line };
  }
  const format = (value: string) => formatSetting(name, BigInt(value));
  return { label: WORDS[name].label, before: format(before), after: format(after) };
}

/** A duration in the largest unit that leaves no rest. */
export function formatSecs(secs: bigint): string {
  const unit = TIMES.find((time) => secs >= time.secs && secs % time.secs === 0n);
  return unit === undefined ? '0 s' : `${secs / unit.secs} ${unit.name}`;
}

function parse(unit: Unit, text: string): bigint | string {
  switch (unit) {
    case 'secs':
      return parseSecs(text);
    case 'breakers':
      return /^\d{1,3}$/.test(text) ? BigInt(text) : 'Choose breakers.';
    default:
      return parseDecimal(text.replace(/%$|^\$/, ''), DECIMALS[unit]);
  }
}

function parseDecimal(text: string, decimals: number): bigint | string {
  const parsed = parseAmount(text, decimals);
  switch (parsed.kind) {
    case 'amount':
      return parsed.amount;
    case 'error':
      return parsed.message;
    case 'empty':
      return 'Write a number.';
  }
}

/** Reads a duration such as `90 s`, `15 min`, `48h` or `7 d`. */
export function parseSecs(text: string): bigint | string {
  const [, count, name] = /^(\d{1,12})\s*(s|m|min|h|d)$/.exec(text.trim()) ?? [];
  const unit = TIMES.find((time) => time.name === (name === 'm' ? 'min' : name));
  if (count === undefined || unit === undefined) {
    return 'Write a whole number and its unit, such as 90 s, 15 min, 48 h or 7 d.';
  }
  return BigInt(count) * unit.secs;
}
