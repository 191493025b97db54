/**
 * A vault as clients need it: the addresses that its instructions take.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import * as derive from './address.js';
import { AMMS, AssetStatus, TOKEN_PROGRAMS, type Amm } from './codes.js';
import type { Asset, Route, Vault } from './generated/index.js';

/** The addresses of an asset. */
export type AssetView = {
  mint: Address;
  /** The mint's token program. */
  tokenProgram: Address;
  /** The vault's token account. */
  reserve: Address;
  /** Whether it is no longer part of the basket; in-kind instructions then take no accounts for it. */
  isRemoved: boolean;
};

/** The addresses of a vault. Made before the vault exists, from its creator and mints, or from its account. */
export type VaultView = {
  /** The vault. */
  address: Address;
  /** Owner of the reserves. */
  authority: Address;
  /** Mint of the shares. */
  shareMint: Address;
  /** The account whose lamports pay keepers. */
  crankFund: Address;
  /** The assets, in the vault's order, removed ones included. */
  assets: AssetView[];
};

/** The vault that `creator` will number `vaultId`, with these mints. */
export async function newVaultView(
  creator: Address,
  vaultId: bigint,
  mints: readonly Pick<AssetView, 'mint' | 'tokenProgram'>[],
): Promise<VaultView> {
  const vault = await derive.vault(creator, vaultId);
  const authority = await derive.authority(vault);
  const assets = await Promise.all(mints.map(({ mint, tokenProgram }) => newAssetView(authority, mint, tokenProgram)));
  return {
    address: vault,
    authority,
    shareMint: await derive.shareMint(vault),
    crankFund: await derive.crankFund(vault),
    assets,
  };
}

/** An asset of the vault with this authority, also one that is only about to be added. */
export async function newAssetView(authority: Address, mint: Address, tokenProgram: Address): Promise<AssetView> {
  const reserve = await derive.associatedToken(authority, mint, tokenProgram);
  return { mint, tokenProgram, reserve, isRemoved: false };
}

/**
 * The addresses of an existing vault.
 *
 * @throws where the vault has a token program that this version of the client does not know.
 */
export function vaultView(address: Address, vault: Vault): VaultView {
  const { authority, shareMint, crankFund } = vault;
  return { address, authority, shareMint, crankFund, assets: vaultAssets(vault).map(assetView) };
}

/** A vault's assets: the slots in use, removed ones included. An asset's index here is its number in every instruction. */
export function vaultAssets(vault: Vault): Asset[] {
  return vault.assets.slice(0, vault.assetCount);
}

/** The accounts that a route pins, in the order of its AMM's swap, the pool first. */
export function routeAccounts(route: Route): Address[] {
  return route.accounts.slice(0, route.accountCount);
}

/** A user's associated account for the shares. */
export async function userShares(view: VaultView, user: Address): Promise<Address> {
  return derive.associatedToken(user, view.shareMint, derive.TOKEN_PROGRAM);
}

/**
 * Every address that instructions of a vault share, each once, for an address lookup table: the vault's own, its routes' and its
 * price accounts.
 */
export function lookupAddresses(
  view: VaultView,
  routes: readonly { address: Address; data: Route }[] = [],
  priceAccounts: readonly Address[] = [],
): Address[] {
  const addresses = [
    view.address,
    view.authority,
    view.shareMint,
    view.crankFund,
    derive.TOKEN_PROGRAM,
    derive.TOKEN_2022_PROGRAM,
    derive.ASSOCIATED_TOKEN_PROGRAM,
    SYSTEM_PROGRAM_ADDRESS,
    ...view.assets.flatMap(({ mint, reserve }) => [mint, reserve]),
    ...routes.flatMap(({ address, data }) => [address, ammOf(data).program, ...routeAccounts(data)]),
    ...priceAccounts,
  ];
  return [...new Set(addresses)];
}

/** The AMM that a route trades on. */
export function ammOf(route: Route): Amm {
  const amm = AMMS[route.amm];
  if (amm === undefined) {
    throw new RangeError(`unknown AMM ${route.amm}: update this client`);
  }
  return amm;
}

/** The assets that an instruction in kind moves: those of the basket, but for those of `skipMask`, whose bit `i` stands for asset `i`. */
export function paidAssets(view: VaultView, skipMask: number): AssetView[] {
  const isSkipped = (index: number) => ((skipMask >> index) & 1) === 1;
  return view.assets.filter((asset, index) => !asset.isRemoved && !isSkipped(index));
}

/** The view of the asset with this index. */
export function assetAt(view: VaultView, asset: number): AssetView {
  const found = view.assets[asset];
  if (found === undefined) {
    throw new RangeError(`the vault has no asset ${asset}: its assets are 0 to ${view.assets.length - 1}`);
  }
  return found;
}

function assetView(asset: Asset): AssetView {
  const tokenProgram = TOKEN_PROGRAMS[asset.token];
  if (tokenProgram === undefined) {
    throw new RangeError(`unknown token program ${asset.token} of ${asset.mint}: update this client`);
  }
  return { mint: asset.mint, tokenProgram, reserve: asset.reserve, isRemoved: asset.status === AssetStatus.Removed };
}
