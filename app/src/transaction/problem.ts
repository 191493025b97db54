/**
 * Failures in words: what happened, why, and what to do next. Programs speak for themselves; what is added here is what has become of
 * the user's money, and whether another attempt is safe.
 *
 * @module
 */

import { ClientError, ProgramFailure } from '@ballast/client';
import { isSolanaError, isTransactionSendingSigner, type Signature, type TransactionSigner } from '@solana/kit';
import type { Problem, Stage, Work } from './types.js';

const NOTHING_SENT = 'Nothing was sent, and nothing has changed.';
/** What wallets throw where the user says no: EIP-1193's code, which Solana's wallets took over, or words. */
const REJECTED_CODE = 4001;
const REJECTED_WORDS = /reject|declin|denied|cancel/i;
/** A wallet that sends may pass on that a node rejected: only the user's own no tells that nothing was sent. */
const REJECTED_BY_USER = /\b(user|you)\b.*(reject|declin|denied|cancel)/i;

/** What a failure is about. */
export type Circumstances = {
  work: Pick<Work, 'hints'>;
  /** Where it went wrong. */
  at: Stage;
  /** Of what was signed, if anything. */
  signature: Signature | undefined;
  /** Whether the wallet sends by itself, so that it may have sent although it reports a failure. */
  isSentByWallet: boolean;
};

/** The user no longer waits for the wallet. */
export class StoppedWaiting extends Error {
  override readonly name = 'StoppedWaiting';
}

/** A problem that something else is, than what failed on the way. */
export function ownProblem(kind: 'busy' | 'disconnected'): Problem {
  if (kind === 'busy') {
    return {
      kind,
      title: 'One transaction at a time',
      message: 'Another transaction is under way.',
      next: 'Wait until it has ended, then try again.',
      isSafeToRetry: true,
    };
  }
  return {
    kind,
    title: 'No wallet is connected',
    message: 'A wallet has to sign this.',
    next: 'Connect one, then try again.',
    isSafeToRetry: true,
  };
}

/** Whether the wallet behind this signer sends what it signs. */
export function sendsByItself(signer: TransactionSigner): boolean {
  return isTransactionSendingSigner(signer);
}

/** What went wrong, in words. */
export function problemOf(error: unknown, about: Circumstances): Problem {
  if (error instanceof ProgramFailure) {
    return ofProgram(error, about);
  }
  if (error instanceof ClientError) {
    return ofClient(error, about);
  }
  if (error instanceof StoppedWaiting) {
    return stoppedWaiting(about);
  }
  if (about.at === 'wallet') {
    return isRejection(error, about) ? rejected() : ofWallet(error, about);
  }
  return isAboutTheNode(error) ? ofNode(error, about) : unexpected(error, about);
}

function ofProgram(error: ProgramFailure, { work, at, signature }: Circumstances): Problem {
  const { ballast, details } = error;
  const hint = work.hints?.[details.errorName];
  const became =
    at === 'sent' ? 'Everything in the transaction was undone; only the network fee was paid.' : NOTHING_SENT;
  return {
    kind: 'program',
    title: at === 'sent' ? 'The transaction failed' : 'This is not possible now',
    message: sentence(error.message),
    next: hint ? `${hint} ${became}` : became,
    isSafeToRetry: true,
    ...(ballast && { ballast }),
    ...(signature && { signature }),
    ...(details.logs.length > 0 && { logs: details.logs }),
  };
}

function ofClient(error: ClientError, { at, signature: signed }: Circumstances): Problem {
  const signature = error.signature ?? signed;
  const about = { message: sentence(error.message), ...(signature && { signature }) };
  switch (error.kind) {
    case 'Expired':
      return {
        ...about,
        kind: 'expired',
        title: 'The transaction came too late',
        next: 'Nothing has changed. It can never land any more, so it is safe to try again.',
        isSafeToRetry: true,
      };
    case 'Unconfirmed':
      return {
        ...about,
        kind: 'unconfirmed',
        title: 'Nobody knows yet whether it landed',
        next: 'Trying again without looking could do the same thing twice.',
        isSafeToRetry: false,
      };
    case 'Answer':
      return {
        ...about,
        kind: 'node',
        title: 'The node answered strangely',
        next: became(at),
        isSafeToRetry: at !== 'sent',
      };
    case 'Changed':
      return {
        ...about,
        kind: 'wallet',
        title: 'The wallet gave the transaction another lifetime',
        next: NOTHING_SENT,
        isSafeToRetry: true,
      };
    default:
      return { ...about, kind: 'other', title: 'This cannot be sent', next: became(at), isSafeToRetry: at !== 'sent' };
  }
}

function stoppedWaiting({ isSentByWallet }: Circumstances): Problem {
  return {
    kind: 'rejected',
    title: 'You stopped waiting for the wallet',
    message: isSentByWallet
      ? 'Your wallet sends by itself: should you still approve the request there, it takes place.'
      : 'Should you still approve the request in the wallet, it will not be sent.',
    next: isSentByWallet ? 'Reject the request in the wallet before you try again.' : NOTHING_SENT,
    isSafeToRetry: !isSentByWallet,
  };
}

function rejected(): Problem {
  return {
    kind: 'rejected',
    title: 'Not signed',
    message: 'You rejected the request in your wallet.',
    next: 'Nothing was sent, and nothing is lost.',
    isSafeToRetry: true,
  };
}

function ofWallet(error: unknown, { isSentByWallet }: Circumstances): Problem {
  return {
    kind: 'wallet',
    title: 'The wallet did not sign',
    message: sentence(`The wallet says: ${said(error)}`),
    next: isSentByWallet
      ? 'Your wallet sends by itself: look at its activity before you try again.'
      : `${NOTHING_SENT} Unlock the wallet, check that it is on this cluster, and try again.`,
    isSafeToRetry: !isSentByWallet,
  };
}

function ofNode(error: unknown, { at, signature }: Circumstances): Problem {
  return {
    kind: 'node',
    title: 'The node does not answer',
    message: sentence(said(error)),
    next: `${became(at)} Try again in a moment.`,
    isSafeToRetry: at !== 'sent',
    ...(signature && { signature }),
  };
}

function unexpected(error: unknown, { at, signature }: Circumstances): Problem {
  return {
    kind: 'other',
    title: 'Something went wrong',
    message: sentence(said(error)),
    next: became(at),
    isSafeToRetry: at !== 'sent',
    ...(signature && { signature }),
  };
}

function became(at: Stage): string {
  return at === 'sent' ? 'It was signed: look it up before you try again.' : NOTHING_SENT;
}

function isRejection(error: unknown, { isSentByWallet }: Circumstances): boolean {
  const words = isSentByWallet ? REJECTED_BY_USER : REJECTED_WORDS;
  return causes(error).some((one) => one.code === REJECTED_CODE || words.test(`${one.name} ${one.message}`));
}

/** Kit's own errors are about what nodes answer; where there is no answer at all, `fetch` throws a `TypeError`. */
function isAboutTheNode(error: unknown): boolean {
  return isSolanaError(error) || (error instanceof TypeError && /fetch|network|load failed/i.test(error.message));
}

/** An error, its cause, and so on. */
function causes(error: unknown): { name: string; message: string; code: unknown }[] {
  const found = [];
  for (let one = error; one instanceof Error && found.length < 8; one = one.cause) {
    found.push({ name: one.name, message: one.message, code: 'code' in one ? one.code : undefined });
  }
  return found.length > 0 ? found : [{ name: '', message: String(error), code: codeOf(error) }];
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function said(error: unknown): string {
  if (error instanceof Error) {
    return error.message || error.name;
  }
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
