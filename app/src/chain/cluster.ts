/**
 * The cluster as the app follows it: accounts, time, transactions, and how well it can be heard.
 *
 * Subscriptions tell what changes; requests fill in what they cannot tell, and take over where they fail. A notice that does not come
 * with a newer slot than what is known makes the account be asked for: some nodes stamp notices with the slot of the subscription.
 *
 * @module
 */

import { decode } from '@ballast/client';
import { createSolanaRpc, createSolanaRpcSubscriptions, getBase64Encoder, type Address } from '@solana/kit';
import type { Config } from '../config.js';
import { AccountFetcher } from './account-fetcher.js';
import { AccountStore, isSame } from './account-store.js';
import { ClusterClock } from './cluster-clock.js';
import { afterEvent, backoffMs, newLine, type Line, type LineEvent } from './connection.js';
import { Session, type LogNotice } from './session.js';
import { Signal } from './signal.js';
import type { ChainClient, Connection } from './types.js';

/** How often everything is asked for, by how well the node can be heard. */
const BEAT_MS = { live: 10_000, polling: 2_000, connecting: 2_000, down: 3_000 } as const;
/** How often where a cluster runs so fast that prices grow old within seconds. */
const FAST_BEAT_MS = 2_000;
/** The second look at the clock tells its rate. */
const FIRST_BEAT_MS = 2_500;
/** After a failure, to know soon whether it was more than an accident. */
const PROBE_MS = 700;
const TICK_MS = 1_000;

type LogListener = (notice: LogNotice) => void;

export class Cluster {
  readonly client: ChainClient;
  readonly accounts = new AccountStore();
  readonly connection = new Signal<Connection>({ state: 'connecting', since: Date.now(), error: undefined });
  /** The cluster's time, Unix time in seconds; 0 before it is known. */
  readonly now = new Signal(0n);
  /** Counts the beats, for whoever asks for what cannot be subscribed to. */
  readonly beat = new Signal(0);
  /** Counts how often everything was asked for at once. */
  readonly refreshes = new Signal(0);

  readonly #clock = new ClusterClock();
  readonly #fetcher: AccountFetcher;
  readonly #logs = new Map<Address, Set<LogListener>>();
  #line: Line = newLine(Date.now());
  #session: Session | undefined;
  #isSyncing = false;
  #beatTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: Pick<Config, 'rpcUrl' | 'wsUrl'>) {
    const rpc = createSolanaRpc(config.rpcUrl);
    this.client = { rpc, subscriptions: createSolanaRpcSubscriptions(config.wsUrl) };
    this.#fetcher = new AccountFetcher(rpc, this.accounts, {
      onClock: (data) => this.#takeClock(data),
      onAnswer: () => this.#report({ way: 'http', isUp: true }),
      onFailure: (error) => this.#report({ way: 'http', isUp: false, error: words(error) }),
    });
  }

  /** Begins, once and for all: the app follows its cluster as long as its page is open. */
  start(): void {
    setInterval(() => this.#tick(), TICK_MS);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.refresh());
    this.#fetcher.fetch(this.accounts.followed());
    this.#beatIn(FIRST_BEAT_MS);
    void this.#keepSession();
  }

  /** Follows accounts, and calls `onChange` whenever one changes, until the returned function is called. */
  follow(addresses: readonly Address[], onChange: () => void): () => void {
    const unfollow = this.accounts.follow(addresses, onChange);
    this.#fetcher.fetch(addresses);
    this.#syncSoon();
    return () => {
      unfollow();
      this.#syncSoon();
    };
  }

  /** Calls `listener` with each transaction that names an account, while the node's subscriptions work. */
  followLogs(address: Address, listener: LogListener): () => void {
    const listeners = this.#logs.get(address) ?? new Set();
    this.#logs.set(address, listeners.add(listener));
    this.#syncSoon();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        this.#logs.delete(address);
      }
      this.#syncSoon();
    };
  }

  /** Asks for everything now, such as after a transaction. */
  refresh(): void {
    this.refreshes.set(this.refreshes.get() + 1);
    this.#keepBeat();
  }

  #keepBeat(): void {
    this.#fetcher.fetch(this.accounts.followed());
    this.beat.set(this.beat.get() + 1);
    const { state } = this.connection.get();
    this.#beatIn(this.#clock.isFast && state === 'live' ? FAST_BEAT_MS : BEAT_MS[state]);
  }

  #beatIn(milliseconds: number): void {
    clearTimeout(this.#beatTimer);
    this.#beatTimer = setTimeout(() => this.#keepBeat(), milliseconds);
  }

  async #keepSession(): Promise<void> {
    for (let failures = 0; ;) {
      const session = new Session(this.client.subscriptions, {
        onOpen: () => {
          failures = 0;
          this.#report({ way: 'socket', isUp: true });
          // What changed while nobody listened.
          this.#fetcher.fetch(this.accounts.followed());
        },
        onAccount: (address, slot, account) => {
          const known = this.accounts.get(address);
          if (known !== undefined && slot <= known.slot) {
            if (!isSame(known.account, account)) {
              this.#fetcher.fetch([address]);
            }
          } else {
            this.accounts.put(address, slot, account);
          }
        },
        onLogs: (mentioned, notice) => this.#logs.get(mentioned)?.forEach((listener) => listener(notice)),
      });
      this.#session = session;
      this.#syncSoon();
      try {
        await session.run();
      } catch (error) {
        failures += 1;
        this.#report({ way: 'socket', isUp: false, error: words(error) });
        await new Promise((resolve) => setTimeout(resolve, backoffMs(failures, Math.random())));
      }
    }
  }

  /** Pages that change follow some accounts anew, and others no more: the subscriptions change once. */
  #syncSoon(): void {
    if (this.#isSyncing) {
      return;
    }
    this.#isSyncing = true;
    queueMicrotask(() => {
      this.#isSyncing = false;
      this.#session?.followAccounts(this.accounts.followed());
      this.#session?.followLogs([...this.#logs.keys()]);
    });
  }

  #report(event: LineEvent): void {
    const before = this.connection.get().state;
    this.#line = afterEvent(this.#line, event, Date.now());
    this.connection.set(this.#line.connection);
    const { state } = this.#line.connection;
    if (before === 'down' && state !== 'down') {
      this.refresh();
    } else if (!event.isUp && state !== 'down') {
      this.#beatIn(PROBE_MS);
    }
  }

  #takeClock(data: string): void {
    this.#clock.add(performance.now(), decode.time(getBase64Encoder().encode(data)));
    this.#tick();
  }

  #tick(): void {
    // Figures of accounts that are not heard of do not age.
    if (this.#clock.isSet && this.connection.get().state !== 'down') {
      this.now.set(this.#clock.now(performance.now()));
    }
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
