/**
 * Target weights as people enter them: percentages no finer than a basis point, which must sum to the whole vault exactly.
 *
 * @module
 */

/** Basis points in the whole vault. */
export const WHOLE_BPS = 10_000;

/** What the targets come to. */
export type TargetSum =
  /** One of them is no percentage yet. */
  | { kind: 'incomplete' }
  | { kind: 'whole'; sumBps: number }
  /** `missingBps` lack to the whole; negative where there are too many. */
  | { kind: 'off'; sumBps: number; missingBps: number };

/** Reads `12.34`, with or without a percent sign, as basis points; `undefined` where it is no percentage of a vault. */
export function parsePercentBps(text: string): number | undefined {
  const match = /^(\d{1,3})(?:[.,](\d{0,2}))?\s*%?$/.exec(text.trim());
  if (match === null) {
    return undefined;
  }
  const [, whole = '', part = ''] = match;
  const bps = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  return bps <= WHOLE_BPS ? bps : undefined;
}

/** Basis points as a percentage without its sign, as short as it is exact: `12.5`. */
export function formatPercentBps(bps: number): string {
  const [whole, part] = [Math.floor(bps / 100), bps % 100];
  return part === 0 ? String(whole) : `${whole}.${String(part).padStart(2, '0').replace(/0$/, '')}`;
}

/** What the targets that were entered come to. */
export function targetSum(targets: readonly string[]): TargetSum {
  let sumBps = 0;
  for (const target of targets) {
    const bps = parsePercentBps(target);
    if (bps === undefined) {
      return { kind: 'incomplete' };
    }
    sumBps += bps;
  }
  const missingBps = WHOLE_BPS - sumBps;
  return missingBps === 0 ? { kind: 'whole', sumBps } : { kind: 'off', sumBps, missingBps };
}

/** Equal targets of so many assets; the last one takes what does not divide. */
export function equalTargets(count: number): string[] {
  const each = Math.floor(WHOLE_BPS / count);
  const last = WHOLE_BPS - each * (count - 1);
  return Array.from({ length: count }, (_, index) => formatPercentBps(index === count - 1 ? last : each));
}

/**
 * The targets with this one changed so that all sum to the whole; `undefined` where the others are more than the whole already, or
 * one of them is no percentage.
 */
export function withRemainder(targets: readonly string[], index: number): string[] | undefined {
  const others = targetSum(targets.filter((_, other) => other !== index));
  if (others.kind === 'incomplete' || others.sumBps > WHOLE_BPS) {
    return undefined;
  }
  return targets.map((target, other) => (other === index ? formatPercentBps(WHOLE_BPS - others.sumBps) : target));
}
