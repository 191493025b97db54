/**
 * Why something with a cluster did not work, and what to do about it.
 *
 * @module
 */

import type { Address, Signature } from '@solana/kit';

/** What went wrong. */
export type ClientErrorKind =
  /** There is no account at the address. */
  | 'NotFound'
  /** The account is something else. */
  | 'WrongAccount'
  /** The transaction is larger than the network carries. */
  | 'TooLarge'
  /** The wallet gave the transaction another lifetime, so that nobody could tell when it has ended: it is not sent. */
  | 'Changed'
  /** The transaction has not landed, and never will: it is safe to make another one. */
  | 'Expired'
  /** Nobody knows whether the transaction has landed, or will. */
  | 'Unconfirmed'
  /** The node's answer lacks something. */
  | 'Answer';

/** Something did not work; `message` says what to do next. A program that failed is a `ProgramFailure`. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** The transaction that it is about, where it is about one that was sent. */
  readonly signature: Signature | undefined;

  constructor(
    readonly kind: ClientErrorKind,
    message: string,
    about: { signature?: Signature; cause?: unknown } = {},
  ) {
    super(message, { cause: about.cause });
    this.signature = about.signature;
  }
}

/** There is no such account. */
export function notFound(what: string, address: Address): ClientError {
  return new ClientError('NotFound', `there is no ${what} at ${address}; check the address and which cluster is meant`);
}

/** The account is something else. */
export function wrongAccount(what: string, address: Address): ClientError {
  return new ClientError('WrongAccount', `the account ${address} is not a ${what}; check the address`);
}

/** The node did not tell something. */
export function missingAnswer(what: string): ClientError {
  return new ClientError('Answer', `the node answered without ${what}; use another RPC node`);
}
