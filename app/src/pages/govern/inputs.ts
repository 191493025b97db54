/**
 * What people type into forms about a vault.
 *
 * @module
 */

import type { Allocation } from '@ballast/client';
import { isAddress, type Address } from '@solana/kit';
import { formatPercentBps, parseAmount } from '../../format/index.js';

/** Something that was typed: nothing yet, a value, or what is wrong. */
export type Input<T> = { kind: 'empty' } | { kind: 'value'; value: T } | { kind: 'error'; message: string };

/** An address. */
export function readAddress(text: string): Input<Address> {
  const typed = text.trim();
  if (typed === '') {
    return { kind: 'empty' };
  }
  return isAddress(typed)
    ? { kind: 'value', value: typed }
    : { kind: 'error', message: 'Write an address, in base 58.' };
}

/** A Pyth feed’s id: 64 hexadecimal digits. */
export function readFeedId(text: string): Input<string> {
  const typed = text.trim();
  if (typed === '') {
    return { kind: 'empty' };
  }
  return /^(0x)?[0-9a-fA-F]{64}$/.test(typed)
    ? { kind: 'value', value: typed }
    : { kind: 'error', message: 'Write the feed’s id: 64 hexadecimal digits.' };
}

/** A part of one in percent, no finer than a basis point and at most the whole. */
export function readPercent(text: string): Input<number> {
  const parsed = parseAmount(text.trim().replace(/%$/, ''), 2, 10_000n);
  switch (parsed.kind) {
    case 'empty':
      return { kind: 'empty' };
    case 'error':
      return { kind: 'error', message: parsed.message.startsWith('The most') ? 'At most 100%.' : parsed.message };
    case 'amount':
      return { kind: 'value', value: Number(parsed.amount) };
  }
}

/** Where a target weight may be. */
export type TargetBounds = Pick<Allocation, 'minBps' | 'maxBps'>;

/** The bounds of a target in words: `10.00% to 40.00%`. */
export function targetRange({ minBps, maxBps }: TargetBounds): string {
  return `${formatPercentBps(minBps)} to ${formatPercentBps(maxBps)}`;
}

/** A target weight in percent, within its bounds. */
export function readTarget(text: string, bounds: TargetBounds): Input<number> {
  const read = readPercent(text);
  const isOut = read.kind === 'value' && (read.value < bounds.minBps || read.value > bounds.maxBps);
  return isOut ? { kind: 'error', message: `It may be ${targetRange(bounds)}.` } : read;
}

/** What was typed, if it is a value. */
export function valueOf<T>(input: Input<T>): T | undefined {
  return input.kind === 'value' ? input.value : undefined;
}

/** What is wrong with it, if anything. */
export function errorOf<T>(input: Input<T>): string | undefined {
  return input.kind === 'error' ? input.message : undefined;
}

/**
 * Target weights in basis points that sum to the whole: each rounded down, and what is missing given to those that lost most.
 */
export function wholeTargets(weightsE8: readonly number[]): number[] {
  const down = weightsE8.map((weightE8) => Math.floor(weightE8 / 10_000));
  const missing = 10_000 - down.reduce((sum, bps) => sum + bps, 0);
  const byRest = weightsE8.map((weightE8, index) => ({ index, rest: weightE8 % 10_000 }));
  byRest.sort((a, b) => b.rest - a.rest || a.index - b.index);
  const raised = new Set(byRest.slice(0, Math.max(0, missing)).map(({ index }) => index));
  return down.map((bps, index) => (raised.has(index) ? bps + 1 : bps));
}
