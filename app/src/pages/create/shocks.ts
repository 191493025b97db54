/**
 * The worst days of the bundled prices as a stress test, for those of their assets that a vault has.
 *
 * @module
 */

import { WHOLE_BPS } from './targets.js';

/** A line such as `BTC = -1595`, in a table `[[stress.shocks]]`. */
const MOVE = /^([A-Z0-9]+)\s*=\s*(-?\d+)\s*$/;
const TABLE = '[[stress.shocks]]';

/** Moves in basis points, by the symbol of the bundled prices. */
export type Shock = Record<string, number>;

/** The shocks of a file like `data/stress.toml`, which the backtester writes. */
export function readShocks(toml: string): Shock[] {
  return toml
    .split(TABLE)
    .slice(1)
    .map((table) =>
      Object.fromEntries(
        table.split('\n').flatMap((line) => {
          const [, symbol, move] = MOVE.exec(line.trim()) ?? [];
          return symbol === undefined ? [] : [[symbol, Number(move)]];
        }),
      ),
    );
}

/**
 * The shocks under the vault's own names. `bundled` tells which bundled prices stand for each of its assets; what has none does not
 * move, and shocks that then move nothing are left out.
 */
export function shocksFor(shocks: readonly Shock[], bundled: ReadonlyMap<string, string>): Shock[] {
  const own = shocks.map((shock) =>
    Object.fromEntries(
      [...bundled].flatMap(([symbol, prices]) => {
        const move = shock[prices] ?? 0;
        return move === 0 ? [] : [[symbol, move]];
      }),
    ),
  );
  return own.filter((shock) => Object.keys(shock).length > 0);
}

/** The most that a basket of these weights in basis points loses under any of the shocks, in basis points, rounded up; 0 for a gain. */
export function worstLossBps(shocks: readonly Shock[], weightsBps: ReadonlyMap<string, number>): number {
  const losses = shocks.map((shock) =>
    Object.entries(shock).reduce((loss, [symbol, move]) => loss - move * (weightsBps.get(symbol) ?? 0), 0),
  );
  return Math.ceil(Math.max(0, ...losses) / WHOLE_BPS);
}

/** A limit that these losses leave room under: a tenth more, in whole percents, as the backtester's `shocks` suggests it. */
export function suggestedLimitBps(worstBps: number): number {
  return Math.min(WHOLE_BPS, Math.ceil((worstBps * 1.1) / 100) * 100);
}
