/**
 * A vault's first deposit, which says what its assets would have become without a trade. It never changes once it is made.
 *
 * @module
 */

import { decode, fetchTransaction } from '@ballast/client';
import type { Address, Rpc, Signature, SolanaRpcApi } from '@solana/kit';

export type FirstDeposit = { totalShares: bigint; amounts: bigint[] };

/** Most signatures that nodes tell at once. */
const PAGE = 1_000;
/** Beyond a million transactions nobody wants to wait. */
const MOST_PAGES = 1_000;
/** The first deposit follows the creation closely. */
const MOST_TRANSACTIONS = 300;

/** Looks through the oldest transactions of a vault; `undefined` where the node does not have them any more, or there is no deposit. */
export async function findFirstDeposit(rpc: Rpc<SolanaRpcApi>, vault: Address): Promise<FirstDeposit | undefined> {
  for (const signature of (await oldestFirst(rpc, vault)).slice(0, MOST_TRANSACTIONS)) {
    const transaction = await fetchTransaction(rpc, signature);
    for (const event of decode.events(transaction?.meta?.logMessages ?? [])) {
      if (event.name === 'DepositedInKind' && event.data.vault === vault && event.data.totalSharesBefore === 0n) {
        return { totalShares: event.data.totalSharesAfter, amounts: event.data.amounts };
      }
    }
  }
  return undefined;
}

/** The oldest signatures that a node has of an account, those of failed transactions left out. */
async function oldestFirst(rpc: Rpc<SolanaRpcApi>, account: Address): Promise<Signature[]> {
  let oldest: Signature[] = [];
  let before: Signature | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const config = { commitment: 'confirmed', limit: PAGE, ...(before && { before }) } as const;
    const found = await rpc.getSignaturesForAddress(account, config).send();
    const kept = found.filter(({ err }) => err === null).map(({ signature }) => signature);
    // The last page may have very few.
    oldest = [...oldest.slice(-MOST_TRANSACTIONS), ...kept];
    before = found.at(-1)?.signature;
    if (found.length < PAGE) {
      break;
    }
  }
  return oldest.reverse();
}

/** The first deposit as this browser remembers it. `key` tells vaults of different clusters apart. */
export function rememberedDeposit(key: string): FirstDeposit | undefined {
  try {
    const { totalShares, amounts } = JSON.parse(localStorage.getItem(storageKey(key)) ?? 'null') as {
      totalShares: string;
      amounts: string[];
    };
    return { totalShares: BigInt(totalShares), amounts: amounts.map(BigInt) };
  } catch {
    // Nothing there, not allowed, or not ours: it is looked for again.
    return undefined;
  }
}

/** Remembers a first deposit in this browser. */
export function rememberDeposit(key: string, { totalShares, amounts }: FirstDeposit): void {
  try {
    const value = { totalShares: totalShares.toString(), amounts: amounts.map(String) };
    localStorage.setItem(storageKey(key), JSON.stringify(value));
  } catch {
    // Then it is looked for again next time.
  }
}

function storageKey(key: string): string {
  return `ballast.first-deposit.${key}`;
}
