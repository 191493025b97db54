/**
 * What charts of a backtest draw.
 *
 * @module
 */

import type { Backtest } from '../../../rules/types.js';

/** A line: values by time, seconds since 1970. */
export type Line = { name: string; colour: string; points: readonly (readonly [time: number, value: number])[] };

/** How far below its highest earlier value each one is, as a part of that: 0 or less. */
export function drawdowns(values: readonly number[]): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** What trades have cost up to each one, US dollars. */
export function costs(trades: Backtest['trades']): [time: number, costUsd: number][] {
  let sum = 0;
  return trades.map(({ time, costUsd }) => {
    sum += costUsd;
    return [time, sum];
  });
}

/** Round values within a range, for an axis: at most five steps of 1, 2 or 5 times a power of ten. */
export function ticks(least: number, most: number): number[] {
  const span = most - least;
  if (!(span > 0)) {
    return [least];
  }
  const magnitude = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((size) => span / size <= 5) ?? span;
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}
