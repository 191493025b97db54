/**
 * Making, simulating and sending transactions.
 *
 * @module
 */

import {
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createNoopSigner,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getBase64Encoder,
  getTransactionMessageSize,
  getTransactionMessageSizeLimit,
  isWritableRole,
  pipe,
  setTransactionMessageComputeUnitLimit,
  setTransactionMessageComputeUnitPrice,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  type Address,
  type AddressesByLookupTableAddress,
  type Base64EncodedWireTransaction,
  type BlockhashLifetimeConstraint,
  type Instruction,
  type ReadonlyUint8Array,
  type TransactionMessage,
  type TransactionMessageWithBlockhashLifetime,
  type TransactionMessageWithFeePayerSigner,
  type TransactionSigner,
} from '@solana/kit';
import * as decode from './decode.js';
import { ClientError, missingAnswer } from './errors.js';
import { programFailure } from './failure.js';
import { DEFAULT_FEES, feeLamports, MAX_UNITS, unitLimit, unitPrice, type FeePolicy } from './fee.js';
import { BALLAST_PROGRAM_ADDRESS, type BallastEvent } from './generated/index.js';
import { returned } from './logs.js';
import { COMMITMENT, type ClusterRpc } from './rpc.js';

/** Most accounts that nodes take in a question about recent fees. */
const FEE_ACCOUNTS = 128;
/** Stands for the blockhash that a node puts in when it simulates. */
const ANY_BLOCKHASH: BlockhashLifetimeConstraint = {
  blockhash: blockhash('11111111111111111111111111111111'),
  lastValidBlockHeight: 0n,
};

/** A message that lacks nothing but signatures; the signers ride along in it. */
export type Message = TransactionMessage &
  TransactionMessageWithFeePayerSigner &
  TransactionMessageWithBlockhashLifetime;

/** What to make a transaction of besides instructions. */
export type Options = {
  /** Lookup tables, as `fetchLookupTables` reads them: with the vault's, more accounts fit. None by default. */
  lookupTables?: AddressesByLookupTableAddress;
  /** How to choose compute limit and priority fee; {@link DEFAULT_FEES} by default. */
  fees?: FeePolicy;
};

/** What a simulated transaction did. */
export type Simulation = {
  /** Compute units that it took. */
  units: bigint;
  /** Its log. */
  logs: readonly string[];
  /** Ballast's events in it. */
  events: BallastEvent[];
  /** The bytes that Ballast returned last; `undefined` where it returned nothing. */
  returnData: ReadonlyUint8Array | undefined;
};

/** A transaction that has been simulated, and lacks nothing but signatures. It lasts about a minute. */
export type Prepared = {
  message: Message;
  /** What the simulation did. */
  simulation: Simulation;
  /** Lamports that it pays in all, whether it succeeds or fails. */
  feeLamports: bigint;
  /** Its size, signatures included. */
  bytes: number;
};

/**
 * Runs instructions without sending them, nor needing a signature; `payer` must be able to pay the fee.
 *
 * @throws a `ProgramFailure` with what the transaction would fail with, or `TooLarge`.
 */
export async function simulate(
  rpc: ClusterRpc,
  payer: Address,
  instructions: readonly Instruction[],
  options: Options = {},
): Promise<Simulation> {
  const message = compose(createNoopSigner(payer), instructions, ANY_BLOCKHASH, MAX_UNITS, 0n, options);
  const config = {
    commitment: COMMITMENT,
    encoding: 'base64',
    replaceRecentBlockhash: true,
    sigVerify: false,
  } as const;
  const { value } = await rpc.simulateTransaction(wire(message), config).send();
  const logs = value.logs ?? [];
  if (value.err !== null) {
    throw programFailure(value.err, logs, instructions);
  }
  if (value.unitsConsumed === undefined) {
    throw missingAnswer('the compute units of a simulation');
  }
  const data = returned(logs, BALLAST_PROGRAM_ADDRESS);
  const returnData = data === undefined ? undefined : getBase64Encoder().encode(data);
  return { units: value.unitsConsumed, logs, events: decode.events(logs), returnData };
}

/**
 * Simulates the instructions, and makes the transaction with what that tells: its compute limit, a price for its priority from
 * recent fees for the accounts that it writes, a fresh blockhash. Leave compute budget instructions out.
 *
 * @throws a `ProgramFailure` with what it would fail with, or `TooLarge`. Nothing has been sent.
 */
export async function prepare(
  rpc: ClusterRpc,
  payer: TransactionSigner,
  instructions: readonly Instruction[],
  options: Options = {},
): Promise<Prepared> {
  const fees = options.fees ?? DEFAULT_FEES;
  const simulation = await simulate(rpc, payer.address, instructions, options);
  const limit = unitLimit(fees, simulation.units);
  const price = unitPrice(fees, await recentFees(rpc, payer.address, instructions, fees), limit);
  const { value: lifetime } = await rpc.getLatestBlockhash({ commitment: COMMITMENT }).send();
  const message = compose(payer, instructions, lifetime, limit, price, options);
  const signatures = Object.keys(compileTransaction(message).signatures).length;
  const bytes = getTransactionMessageSize(message);
  return { message, simulation, feeLamports: feeLamports(signatures, limit, price), bytes };
}

/**
 * The transaction in base64 without signatures, as multisigs take it. Its blockhash lasts about a minute; a multisig puts its own
 * in.
 */
export function unsigned({ message }: Prepared): Base64EncodedWireTransaction {
  return wire(message);
}

function compose(
  payer: TransactionSigner,
  instructions: readonly Instruction[],
  lifetime: BlockhashLifetimeConstraint,
  limit: number,
  price: bigint,
  { lookupTables = {} }: Options,
): Message {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (message) => setTransactionMessageFeePayerSigner(payer, message),
    (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
    (message) => appendTransactionMessageInstructions(instructions, message),
    // Last, so that the instructions keep their numbers in whatever the cluster says about them.
    (message) => setTransactionMessageComputeUnitLimit(limit, message),
    (message) => setTransactionMessageComputeUnitPrice(price, message),
    (message) => compressTransactionMessageUsingAddressLookupTables(message, lookupTables),
  );
  const [bytes, most] = [getTransactionMessageSize(message), getTransactionMessageSizeLimit(message)];
  if (bytes > most) {
    throw new ClientError(
      'TooLarge',
      `the transaction takes ${bytes} bytes, and the network carries ${most}; use the vault's lookup table, or send the ` +
        'instructions in several transactions',
    );
  }
  return message;
}

function wire(message: Message): Base64EncodedWireTransaction {
  return getBase64EncodedWireTransaction(compileTransaction(message));
}

/** What transactions on the same accounts paid for a unit, by recent slot. */
async function recentFees(
  rpc: ClusterRpc,
  payer: Address,
  instructions: readonly Instruction[],
  { maxLamports }: FeePolicy,
): Promise<bigint[]> {
  if (maxLamports === 0n) {
    return [];
  }
  const accounts = instructions.flatMap((instruction) => instruction.accounts ?? []);
  const written = accounts.filter(({ role }) => isWritableRole(role)).map(({ address }) => address);
  const addresses = [...new Set([payer, ...written])].slice(0, FEE_ACCOUNTS);
  const fees = await rpc.getRecentPrioritizationFees(addresses).send();
  return fees.map(({ prioritizationFee }) => BigInt(prioritizationFee));
}
