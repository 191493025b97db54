/**
 * What has become of a transaction of which nobody knew whether it had landed.
 *
 * @module
 */

import { decode, fetchTransaction, programFailure, type ClusterRpc, type Sent } from '@ballast/client';
import type { Signature } from '@solana/kit';

/** What a node says about a signature: it has landed, it has failed on the chain, or it is not to be found. */
export type Found = { kind: 'landed'; sent: Sent } | { kind: 'failed'; error: Error } | { kind: 'unknown' };

/** Asks the node, its history included. Throws where the node does not answer. */
export async function lookUp(rpc: ClusterRpc, signature: Signature): Promise<Found> {
  const { value } = await rpc.getSignatureStatuses([signature], { searchTransactionHistory: true }).send();
  const status = value[0];
  if (!status || (status.confirmationStatus !== 'confirmed' && status.confirmationStatus !== 'finalized')) {
    return { kind: 'unknown' };
  }
  const meta = (await fetchTransaction(rpc, signature))?.meta;
  const logs = meta?.logMessages ?? [];
  if (status.err !== null) {
    return { kind: 'failed', error: programFailure(status.err, logs, []) };
  }
  const [units, feeLamports] = [meta?.computeUnitsConsumed ?? 0n, meta?.fee ?? 0n];
  return {
    kind: 'landed',
    sent: { signature, slot: status.slot, units, feeLamports, logs, events: decode.events(logs) },
  };
}
