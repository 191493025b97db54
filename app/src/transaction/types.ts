/**
 * What a transaction of the app is, and how far it has come.
 *
 * @module
 */

import type { BallastErrorName, Prepared, Sent } from '@ballast/client';
import type { AddressesByLookupTableAddress, Instruction, Signature, TransactionSigner } from '@solana/kit';

/** Something to do on the chain, in one transaction. */
export type Work = {
  /** What it does, for people, such as `Deposit 2 SOL`. */
  label: string;
  /** Makes the instructions, for the wallet that signs and pays. Asked again whenever the work is tried again. Leave out compute budgets. */
  build: (signer: TransactionSigner) => Promise<readonly Instruction[]>;
  /**
   * Makes instructions that go before those of `build`: in the same transaction if all fit, otherwise in transactions of their own.
   * Only what leaves nothing half done, such as creating token accounts where they do not exist yet.
   */
  setup?: (signer: TransactionSigner) => Promise<readonly Instruction[]>;
  /** The vault's lookup tables, so that more accounts fit. */
  lookupTables?: AddressesByLookupTableAddress;
  /** Says what has happened, once it has: a sentence. The label where it is left out, or does not know. */
  summarize?: (sent: Sent) => string | undefined;
  /** What to do next here, in addition to what a program says, by the names of programs' errors. Whole sentences. */
  hints?: Readonly<Record<string, string>>;
};

/** One of several transactions that a piece of work takes, from 1. */
export type Part = { number: number; of: number };

/** How far the current transaction has come. */
export type Progress =
  /** There is none. */
  | { step: 'idle' }
  /** Its instructions are made and simulated. */
  | { step: 'preparing'; work: Work; part: Part }
  /** The wallet is asked to sign. */
  | { step: 'wallet'; work: Work; part: Part; prepared: Prepared }
  /** It is on its way. */
  | { step: 'sent'; work: Work; part: Part; signature: Signature }
  /** It has landed, and succeeded. */
  | { step: 'confirmed'; work: Work; sent: Sent; summary: string }
  /** It has not. */
  | { step: 'failed'; work: Work; at: Stage; problem: Problem };

/** A step in which something can go wrong. */
export type Stage = 'preparing' | 'wallet' | 'sent';

/** Why work was not done, and what to do next; all texts are whole sentences. */
export type Problem = {
  kind:
    /** Another transaction is under way. */
    | 'busy'
    /** No wallet is connected. */
    | 'disconnected'
    /** The user said no in the wallet, or stopped waiting for it. */
    | 'rejected'
    /** The wallet failed. */
    | 'wallet'
    /** A program refuses, or has refused. */
    | 'program'
    /** It has not landed and never will. */
    | 'expired'
    /** Nobody knows whether it has landed. */
    | 'unconfirmed'
    /** The node does not answer, or not as it should. */
    | 'node'
    /** Something else. */
    | 'other';
  /** What happened, in a few words. */
  title: string;
  /** Why; a program's own words where it was a program. */
  message: string;
  /** What has become of the user's money, and what to do. */
  next: string;
  /** Whether the same work can be tried again without the risk of doing it twice. */
  isSafeToRetry: boolean;
  /** The name of Ballast's own error. */
  ballast?: BallastErrorName;
  /** The transaction, where one was signed. */
  signature?: Signature;
  /** The log of the failed program, for those who want to know more. */
  logs?: readonly string[];
};

/** What became of work. */
export type Outcome = { ok: true; sent: Sent } | { ok: false; problem: Problem };
