/**
 * Follows what happens to a vault: the newest transactions first, older ones on request, and each new one as it lands.
 *
 * @module
 */

import { decode, fetchHistory, type HistoryEntry } from '@ballast/client';
import type { Address, Signature } from '@solana/kit';
import type { Cluster } from './cluster.js';
import type { LogNotice } from './session.js';
import type { History } from './types.js';

/** Transactions at a time: each takes the node a look-up. */
const PAGE = 24;

export class HistoryFollower {
  readonly #ends: (() => void)[] = [];
  #entries: readonly HistoryEntry[] = [];
  #hasMore = true;
  #isLoading = false;
  #isFirst = true;
  #error: string | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly address: Address,
    private readonly set: (history: History) => void,
  ) {}

  /** Begins, until the returned function is called. */
  start(): () => void {
    this.#ends.push(this.cluster.followLogs(this.address, (notice) => this.#add(notice)));
    this.#ends.push(this.cluster.beat.subscribe(() => void this.#catchUp()));
    void this.#load();
    return () => this.#ends.forEach((end) => end());
  }

  readonly loadMore = (): void => {
    if (this.#hasMore) {
      void this.#load(this.#entries.at(-1)?.signature);
    }
  };

  async #load(before?: Signature): Promise<void> {
    if (this.#isLoading) {
      return;
    }
    this.#isLoading = true;
    this.#publish();
    try {
      const page = await fetchHistory(this.cluster.client.rpc, this.address, PAGE, before);
      this.#entries = merged(this.#entries, page, before === undefined);
      this.#hasMore = page.length === PAGE;
      this.#error = undefined;
      this.#isFirst = false;
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isLoading = false;
      this.#publish();
    }
  }

  /** What subscriptions may have missed. */
  async #catchUp(): Promise<void> {
    if (this.#isFirst) {
      await this.#load();
      return;
    }
    const newest = this.#entries[0]?.signature;
    const { rpc } = this.cluster.client;
    const [last] = await rpc
      .getSignaturesForAddress(this.address, { commitment: 'confirmed', limit: 1 })
      .send()
      .catch(() => []);
    if (last !== undefined && last.signature !== newest && !this.#isLoading) {
      const page = await fetchHistory(rpc, this.address, PAGE).catch(() => []);
      const isOverlapping = page.some(({ signature }) => this.#entries.some((known) => known.signature === signature));
      // Too much has happened meanwhile: what lies between would be missing.
      this.#entries = isOverlapping ? merged(this.#entries, page, true) : page;
      this.#hasMore ||= !isOverlapping;
      this.#publish();
    }
  }

  #add({ signature, slot, error, logs }: LogNotice): void {
    const events = error === null ? decode.events(logs) : [];
    // Some nodes stamp notices with the slot of the subscription; the events know theirs.
    const entry = { signature, slot: events[0]?.data.slot ?? slot, time: this.cluster.now.get(), error, events };
    this.#entries = merged(this.#entries, [entry], true);
    this.#publish();
  }

  #publish(): void {
    const status = this.#isFirst ? (this.#error === undefined ? 'loading' : 'error') : 'ready';
    this.set({
      status,
      entries: this.#entries,
      hasMore: this.#hasMore,
      isLoadingMore: this.#isLoading,
      loadMore: this.loadMore,
      error: this.#error,
    });
  }
}

/** Entries with a page before or behind them, each transaction once. Both are newest first. */
export function merged(
  entries: readonly HistoryEntry[],
  page: readonly HistoryEntry[],
  isNewer: boolean,
): readonly HistoryEntry[] {
  const known = new Set((isNewer ? page : entries).map(({ signature }) => signature));
  return isNewer
    ? [...page, ...entries.filter(({ signature }) => !known.has(signature))]
    : [...entries, ...page.filter(({ signature }) => !known.has(signature))];
}
