/**
 * A vault's assets as deposits and redemptions see them.
 *
 * @module
 */

import type { VaultView } from '@ballast/client';
import { shortAddress } from '../../format/index.js';
import type { AssetFigures, VaultFigures } from '../../rules/types.js';

/** An asset of the basket. */
export type BasketAsset = AssetFigures & {
  /** Its symbol, or its mint, shortened. */
  name: string;
};

/** The assets that are part of the basket, quarantined ones included: those that are deposited and redeemed in kind. */
export function basketOf(figures: Pick<VaultFigures, 'assets'>, names: readonly string[]): BasketAsset[] {
  return figures.assets
    .filter(({ status }) => status !== 'removed')
    .map((asset) => ({ ...asset, name: names[asset.index] || shortAddress(asset.mint) }));
}

/**
 * The same from the vault's account alone, where there are no figures: enough for a redemption in kind, which needs neither prices nor
 * rules.
 */
export function assetCount(view: Pick<VaultView, 'assets'>): number {
  return view.assets.length;
}

/** One amount for each of `count` assets: those of `amounts`, by the asset's place, and `rest` for all others. */
export function spread(count: number, amounts: ReadonlyMap<number, bigint>, rest: bigint): bigint[] {
  return Array.from({ length: count }, (_, index) => amounts.get(index) ?? rest);
}

/** The assets' bits, as masks name them. */
export function maskOf(assets: Iterable<number>): number {
  let mask = 0;
  for (const asset of assets) {
    mask |= 1 << asset;
  }
  return mask;
}

/** Whether the mask names the asset. */
export function isIn(mask: number, asset: number): boolean {
  return ((mask >> asset) & 1) === 1;
}
