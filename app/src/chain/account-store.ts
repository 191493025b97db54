/**
 * The newest known state of accounts. Answers overtake each other on their way: the slot that each was given at decides.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { AccountData } from '../rules/types.js';

/** An account at a slot. */
export type Entry = { slot: bigint; account: AccountData };

export class AccountStore {
  readonly #entries = new Map<Address, Entry>();
  readonly #followers = new Map<Address, Set<() => void>>();

  /** What is known of an account; `undefined` before the first answer. */
  get(address: Address): Entry | undefined {
    return this.#entries.get(address);
  }

  /**
   * Takes an answer, unless a newer one is known already. Of two answers at the same slot the later counts: they must be asked for one
   * after the other.
   *
   * @returns whether it was taken.
   */
  put(address: Address, slot: bigint, account: AccountData): boolean {
    const known = this.#entries.get(address);
    if (known !== undefined && slot < known.slot) {
      return false;
    }
    this.#entries.set(address, { slot, account });
    if (known === undefined || !isSame(known.account, account)) {
      this.#followers.get(address)?.forEach((onChange) => onChange());
    }
    return true;
  }

  /** Calls `onChange` whenever one of the accounts changes, until the returned function is called. */
  follow(addresses: readonly Address[], onChange: () => void): () => void {
    for (const address of addresses) {
      const followers = this.#followers.get(address) ?? new Set();
      this.#followers.set(address, followers.add(onChange));
    }
    return () => addresses.forEach((address) => this.#unfollow(address, onChange));
  }

  /** Every account that somebody follows. */
  followed(): Address[] {
    return [...this.#followers.keys()];
  }

  isFollowed(address: Address): boolean {
    return this.#followers.has(address);
  }

  #unfollow(address: Address, onChange: () => void): void {
    const followers = this.#followers.get(address);
    followers?.delete(onChange);
    if (followers?.size === 0) {
      this.#followers.delete(address);
    }
  }
}

/** Whether two states of an account are the same to everybody here. */
export function isSame(a: AccountData, b: AccountData): boolean {
  return a?.data === b?.data && a?.lamports === b?.lamports && a?.owner === b?.owner;
}
