/**
 * What is allowed for parameters, in words.
 *
 * @module
 */

import type { Range, Rules } from '../../../rules/types.js';
import { formatWithSign, type Unit } from './unit.js';

/** Paths to ask for at once: the page must not stand still. */
const AT_ONCE = 4;

/** What is allowed, by path. */
export type Ranges = ReadonlyMap<string, Range>;

/** What is allowed, as a sentence in the unit that people write: `From 0.01 % to 25 %.` */
export function rangeWords(unit: Unit, { least, most, orZero }: Range): string {
  const [low, high] = [least, most].map((bound) => (bound === null ? undefined : formatWithSign(unit, BigInt(bound))));
  const off = orZero ? `, or ${formatWithSign(unit, 0n)} for off` : '';
  return high === undefined ? `At least ${low}${off}.` : `From ${low} to ${high}${off}.`;
}

/** Finds what is allowed at these paths, a few at a time. */
export async function findRanges(
  rules: Pick<Rules, 'ranges'>,
  toml: string,
  paths: readonly string[],
): Promise<Ranges> {
  const found = new Map<string, Range>();
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = rules.ranges({ toml, paths: paths.slice(from, from + AT_ONCE) });
    Object.entries(some).forEach(([path, range]) => found.set(path, range));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return found;
}
