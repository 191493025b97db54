/**
 * Deposits of all assets in proportion: one amount is chosen, the others follow.
 *
 * @module
 */

import { atMost } from './tolerance.js';

/** More than anybody has: the most that an account can hold. */
const UNLIMITED = 2n ** 64n - 1n;

/** The most to give of each of `count` assets where `amount` of one decides, and the others follow. */
export function ledBy(count: number, lead: number, amount: bigint): bigint[] {
  return Array.from({ length: count }, (_, index) => (index === lead ? amount : UNLIMITED));
}

/**
 * The most to give of each asset: of the one that was chosen, what was chosen; of the others up to the tolerance more than quoted, in case
 * the vault's proportions move; of none more than there is.
 */
export function maxAmounts(
  quoted: readonly bigint[],
  chosen: { lead: number; amount: bigint },
  has: readonly bigint[],
  toleranceBps: number,
): bigint[] {
  return quoted.map((amount, index) => {
    const most = index === chosen.lead ? chosen.amount : atMost(amount, toleranceBps);
    return most < has[index]! ? most : has[index]!;
  });
}
