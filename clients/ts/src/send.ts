/**
 * From a prepared transaction to one that has landed, or to the certainty that it never lands.
 *
 * The same bytes are sent again and again: however many copies arrive, the cluster runs a signature once. A transaction is given up
 * only once the chain has gone past the last block that may hold it, and a node that has seen that far does not know it. Whoever
 * then makes another transaction cannot have both land.
 *
 * @module
 */

import {
  getBase58Decoder,
  getBase64EncodedWireTransaction,
  getCompiledTransactionMessageDecoder,
  getSignatureFromTransaction,
  isSolanaError,
  isTransactionMessageWithSingleSendingSigner,
  signAndSendTransactionMessageWithSigners,
  signTransactionMessageWithSigners,
  SOLANA_ERROR__JSON_RPC__INVALID_PARAMS,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_LEN_MISMATCH,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE,
  type Base64EncodedWireTransaction,
  type Instruction,
  type Signature,
  type TransactionError,
  type TransactionSigner,
} from '@solana/kit';
import { fetchTransaction } from './cluster.js';
import * as decode from './decode.js';
import { ClientError } from './errors.js';
import { programFailure } from './failure.js';
import type { BallastEvent } from './generated/index.js';
import { COMMITMENT, type ClusterRpc } from './rpc.js';
import { prepare, type Options, type Prepared } from './transaction.js';

/** Between two looks at a transaction's status: two a slot or so. */
const POLL_MS = 400;
/** Looks between two sendings: leaders change every four slots. */
const POLLS_PER_SEND = 5;
/** How long the cluster may be silent before the wait ends without a result. Longer than any blockhash lasts. */
const PATIENCE_MS = 180_000;
/** How often to ask for a landed transaction's log before going without. */
const LOG_ATTEMPTS = 5;
/** What a node answers to a transaction that no node will take. */
const REFUSALS = [
  SOLANA_ERROR__JSON_RPC__INVALID_PARAMS,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_LEN_MISMATCH,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE,
] as const;

/** A transaction that has landed and succeeded. */
export type Sent = {
  signature: Signature;
  /** The slot in which it landed. */
  slot: bigint;
  /** Compute units that it took; those of the simulation where the node does not tell. */
  units: bigint;
  /** Lamports that it paid in all. */
  feeLamports: bigint;
  /** Its log; empty where the node does not keep it. */
  logs: readonly string[];
  /** Ballast's events in it. */
  events: BallastEvent[];
};

/** A signed transaction on its way. */
type OnItsWay = {
  signature: Signature;
  /** What to send again; `undefined` where the wallet sends, and may have changed the blockhash. */
  bytes: Base64EncodedWireTransaction | undefined;
  lastValidBlockHeight: bigint;
};

type Landed = { slot: bigint; error: TransactionError | null };

/** `prepare`, then {@link submit}. */
export async function send(
  rpc: ClusterRpc,
  payer: TransactionSigner,
  instructions: readonly Instruction[],
  options: Options = {},
): Promise<Sent> {
  return submit(rpc, await prepare(rpc, payer, instructions, options));
}

/**
 * Has a transaction signed and sent, and waits until it has landed. `onSigned` is told the signature between the two: what it throws
 * ends the matter before anything is sent, unless the wallet has sent it by itself.
 *
 * @throws a `ProgramFailure` where it has landed and failed; `Expired` where it never will, so that it is safe to make another;
 * `Unconfirmed` where nobody knows; `Changed`, with nothing sent, where the wallet signed it with another lifetime; whatever the wallet or `onSigned` throws.
 */
export async function submit(
  rpc: ClusterRpc,
  prepared: Prepared,
  onSigned: (signature: Signature) => void = () => {},
): Promise<Sent> {
  const transaction = await sign(prepared);
  const { signature } = transaction;
  onSigned(signature);
  const { slot, error } = await land(rpc, transaction);
  const meta = await kept(rpc, signature);
  const logs = meta?.logMessages ?? [];
  if (error !== null) {
    throw programFailure(error, logs, prepared.message.instructions as readonly Instruction[]);
  }
  const units = meta?.computeUnitsConsumed ?? prepared.simulation.units;
  return { signature, slot, units, feeLamports: meta?.fee ?? prepared.feeLamports, logs, events: decode.events(logs) };
}

async function sign({ message }: Prepared): Promise<OnItsWay> {
  const { lastValidBlockHeight } = message.lifetimeConstraint;
  if (isTransactionMessageWithSingleSendingSigner(message)) {
    const signature = getBase58Decoder().decode(await signAndSendTransactionMessageWithSigners(message)) as Signature;
    return { signature, bytes: undefined, lastValidBlockHeight };
  }
  const signed = await signTransactionMessageWithSigners(message);
  // Wallets may add instructions that guard their user. Of another lifetime nobody could say when it has ended, and so whether
  // another attempt could have both land.
  const { lifetimeToken } = getCompiledTransactionMessageDecoder().decode(signed.messageBytes);
  if (lifetimeToken !== message.lifetimeConstraint.blockhash) {
    throw changed();
  }
  return {
    signature: getSignatureFromTransaction(signed),
    bytes: getBase64EncodedWireTransaction(signed),
    lastValidBlockHeight,
  };
}

async function land(rpc: ClusterRpc, transaction: OnItsWay): Promise<Landed> {
  let heardAt = Date.now();
  for (let poll = 0; ; poll++) {
    if (poll % POLLS_PER_SEND === 0) {
      await sendOnce(rpc, transaction, poll === 0);
    }
    await sleep(POLL_MS);
    try {
      const landed = await look(rpc, transaction);
      if (landed) {
        return landed;
      }
      heardAt = Date.now();
    } catch (error) {
      if (error instanceof ClientError) {
        throw error;
      }
      if (Date.now() - heardAt > PATIENCE_MS) {
        throw unconfirmed(transaction.signature, error);
      }
    }
  }
}

/** Sends, and leaves it to {@link look} to find out what became of it: whoever fell silent may have passed it on first. */
async function sendOnce(rpc: ClusterRpc, { bytes }: OnItsWay, isFirst: boolean): Promise<void> {
  if (bytes === undefined) {
    return;
  }
  try {
    // It has been simulated, and is sent again from here.
    await rpc.sendTransaction(bytes, { encoding: 'base64', skipPreflight: true, maxRetries: 0n }).send();
  } catch (error) {
    if (isFirst && REFUSALS.some((code) => isSolanaError(error, code))) {
      throw error;
    }
  }
}

/** Where the transaction has landed; `undefined` where it may still land. */
async function look(
  rpc: ClusterRpc,
  { signature, bytes, lastValidBlockHeight }: OnItsWay,
): Promise<Landed | undefined> {
  const recent = await rpc.getSignatureStatuses([signature]).send();
  if (recent.value[0]) {
    return reached(recent.value[0]);
  }
  // Height and slot of one node's answer: a node behind them could not know.
  const chain = await rpc.getEpochInfo({ commitment: COMMITMENT }).send();
  if (chain.blockHeight <= lastValidBlockHeight) {
    return undefined;
  }
  const last = await rpc.getSignatureStatuses([signature], { searchTransactionHistory: true }).send();
  if (last.value[0]) {
    return reached(last.value[0]);
  }
  if (last.context.slot < chain.absoluteSlot) {
    return undefined;
  }
  throw bytes === undefined ? unconfirmed(signature) : expired(signature);
}

/** A status that is short of the commitment may yet be undone, failures included. */
function reached(status: {
  slot: bigint;
  err: TransactionError | null;
  confirmationStatus: string | null;
}): Landed | undefined {
  const isReached = status.confirmationStatus === 'confirmed' || status.confirmationStatus === 'finalized';
  return isReached ? { slot: status.slot, error: status.err } : undefined;
}

/** What the cluster keeps about a landed transaction. It has landed, so a node that does not tell is no reason to fail. */
async function kept(rpc: ClusterRpc, signature: Signature) {
  for (let attempt = 0; attempt < LOG_ATTEMPTS; attempt++) {
    const transaction = await fetchTransaction(rpc, signature).catch(() => null);
    if (transaction) {
      return transaction.meta;
    }
    await sleep(POLL_MS);
  }
  return null;
}

function changed(): ClientError {
  const message = 'the wallet gave the transaction another lifetime, so it is not sent; use another wallet';
  return new ClientError('Changed', message);
}

function expired(signature: Signature): ClientError {
  const message = `the transaction ${signature} did not land in time and never will; try again, or offer a higher priority fee`;
  return new ClientError('Expired', message, { signature });
}

function unconfirmed(signature: Signature, cause?: unknown): ClientError {
  const message = `nobody can tell whether the transaction ${signature} has landed; look it up before another attempt`;
  return new ClientError('Unconfirmed', message, { signature, cause });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
