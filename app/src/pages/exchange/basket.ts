/**
 * A vault's assets as deposits and redemptions see them.
 *
 * @module
 */

import type { AssetFigures, VaultFigures } from '../../rules/types.js';

/** An asset of the basket. */
export type BasketAsset = AssetFigures & { name: string };

/** The assets that are part of the basket, quarantined ones included: those that are deposited and redeemed in kind. */
export function basketOf(figures: Pick<VaultFigures, 'assets'>, names: readonly string[]): BasketAsset[] {
  return figures.assets
    .filter(({ status }) => status !== 'removed')
    .map((asset) => ({ ...asset, name: names[asset.index] ?? '' }));
}

/** The names of these assets as a list in a sentence: `SOL, ETH and USDC`. */
export function listed(names: readonly string[]): string {
  const [last, ...others] = [...names].reverse();
  return others.length === 0 ? (last ?? '') : `${others.reverse().join(', ')} and ${last}`;
}

/** The assets' bits, as masks name them. */
export function maskOf(assets: Iterable<number>): number {
  let mask = 0;
  for (const asset of assets) {
    mask |= 1 << asset;
  }
  return mask;
}
