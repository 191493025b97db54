/**
 * What a wallet can put in. Native SOL counts as the wrapped token: a deposit wraps what is missing.
 *
 * @module
 */

import { address, type Address } from '@solana/kit';
import type { Balances } from '../../chain/index.js';

/** The mint of wrapped SOL. */
export const NATIVE_MINT: Address = address('So11111111111111111111111111111111111111112');
/** Lamports that stay in the wallet when all of its SOL is deposited, for fees and the rent of new accounts: a hundredth of a SOL. */
export const KEPT_LAMPORTS = 10_000_000n;

/** What a wallet holds. */
export type Funds = NonNullable<Balances>;

/** Raw units of an asset that can be deposited. */
export function available(funds: Funds, asset: number, mint: Address): bigint {
  const tokens = funds.tokens[asset] ?? 0n;
  return mint === NATIVE_MINT ? tokens + atLeastZero(funds.lamports - KEPT_LAMPORTS) : tokens;
}

/** Lamports to wrap for a deposit of `amount`, of an asset of which the wallet has `tokens`. */
export function toWrap(amount: bigint, tokens: bigint, mint: Address): bigint {
  return mint === NATIVE_MINT ? atLeastZero(amount - tokens) : 0n;
}

/**
 * The asset of which the wallet has the smallest part of what is needed; `undefined` where it has enough of all. Both by the assets'
 * places.
 */
export function scarcest(needed: readonly bigint[], has: readonly bigint[]): number | undefined {
  let found: number | undefined;
  for (const [asset, amount] of needed.entries()) {
    const isLacking = amount > (has[asset] ?? 0n);
    // has / needed is less than the one found so far: compared by products, which are exact.
    const isScarcer = found === undefined || (has[asset] ?? 0n) * needed[found]! < (has[found] ?? 0n) * amount;
    if (isLacking && isScarcer) {
      found = asset;
    }
  }
  return found;
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
