/**
 * One connection to the node's WebSocket, from the first subscription to the first failure.
 *
 * @module
 */

import type {
  Address,
  Commitment,
  RpcSubscriptions,
  Signature,
  SolanaRpcSubscriptionsApi,
  TransactionError,
} from '@solana/kit';
import type { AccountData } from '../rules/types.js';
import { accountData } from './account-fetcher.js';
import { Gate } from './gate.js';

const COMMITMENT: Commitment = 'confirmed';
/** Some nodes leave some of many subscriptions without an answer that are asked for at once. */
const SUBSCRIBES_AT_ONCE = 4;
/** How long to wait for the answer to a subscription. */
const ANSWER_MS = 8_000;
/** How long to do without a subscription that failed. */
const RETRY_MS = 5_000;
/** Slots come several times a second: without any for so long, the connection is dead. */
const SILENCE_MS = 12_000;
/** Most accounts that are subscribed to; what is beyond is asked for with the beat. */
const MOST_ACCOUNTS = 150;

/** A transaction that named a followed account, with its log. */
export type LogNotice = { signature: Signature; slot: bigint; error: TransactionError | null; logs: readonly string[] };

/** What a session tells. */
export type SessionEvents = {
  onOpen: () => void;
  onAccount: (address: Address, slot: bigint, account: AccountData) => void;
  onLogs: (mentioned: Address, notice: LogNotice) => void;
};

export class Session {
  readonly #gate = new Gate(SUBSCRIBES_AT_ONCE);
  readonly #stop = new AbortController();
  readonly #accounts = new Map<Address, AbortController>();
  readonly #logs = new Map<Address, AbortController>();
  #heardAt = performance.now();
  #fail: (error: unknown) => void = () => {};

  constructor(
    private readonly subscriptions: RpcSubscriptions<SolanaRpcSubscriptionsApi>,
    private readonly events: SessionEvents,
  ) {}

  /** Runs until the connection fails. It rejects with the reason. */
  async run(): Promise<never> {
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    const watch = setInterval(() => this.#checkSilence(), SILENCE_MS / 4);
    try {
      return await Promise.race([this.#followSlots(), failed]);
    } finally {
      clearInterval(watch);
      this.#end();
    }
  }

  /** Subscribes to these accounts, and to those only. */
  followAccounts(addresses: readonly Address[]): void {
    this.#follow(this.#accounts, addresses.slice(0, MOST_ACCOUNTS), (address, signal) =>
      this.#listen(
        this.subscriptions.accountNotifications(address, { commitment: COMMITMENT, encoding: 'base64' }),
        signal,
        ({ context, value }) => this.events.onAccount(address, context.slot, accountData(value)),
      ),
    );
  }

  /** Subscribes to the transactions that name these accounts, and to those only. */
  followLogs(addresses: readonly Address[]): void {
    this.#follow(this.#logs, addresses, (address, signal) =>
      this.#listen(
        this.subscriptions.logsNotifications({ mentions: [address] }, { commitment: COMMITMENT }),
        signal,
        ({ context, value }) => {
          const { signature, err, logs } = value;
          this.events.onLogs(address, { signature, slot: context.slot, error: err, logs: logs ?? [] });
        },
      ),
    );
  }

  async #followSlots(): Promise<never> {
    let isOpen = false;
    await this.#listen(this.subscriptions.slotNotifications(), this.#stop.signal, () => {
      this.#heardAt = performance.now();
      if (!isOpen) {
        isOpen = true;
        this.events.onOpen();
      }
    });
    throw new Error('the node has ended the connection');
  }

  #end(): void {
    this.#stop.abort();
    for (const subscription of [...this.#accounts.values(), ...this.#logs.values()]) {
      subscription.abort();
    }
  }

  #follow(
    current: Map<Address, AbortController>,
    addresses: readonly Address[],
    listen: (address: Address, signal: AbortSignal) => Promise<void>,
  ): void {
    const wanted = new Set(addresses);
    for (const [address, subscription] of current) {
      if (!wanted.has(address)) {
        current.delete(address);
        subscription.abort();
      }
    }
    for (const address of wanted) {
      if (!current.has(address) && !this.#stop.signal.aborted) {
        const subscription = new AbortController();
        current.set(address, subscription);
        void keep(() => listen(address, subscription.signal), subscription.signal);
      }
    }
  }

  async #listen<T>(request: Subscribable<T>, signal: AbortSignal, onNotice: (notice: T) => void): Promise<void> {
    const notices = await this.#gate.run(() => subscribe(request, signal));
    for await (const notice of notices) {
      onNotice(notice);
    }
  }

  #checkSilence(): void {
    if (performance.now() - this.#heardAt > SILENCE_MS) {
      this.#fail(new Error('the node has fallen silent'));
    }
  }
}

/**
 * Listens again and again until told to stop: a node that refuses or forgets one subscription may keep the others. Whether it is there
 * at all shows in the slots.
 */
async function keep(listen: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await listen().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, signal.aborted ? 0 : RETRY_MS));
  }
}

type Subscribable<T> = { subscribe(options: { abortSignal: AbortSignal }): Promise<AsyncIterable<T>> };

async function subscribe<T>(request: Subscribable<T>, signal: AbortSignal): Promise<AsyncIterable<T>> {
  const subscription = new AbortController();
  signal.addEventListener('abort', () => subscription.abort(), { once: true });
  const timer = setTimeout(() => subscription.abort(new Error('the node does not answer subscriptions')), ANSWER_MS);
  try {
    signal.throwIfAborted();
    return await request.subscribe({ abortSignal: subscription.signal });
  } finally {
    clearTimeout(timer);
  }
}
