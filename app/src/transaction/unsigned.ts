/**
 * Transactions that somebody else signs, such as a multisig.
 *
 * @module
 */

import { prepare, unsigned, type ClusterRpc } from '@ballast/client';
import { createNoopSigner, type Address } from '@solana/kit';
import type { Work } from './types.js';

/** A transaction without signatures. */
export type Unsigned = {
  /** The whole transaction, as multisigs and command lines take it. */
  base64: string;
  /** Its size in bytes. */
  bytes: number;
  /** What it costs whoever pays. */
  feeLamports: bigint;
};

/**
 * Makes the transaction of the work for `signer`, who signs and pays, and simulates it. Its blockhash lasts about a minute; multisigs put
 * their own in.
 *
 * @throws a `ProgramFailure` with what it would fail with, or a `ClientError`. Nothing is sent either way.
 */
export async function exportUnsigned(rpc: ClusterRpc, signer: Address, work: Work): Promise<Unsigned> {
  const noop = createNoopSigner(signer);
  const setup = (await work.setup?.(noop)) ?? [];
  const instructions = [...setup, ...(await work.build(noop))];
  const options = work.lookupTables === undefined ? {} : { lookupTables: work.lookupTables };
  const prepared = await prepare(rpc, noop, instructions, options);
  return { base64: unsigned(prepared), bytes: prepared.bytes, feeLamports: prepared.feeLamports };
}
