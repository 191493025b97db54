/**
 * SOL in and out of its wrapped token. What a wallet lacks for a deposit is wrapped, and whatever comes out is unwrapped, unless the
 * wallet keeps wrapped SOL anyway.
 *
 * @module
 */

import { address } from '@ballast/client';
import type { Instruction, TransactionSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { getCloseAccountInstruction, getSyncNativeInstruction } from '@solana-program/token';
import { NATIVE_MINT } from './funds.js';

/** Puts lamports into the owner's account for wrapped SOL, which must exist. */
export async function wrap(owner: TransactionSigner, lamports: bigint): Promise<Instruction[]> {
  const account = await address.associatedToken(owner.address, NATIVE_MINT, address.TOKEN_PROGRAM);
  return [
    getTransferSolInstruction({ source: owner, destination: account, amount: lamports }),
    getSyncNativeInstruction({ account }),
  ];
}

/** Turns all of the owner's wrapped SOL into SOL, and gives back the account's rent. */
export async function unwrap(owner: TransactionSigner): Promise<Instruction> {
  const account = await address.associatedToken(owner.address, NATIVE_MINT, address.TOKEN_PROGRAM);
  return getCloseAccountInstruction({ account, destination: owner.address, owner });
}
