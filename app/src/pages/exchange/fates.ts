/**
 * What becomes of each asset in a redemption in kind.
 *
 * @module
 */

import { atLeast } from '@ballast/client';
import { maskOf } from './basket.js';

/** Paid now; left as a claim on the vault, to be paid later; or left to the other holders, for ever. */
export type Fate = 'pay' | 'claim' | 'forfeit';

/** By the asset's place; what is left out is paid. */
export type Fates = Readonly<Record<number, Fate>>;

/** The masks of a redemption: what is not paid now, and what of that is given up. */
export function masksOf(fates: Fates): { skipMask: number; forfeitMask: number } {
  const assets = Object.keys(fates).map(Number);
  return {
    skipMask: maskOf(assets.filter((asset) => fates[asset] !== 'pay')),
    forfeitMask: maskOf(assets.filter((asset) => fates[asset] === 'forfeit')),
  };
}

/** Whether nothing at all would be paid or claimed, which the program refuses. */
export function givesUpAll(fates: Fates, assets: readonly number[]): boolean {
  return assets.every((asset) => fates[asset] === 'forfeit');
}

/** The least to accept of each asset, where the tolerance less than quoted is accepted; nothing of what is given up. */
export function minAmounts(quoted: readonly bigint[], fates: Fates, toleranceBps: number): bigint[] {
  return quoted.map((amount, asset) => (fates[asset] === 'forfeit' ? 0n : atLeast(amount, toleranceBps)));
}
