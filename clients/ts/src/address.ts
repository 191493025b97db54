/**
 * Addresses that are derived, not chosen, and those of programs.
 *
 * @module
 */

import {
  address,
  getAddressDecoder,
  getProgramDerivedAddress,
  getU16Encoder,
  type Address,
  type ProgramDerivedAddress,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { ASSOCIATED_TOKEN_PROGRAM_ADDRESS, findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import {
  findAuthorityPda,
  findChangePda,
  findClaimsPda,
  findCrankFundPda,
  findRoutePda,
  findShareMintPda,
  findVaultPda,
  OracleKind,
  type Asset,
} from './generated/index.js';

/** SPL Token. */
export const TOKEN_PROGRAM: Address = TOKEN_PROGRAM_ADDRESS;
/** Token-2022. */
export const TOKEN_2022_PROGRAM: Address = address('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
/** The associated token program. */
export const ASSOCIATED_TOKEN_PROGRAM: Address = ASSOCIATED_TOKEN_PROGRAM_ADDRESS;
/** The Pyth receiver program, owner of every price update (`PriceUpdateV2`). */
export const PULL_ORACLE: Address = address('rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ');
/** The Pyth oracle program, owner of push price accounts. */
export const PUSH_ORACLE: Address = address('FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH');

/** The account that tells the cluster's time; `decode.time` reads it. */
export const CLOCK: Address = address('SysvarC1ock11111111111111111111111111111111');

/** Pyth's push oracle program, whose sponsors keep pull feeds up to date at fixed addresses. */
const SPONSORED_FEEDS: Address = address('pythWSnswVUd12oZpeFP8e9CVaEqJg25g1Vtc2biRsT');

/** The vault that `creator` numbered `vaultId`. */
export async function vault(creator: Address, vaultId: bigint): Promise<Address> {
  return only(await findVaultPda({ admin: creator, vaultId }));
}

/** Owner of a vault's reserves and mint authority of its shares. */
export async function authority(vault: Address): Promise<Address> {
  return only(await findAuthorityPda({ vault }));
}

/** A vault's share mint. */
export async function shareMint(vault: Address): Promise<Address> {
  return only(await findShareMintPda({ vault }));
}

/** The account whose lamports pay a vault's keepers. */
export async function crankFund(vault: Address): Promise<Address> {
  return only(await findCrankFundPda({ vault }));
}

/** Somebody's claims on a vault. */
export async function claims(vault: Address, owner: Address): Promise<Address> {
  return only(await findClaimsPda({ vault, owner }));
}

/** A vault's route through a pool. */
export async function route(vault: Address, pool: Address): Promise<Address> {
  return only(await findRoutePda({ vault, pool }));
}

/** A vault's queued change of this number. */
export async function change(vault: Address, id: bigint): Promise<Address> {
  return only(await findChangePda({ vault, id }));
}

/** An owner's associated token account for a mint of the given token program. */
export async function associatedToken(owner: Address, mint: Address, tokenProgram: Address): Promise<Address> {
  return only(await findAssociatedTokenPda({ owner, mint, tokenProgram }));
}

/** The account in which sponsors keep a Pyth pull feed up to date, for all to read. Most feeds are in shard 0. */
export async function sponsoredFeed(feedId: ReadonlyUint8Array, shard = 0): Promise<Address> {
  const seeds = [getU16Encoder().encode(shard), feedId];
  return only(await getProgramDerivedAddress({ programAddress: SPONSORED_FEEDS, seeds }));
}

/** The account that an asset's price is read from: a pull feed's sponsored one of this shard, a push feed's own. */
export async function priceAccount(asset: Pick<Asset, 'oracle' | 'feed'>, shard = 0): Promise<Address> {
  switch (asset.oracle) {
    case OracleKind.PythPull:
      return sponsoredFeed(asset.feed, shard);
    case OracleKind.PythPush:
      return getAddressDecoder().decode(asset.feed);
    default:
      throw new RangeError(`unknown kind of oracle ${asset.oracle}: update this client`);
  }
}

function only([derived]: ProgramDerivedAddress): Address {
  return derived;
}
