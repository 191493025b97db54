/**
 * A first deposit's amounts: each asset's part of a value, at its target.
 *
 * @module
 */

import type { BasketAsset } from './basket.js';

const E8 = 100_000_000n;

/**
 * Raw units of each asset of the basket, by its place, that are its target's part of `valueUsd` micro-dollars, rounded down; of an asset
 * without a price `undefined`, since nobody knows how much that is.
 */
export function atTargets(basket: readonly BasketAsset[], valueUsd: bigint): Map<number, bigint | undefined> {
  return new Map(basket.map((asset) => [asset.index, atTarget(asset, valueUsd)]));
}

function atTarget({ targetE8, decimals, price }: BasketAsset, valueUsd: bigint): bigint | undefined {
  if (price === null || price.usd === 0n) {
    return undefined;
  }
  return (valueUsd * BigInt(targetE8) * 10n ** BigInt(decimals)) / (E8 * price.usd);
}

/**
 * The value of which `amount` of the asset is its target's part, rounded up so that {@link atTargets} gives that amount back or hardly
 * more; `undefined` where the asset has no price or no target.
 */
export function valueOf({ targetE8, decimals, price }: BasketAsset, amount: bigint): bigint | undefined {
  if (price === null || targetE8 === 0) {
    return undefined;
  }
  const units = 10n ** BigInt(decimals) * BigInt(targetE8);
  return (amount * price.usd * E8 + units - 1n) / units;
}
