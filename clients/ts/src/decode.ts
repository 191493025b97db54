/**
 * Decoding of accounts, events and return data.
 *
 * @module
 */

import { getBase64Encoder, getI64Decoder, type ReadonlyUint8Array } from '@solana/kit';
import {
  BALLAST_PROGRAM_ADDRESS,
  CLAIMS_DISCRIMINATOR,
  EVENTS,
  getClaimsDecoder,
  getPreviewDecoder,
  getQueuedChangeDecoder,
  getRouteDecoder,
  getVaultDecoder,
  QUEUED_CHANGE_DISCRIMINATOR,
  ROUTE_DISCRIMINATOR,
  VAULT_DISCRIMINATOR,
  type BallastEvent,
  type Claims,
  type Preview,
  type QueuedChange,
  type Route,
  type Vault,
} from './generated/index.js';
import { written } from './logs.js';

/** Where the clock's account has the Unix time: the last of five fields of eight bytes. */
const UNIX_TIME_OFFSET = 32;

/** Reads a vault account's data; `undefined` if it is not one. */
export function vault(data: ReadonlyUint8Array): Vault | undefined {
  return decoded(data, VAULT_DISCRIMINATOR, getVaultDecoder());
}

/** Reads a route account's data; `undefined` if it is not one. */
export function route(data: ReadonlyUint8Array): Route | undefined {
  return decoded(data, ROUTE_DISCRIMINATOR, getRouteDecoder());
}

/** Reads a claims account's data; `undefined` if it is not one. */
export function claims(data: ReadonlyUint8Array): Claims | undefined {
  return decoded(data, CLAIMS_DISCRIMINATOR, getClaimsDecoder());
}

/** Reads a queued change's account; `undefined` if it is not one. */
export function queuedChange(data: ReadonlyUint8Array): QueuedChange | undefined {
  return decoded(data, QUEUED_CHANGE_DISCRIMINATOR, getQueuedChangeDecoder());
}

/** Reads the cluster's time from its clock's account: Unix time in seconds. */
export function time(data: ReadonlyUint8Array): bigint {
  return getI64Decoder().decode(data, UNIX_TIME_OFFSET);
}

/** Reads what `preview_rebalance` returned; `REASONS` and `BREAKERS` put it in words. It fails on bytes that are no preview. */
export function preview(returnData: ReadonlyUint8Array): Preview {
  return getPreviewDecoder().decode(returnData);
}

/**
 * The events that Ballast wrote into a transaction's log, in order. What other programs wrote does not count. Events of a failed
 * transaction did not happen.
 */
export function events(logs: readonly string[]): BallastEvent[] {
  return written(logs)
    .filter(({ program, kind }) => program === BALLAST_PROGRAM_ADDRESS && kind === 'data')
    .map(({ content }) => event(content))
    .filter((found) => found !== undefined);
}

function event(encoded: string): BallastEvent | undefined {
  const data = unlessItFails(() => getBase64Encoder().encode(encoded));
  const kind = data && EVENTS.find(({ discriminator }) => startsWith(data, discriminator));
  const content = kind && unlessItFails(() => kind.decoder().decode(data, kind.discriminator.length));
  // The table pairs each name with its own type's decoder.
  return content && ({ name: kind.name, data: content } as BallastEvent);
}

function decoded<T>(
  data: ReadonlyUint8Array,
  discriminator: ReadonlyUint8Array,
  decoder: { decode(data: ReadonlyUint8Array): T },
): T | undefined {
  return startsWith(data, [...discriminator]) ? unlessItFails(() => decoder.decode(data)) : undefined;
}

function startsWith(data: ReadonlyUint8Array, first: readonly number[]): boolean {
  return first.every((byte, index) => data[index] === byte);
}

function unlessItFails<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
