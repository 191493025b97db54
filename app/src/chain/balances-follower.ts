/**
 * Follows what somebody has of a vault's assets and shares.
 *
 * @module
 */

import { address as derived, userShares, type VaultView } from '@ballast/client';
import { getBase64Encoder, getU64Decoder, type Address } from '@solana/kit';
import type { AccountData } from '../rules/types.js';
import type { Cluster } from './cluster.js';
import type { Balances } from './types.js';

/** Where token accounts of both token programs have their amount: behind mint and owner. */
const AMOUNT_OFFSET = 64;

/** Begins, until the returned function is called. */
export function followBalances(
  cluster: Cluster,
  owner: Address,
  view: VaultView,
  set: (balances: Balances) => void,
): () => void {
  let isEnded = false;
  let unfollow: (() => void) | undefined;
  void tokenAccounts(owner, view).then((tokens) => {
    const all = [owner, ...tokens];
    const update = () => set(balances(all.map((address) => cluster.accounts.get(address)?.account)));
    if (!isEnded) {
      unfollow = cluster.follow(all, update);
      update();
    }
  });
  return () => {
    isEnded = true;
    unfollow?.();
  };
}

/** That of the shares first, then those of the assets. */
async function tokenAccounts(owner: Address, view: VaultView): Promise<Address[]> {
  const assets = view.assets.map(({ mint, tokenProgram }) => derived.associatedToken(owner, mint, tokenProgram));
  return Promise.all([userShares(view, owner), ...assets]);
}

/** `undefined` unless every account has been told of. */
function balances([wallet, ...tokens]: (AccountData | undefined)[]): Balances {
  if (wallet === undefined || tokens.includes(undefined)) {
    return undefined;
  }
  const [shares = 0n, ...amounts] = tokens.map((account) => tokenAmount(account ?? null));
  return { lamports: wallet?.lamports ?? 0n, tokens: amounts, shares };
}

/** Raw units in a token account; none where there is no account. */
export function tokenAmount(account: AccountData): bigint {
  const bytes = account === null ? undefined : getBase64Encoder().encode(account.data);
  // Anybody can send lamports to an address where nothing is yet.
  return bytes === undefined || bytes.length < AMOUNT_OFFSET + 8 ? 0n : getU64Decoder().decode(bytes, AMOUNT_OFFSET);
}
