/**
 * Asks for accounts by request: several asks become one, answers come one after the other, and each brings the cluster's time.
 *
 * @module
 */

import { address as derived } from '@ballast/client';
import type { Address, Rpc, SolanaRpcApi } from '@solana/kit';
import type { AccountData } from '../rules/types.js';
import type { AccountStore } from './account-store.js';

/** Most accounts that nodes tell at once, less the clock. */
const BATCH = 99;
/** What changes in the same block is noticed within this time, and asked for together: prices of one moment fit each other. */
const GATHER_MS = 60;
/** Between two requests, so that a node is not asked with every block. */
const PAUSE_MS = 400;
const TIMEOUT_MS = 10_000;

/** What the fetcher tells. */
export type FetcherEvents = {
  onClock: (data: string) => void;
  onAnswer: () => void;
  onFailure: (error: unknown) => void;
};

export class AccountFetcher {
  readonly #wanted = new Set<Address>();
  #isRunning = false;

  constructor(
    private readonly rpc: Rpc<SolanaRpcApi>,
    private readonly store: AccountStore,
    private readonly events: FetcherEvents,
  ) {}

  /** Asks for these accounts soon. Without any, asks for the cluster's time alone. */
  fetch(addresses: readonly Address[]): void {
    addresses.forEach((address) => this.#wanted.add(address));
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) {
      return;
    }
    this.#isRunning = true;
    await sleep(GATHER_MS);
    try {
      do {
        await this.#fetchBatch();
        await sleep(this.#wanted.size >= BATCH ? 0 : PAUSE_MS);
      } while (this.#wanted.size > 0);
    } catch (error) {
      // What is still followed is asked for again by whoever keeps the beat.
      this.#wanted.clear();
      this.events.onFailure(error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #fetchBatch(): Promise<void> {
    const batch = [...this.#wanted].slice(0, BATCH);
    batch.forEach((address) => this.#wanted.delete(address));
    const addresses = [derived.CLOCK, ...batch];
    const { context, value } = await this.rpc
      .getMultipleAccounts(addresses, { commitment: 'confirmed', encoding: 'base64' })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    const [clock, ...accounts] = value.map(accountData);
    if (clock) {
      this.events.onClock(clock.data);
    }
    batch.forEach((address, index) => this.store.put(address, context.slot, accounts[index] ?? null));
    this.events.onAnswer();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** An account as nodes give it. */
export type NodeAccount = {
  owner: Address;
  lamports: bigint;
  data: readonly [string, string];
} | null;

/** An account as the store keeps it. */
export function accountData(account: NodeAccount): AccountData {
  return account && { owner: account.owner, lamports: account.lamports, data: account.data[0] };
}
