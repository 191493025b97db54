import type { Address, TransactionSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { priceAccount } from '../address.js';
import { AssetStatus } from '../codes.js';
import {
  getCollectFeesInstruction,
  getObserveInstruction,
  getPostForecastInstruction,
  getPreviewRebalanceInstruction,
  getRebalanceInstruction,
  getRefreshPricesInstruction,
  getTripBreakerInstruction,
  type Asset,
  type Route,
  type Vault,
} from '../generated/index.js';
import { ammOf, assetAt, routeAccounts, userShares, vaultAssets, type VaultView } from '../view.js';
import { readonly, withRemaining, writable, type BuiltInstruction } from './remaining.js';

/** Refreshes the prices of the assets in the mask, with one price account each, in the vault's order. */
export function refreshPrices(vault: Address, assetMask: number, priceAccounts: readonly Address[]): BuiltInstruction {
  return withRemaining(getRefreshPricesInstruction({ vault, assetMask }), priceAccounts.map(readonly));
}

/** Refreshes the prices of all assets that take part, from their {@link priceAccount}s. */
export async function refreshAllPrices(address: Address, vault: Vault, shard = 0): Promise<BuiltInstruction> {
  const assets = vaultAssets(vault);
  const isActive = ({ status }: Asset) => status === AssetStatus.Active;
  const assetMask = assets.reduce((mask, asset, index) => (isActive(asset) ? mask | (1 << index) : mask), 0);
  const priceAccounts = await Promise.all(assets.filter(isActive).map((asset) => priceAccount(asset, shard)));
  return refreshPrices(address, assetMask, priceAccounts);
}

/** Folds the refreshed prices into the vault's statistics. */
export function observe(vault: Address): BuiltInstruction {
  return getObserveInstruction({ vault });
}

/**
 * Rebalances on a route; a `minOut` above 0 can only raise the vault's own.
 *
 * @throws where the route has an AMM that this version of the client does not know.
 */
export function rebalance(
  keeper: TransactionSigner,
  view: VaultView,
  routeAddress: Address,
  route: Route,
  minOut: bigint,
): BuiltInstruction {
  const amm = ammOf(route);
  const fixed = getRebalanceInstruction({
    keeper,
    vault: view.address,
    route: routeAddress,
    authority: view.authority,
    reserveA: assetAt(view, route.assetA).reserve,
    reserveB: assetAt(view, route.assetB).reserve,
    ammProgram: amm.program,
    crankFund: view.crankFund,
    minOut,
  });
  const swap = routeAccounts(route).map((pin, index) => (amm.writable[index] ? writable(pin) : readonly(pin)));
  return withRemaining(fixed, swap);
}

/** Previews a rebalance on a route; simulate it and decode the return data, or use `preview`. */
export function previewRebalance(vault: Address, routeAddress: Address, route: Route): BuiltInstruction {
  const fixed = getPreviewRebalanceInstruction({ vault, route: routeAddress });
  return withRemaining(fixed, routeAccounts(route).map(readonly));
}

/** Trips a breaker of the vault; the price account of an asset (by its index) may show that its price is too uncertain. */
export function tripBreaker(vault: Address, evidence?: { asset: number; priceAccount: Address }): BuiltInstruction {
  const fixed = getTripBreakerInstruction({ vault, evidenceAsset: evidence?.asset ?? null });
  return withRemaining(fixed, evidence ? [readonly(evidence.priceAccount)] : []);
}

/** Trips a breaker of a route by the state of its pool. */
export function tripRouteBreaker(vault: Address, routeAddress: Address, route: Route): BuiltInstruction {
  const fixed = getTripBreakerInstruction({ vault, route: routeAddress, evidenceAsset: null });
  return withRemaining(fixed, routeAccounts(route).map(readonly));
}

/** Mints the accrued management fee into the recipient's associated token account. */
export async function collectFees(view: VaultView, feeRecipient: Address): Promise<BuiltInstruction> {
  const { address: vault, authority, shareMint } = view;
  const recipientShares = await userShares(view, feeRecipient);
  return getCollectFeesInstruction({ vault, authority, shareMint, recipientShares });
}

/** Adds lamports to the crank fund: a plain transfer. */
export function topUpCrankFund(from: TransactionSigner, view: VaultView, lamports: bigint): BuiltInstruction {
  return getTransferSolInstruction({ source: from, destination: view.crankFund, amount: lamports });
}

/** Posts a forecast of volatility over the usual one, by the vault's forecaster. `expiresAt` is Unix time in seconds. */
export function postForecast(
  forecaster: TransactionSigner,
  vault: Address,
  scaleBps: bigint,
  expiresAt: bigint,
): BuiltInstruction {
  return getPostForecastInstruction({ forecaster, vault, scaleBps, expiresAt });
}
