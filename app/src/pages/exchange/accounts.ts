/**
 * The token accounts around a deposit or redemption: made where they may be missing, wrapped into before, unwrapped after. A balance shows
 * that an account exists; without one it is made again, which does nothing where it does.
 *
 * @module
 */

import { instruction, type AssetView, type VaultView } from '@ballast/client';
import type { Instruction, TransactionSigner } from '@solana/kit';
import { NATIVE_MINT, toWrap, type Funds } from './funds.js';
import { unwrap, wrap } from './native.js';

/** A vault, and what a wallet has of its assets. */
export type Holder = { view: VaultView; funds: Funds };

/** Makes the owner's accounts of these assets, by their places, and of the shares where `withShares`. */
export async function createAccounts(
  owner: TransactionSigner,
  { view, funds }: Holder,
  assets: readonly number[],
  withShares: boolean,
): Promise<Instruction[]> {
  const missing = viewsOf(view, assets).filter(([index]) => !funds.tokens[index]);
  const accounts: Promise<Instruction>[] = missing.map(([, { mint, tokenProgram }]) =>
    instruction.createTokenAccount(owner, owner.address, mint, tokenProgram),
  );
  if (withShares && funds.shares === 0n) {
    accounts.push(instruction.createShareAccount(owner, owner.address, view));
  }
  return Promise.all(accounts);
}

/** Wraps what is missing of SOL for a deposit of at most these amounts, by the assets' places. */
export async function wrapMissing(
  owner: TransactionSigner,
  { view, funds }: Holder,
  amounts: readonly bigint[],
): Promise<Instruction[]> {
  const lacking = view.assets.map(({ mint }, index) => toWrap(amounts[index] ?? 0n, funds.tokens[index] ?? 0n, mint));
  const lamports = lacking.reduce((sum, lamports) => sum + lamports, 0n);
  return lamports > 0n ? wrap(owner, lamports) : [];
}

/** Unwraps SOL, if it is among these assets and the wallet kept none wrapped before. */
export async function unwrapMade(
  owner: TransactionSigner,
  { view, funds }: Holder,
  assets: readonly number[],
): Promise<Instruction[]> {
  const isMade = viewsOf(view, assets).some(([index, { mint }]) => mint === NATIVE_MINT && !funds.tokens[index]);
  return isMade ? [await unwrap(owner)] : [];
}

function viewsOf(view: VaultView, assets: readonly number[]): [number, AssetView][] {
  return assets.flatMap((index) => {
    const asset = view.assets[index];
    return asset === undefined ? [] : [[index, asset] as [number, AssetView]];
  });
}
