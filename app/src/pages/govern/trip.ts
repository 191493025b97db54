/**
 * Instructions that halt trading where a breaker’s condition holds.
 *
 * @module
 */

import { address as derive, instruction, vaultAssets, type Found, type Route } from '@ballast/client';
import type { Instruction } from '@solana/kit';
import type { ReadyVault } from '../../chain/index.js';

/** Where the proof is: in the vault’s own figures, an asset’s published price, or a route’s pool. */
export type Proof = { key: string; label: string; asset?: number; route?: Found<Route> };

/** Every place where a proof may be. Published prices count as one where the vault would not take them. */
export function proofs(vault: ReadyVault, pair: (route: Route) => string): Proof[] {
  return [
    { key: 'vault', label: 'the vault’s own prices, share price and losses' },
    ...vault.figures.refresh.refused.map(({ asset }) => ({
      key: `asset ${asset}`,
      label: `the published price of ${vault.names[asset]}`,
      asset,
    })),
    ...vault.routes.map((route) => ({ key: route.address, label: `the pool of ${pair(route.data)}`, route })),
  ];
}

/** Shows the proof to the program. Stored prices are judged: the newest ones, where there are newer ones. */
export async function tripping(vault: ReadyVault, { asset, route }: Proof): Promise<Instruction[]> {
  const { assetMask, priceAccounts } = vault.figures.refresh;
  const refresh = assetMask === 0 ? [] : [instruction.refreshPrices(vault.address, assetMask, priceAccounts)];
  if (route !== undefined) {
    return [...refresh, instruction.tripRouteBreaker(vault.address, route.address, route.data)];
  }
  const evidence = asset === undefined ? undefined : await publishedPrice(vault, asset);
  return [...refresh, instruction.tripBreaker(vault.address, evidence)];
}

async function publishedPrice({ account, chain }: ReadyVault, asset: number) {
  return { asset, priceAccount: await derive.priceAccount(vaultAssets(account)[asset]!, chain.shard) };
}
