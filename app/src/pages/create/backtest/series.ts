/**
 * What charts of a backtest draw.
 *
 * @module
 */

import type { Point } from '../../../charts/index.js';
import type { Backtest } from '../../../rules/types.js';

/** How far below its highest earlier value each one is, as a part of that: 0 or less. */
export function drawdowns(values: readonly number[]): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** What trades had cost at each of these moments, in order of time, US dollars. */
export function costsAt(times: readonly number[], trades: Backtest['trades']): number[] {
  let [sum, next] = [0, 0];
  return times.map((time) => {
    for (let trade = trades[next]; trade !== undefined && trade.time <= time; trade = trades[next]) {
      sum += trade.costUsd;
      next += 1;
    }
    return sum;
  });
}

/** Lines from the moments of a backtest: one value of each. */
export function points(series: Backtest['series'], values: readonly number[]): Point[] {
  return series.map(({ time }, index) => ({ time, value: values[index] ?? 0 }));
}
