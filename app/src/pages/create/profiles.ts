/**
 * What the risk profiles are, and what they were worth on past prices: `docs/profiles.md` tells both, and is read here, so that the
 * page never says anything else.
 *
 * @module
 */

import type { Profile } from '../../rules/types.js';

/** Every profile, from the one that trades least. */
export const PROFILES: readonly Profile[] = ['conservative', 'balanced', 'aggressive'];

/** What a profile is for. */
export const MEANINGS: Readonly<Record<Profile, { summary: string; suits: string }>> = {
  conservative: {
    summary: 'Trades rarely: lets weights wander far before it pays for a trade.',
    suits: 'Large baskets and expensive pools, where each trade must be worth it.',
  },
  balanced: {
    summary: 'A fair price for a fair precision.',
    suits: 'Most vaults. Start here, and change what you have a reason to change.',
  },
  aggressive: {
    summary: 'Stays close to its targets, and pays for it.',
    suits: 'Where the weights matter more than the cost of keeping them.',
  },
};

/** What a profile did in every market and sample of the study: least and most. */
export type Evidence = {
  /** Annual tracking error, percent. */
  trackingErrorPercent: Range;
  /** Cost of trades in a year, basis points of the vault. */
  costBps: Range;
  /** Of what a naive threshold costs at the same tracking error, the part that it saved, percent. */
  savedPercent: Range;
};

/** From the least to the most. */
export type Range = { least: number; most: number };

/** A row of the study: market, sample, profile, tracking error, cost, the threshold's cost, and what was saved of it. */
const ROW = /^(?:within fee|at market)\s+(?:in|out)\s+(\w+)\s+([\d.]+) %\s+([\d.]+) bps\s+[\d.]+ bps\s+(-?\d+) %/;

/** What the study says of a profile; `undefined` where it does not name it. */
export function evidence(study: string, profile: Profile): Evidence | undefined {
  const rows = study
    .split('\n')
    .map((line) => ROW.exec(line)?.slice(1) ?? [])
    .filter(([name]) => name === profile)
    .map(([, ...figures]) => figures.map(Number));
  if (rows.length === 0) {
    return undefined;
  }
  return { trackingErrorPercent: range(rows, 0), costBps: range(rows, 1), savedPercent: range(rows, 2) };
}

function range(rows: readonly number[][], column: number): Range {
  const figures = rows.map((row) => row[column] ?? Number.NaN);
  return { least: Math.min(...figures), most: Math.max(...figures) };
}
