/**
 * What stopped trading, or would, in words.
 *
 * @module
 */

import { BREAKERS } from '@ballast/client';
import { formatPercentBps, formatUsd } from '../../format/index.js';
import type { Evidence } from '../../rules/governance.js';

/** The breaker that measures a pool's depth in dollars; all others measure basis points. */
const ILLIQUID = 7;
/** A measure beyond all bounds, such as of a pool that holds nothing. */
const BOUNDLESS = 2n ** 64n - 1n;

const NAMES: Readonly<Record<number, string>> = {
  1: 'Price jump',
  2: 'Price divergence',
  3: 'Price confidence',
  4: 'Drawdown',
  5: 'Loss budget',
  6: 'Pool away',
  7: 'Pool depth',
};

/** What a breaker is called. */
export function breakerName(breaker: number): string {
  return NAMES[breaker] ?? BREAKERS[breaker]?.name ?? `Breaker ${breaker}`;
}

/** What it looks at. */
export function breakerMeaning(breaker: number): string {
  return BREAKERS[breaker]?.meaning ?? 'This app does not know it; a newer one may.';
}

/** A measure or limit of a breaker. */
export function formatMeasure(breaker: number, measure: bigint): string {
  if (breaker === ILLIQUID) {
    return formatUsd(measure);
  }
  return measure === BOUNDLESS ? 'beyond measure' : formatPercentBps(measure);
}

/** A breaker's limit as a sentence's end: `at most 15.00%`. */
export function limitText({ breaker, limit }: Pick<Evidence, 'breaker' | 'limit'>): string {
  if (breaker === ILLIQUID) {
    return limit === 0n ? 'off' : `at least ${formatMeasure(breaker, limit)}`;
  }
  return `at most ${formatMeasure(breaker, limit)}`;
}

/** How much of what the limit allows is used up, 0 to 1; `null` where nothing is measured, or the breaker is off. */
export function usedPart({
  breaker,
  measured,
  limit,
}: Pick<Evidence, 'breaker' | 'measured' | 'limit'>): number | null {
  if (measured === null || limit === 0n) {
    return null;
  }
  const [part, whole] = breaker === ILLIQUID ? [limit, measured] : [measured, limit];
  return whole <= part ? 1 : Number((part * 1_000n) / whole) / 1_000;
}

/** What is measured: an asset's symbol, a high, a pool. */
export function subjectOf(
  { asset, days, route }: Evidence,
  names: readonly string[],
  pair: (route: string) => string,
): string {
  if (asset !== null) {
    return names[asset] ?? `asset ${asset}`;
  }
  if (days !== null) {
    return days === 1 ? 'high of a day' : `high of ${days} days`;
  }
  return route === null ? 'of a day' : pair(route);
}

/** A breaker, with everything that it measures, the gravest first. */
export type Watch = { breaker: number; isHard: boolean; isMet: boolean; evidence: Evidence[] };

/** The evidence, breaker by breaker. */
export function watches(evidence: readonly Evidence[]): Watch[] {
  const numbers = [...new Set(evidence.map(({ breaker }) => breaker))].sort((a, b) => a - b);
  return numbers.map((breaker) => {
    const own = evidence.filter((row) => row.breaker === breaker);
    own.sort((a, b) => gravity(b) - gravity(a));
    return { breaker, isHard: own.some((row) => row.isHard), isMet: own.some((row) => row.isMet), evidence: own };
  });
}

function gravity(row: Evidence): number {
  return row.isMet ? 2 : (usedPart(row) ?? -1);
}
