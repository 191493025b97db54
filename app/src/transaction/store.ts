/**
 * The one transaction of the app: it goes on while people move from page to page, and there is never a second one beside it.
 *
 * @module
 */

import type { ClusterRpc } from '@ballast/client';
import type { TransactionSigner } from '@solana/kit';
import { perform, type Means } from './perform.js';
import { ownProblem } from './problem.js';
import type { Outcome, Progress, Work } from './types.js';

/** The part of the app that asked for a transaction. */
export type Owner = symbol;

/** What is going on. Replaced, never changed. */
export type State = {
  progress: Progress;
  /** Who asked for it; nobody while idle. */
  owner: Owner | undefined;
  /** Parts of the app that show what they asked for themselves. */
  viewers: ReadonlySet<Owner>;
};

/** Whether a transaction is under way. */
export function isUnderWay({ step }: Progress): boolean {
  return step === 'preparing' || step === 'wallet' || step === 'sent';
}

/** The current transaction, and who looks at it. */
export class TransactionStore {
  #state: State = { progress: { step: 'idle' }, owner: undefined, viewers: new Set() };
  #patience = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #perform: typeof perform;

  constructor(performWork: typeof perform = perform) {
    this.#perform = performWork;
  }

  /** What is going on now. */
  readonly snapshot = (): State => this.#state;

  /** Calls back whenever that changes; returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Does work, unless other work is under way; never throws. */
  async submit(owner: Owner, work: Work, rpc: ClusterRpc, signer: TransactionSigner): Promise<Outcome> {
    if (isUnderWay(this.#state.progress)) {
      return { ok: false, problem: ownProblem('busy') };
    }
    this.#patience = new AbortController();
    const means: Means = {
      rpc,
      signer,
      patience: this.#patience.signal,
      report: (progress) => this.#set({ progress }),
    };
    this.#set({ owner, progress: { step: 'preparing', work, part: { number: 1, of: 1 } } });
    return this.#perform(work, means);
  }

  /** Stops waiting for the wallet. */
  stopWaiting(): void {
    if (this.#state.progress.step === 'wallet') {
      this.#patience.abort();
    }
  }

  /** Forgets what has ended. */
  dismiss(): void {
    if (!isUnderWay(this.#state.progress)) {
      this.#set({ owner: undefined, progress: { step: 'idle' } });
    }
  }

  /** Replaces a failure that has been looked up, by what became of it. */
  resolve(progress: Progress): void {
    if (this.#state.progress.step === 'failed') {
      this.#set({ progress });
    }
  }

  /** Notes that the owner shows its transactions itself; returns what ends that. What has ended by then is forgotten. */
  view(owner: Owner): () => void {
    this.#set({ viewers: new Set([...this.#state.viewers, owner]) });
    return () => {
      this.#set({ viewers: new Set([...this.#state.viewers].filter((viewer) => viewer !== owner)) });
      if (this.#state.owner === owner && this.#state.progress.step === 'confirmed') {
        this.dismiss();
      }
    };
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}

/** The app's. */
export const transactions = new TransactionStore();
