/**
 * Reading a cluster: vaults, routes, queued changes, claims, the clock, lookup tables, history.
 *
 * @module
 */

import {
  fetchAddressesForLookupTables,
  fetchEncodedAccount,
  getBase58Decoder,
  getBase64Encoder,
  type Address,
  type AddressesByLookupTableAddress,
  type Base58EncodedBytes,
  type MaybeEncodedAccount,
  type ReadonlyUint8Array,
  type Signature,
  type TransactionError,
} from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import * as derive from './address.js';
import * as decode from './decode.js';
import { missingAnswer, notFound, wrongAccount } from './errors.js';
import {
  BALLAST_PROGRAM_ADDRESS,
  QUEUED_CHANGE_DISCRIMINATOR,
  ROUTE_DISCRIMINATOR,
  VAULT_DISCRIMINATOR,
  type BallastEvent,
  type Claims,
  type QueuedChange,
  type Route,
  type Vault,
} from './generated/index.js';
import { COMMITMENT, type ClusterRpc } from './rpc.js';

/** Where accounts of routes and queued changes name their vault: behind the discriminator. */
const VAULT_OFFSET = 8n;

/** Public nodes refuse whoever asks for much at a time. */
const TRANSACTIONS_AT_ONCE = 8;

/** An account with its address. */
export type Found<T> = { address: Address; data: T };

/** A transaction, and what Ballast did in it. */
export type HistoryEntry = {
  signature: Signature;
  /** The slot in which it landed. */
  slot: bigint;
  /** When, Unix time in seconds, by the cluster's clock; `null` where the node has forgotten. */
  time: bigint | null;
  /** Why it failed; `null` where it succeeded. */
  error: TransactionError | null;
  /** Ballast's events in it, of every vault; none where it failed. */
  events: BallastEvent[];
};

/**
 * A vault.
 *
 * @throws `NotFound` or `WrongAccount` where there is none at the address.
 */
export async function fetchVault(rpc: ClusterRpc, address: Address): Promise<Vault> {
  return own('vault', await fetchEncodedAccount(rpc, address, { commitment: COMMITMENT }), decode.vault);
}

/** Every vault of the program, by address. Public nodes often refuse such requests. */
export async function fetchVaults(rpc: ClusterRpc): Promise<Found<Vault>[]> {
  return fetchAll(rpc, VAULT_DISCRIMINATOR, undefined, decode.vault);
}

/** A route. */
export async function fetchRoute(rpc: ClusterRpc, address: Address): Promise<Route> {
  return own('route', await fetchEncodedAccount(rpc, address, { commitment: COMMITMENT }), decode.route);
}

/** Every route of a vault, by address; see {@link fetchVaults}. */
export async function fetchRoutes(rpc: ClusterRpc, vault: Address): Promise<Found<Route>[]> {
  return fetchAll(rpc, ROUTE_DISCRIMINATOR, vault, decode.route);
}

/** Every queued change of a vault, in the order in which they were queued; see {@link fetchVaults}. */
export async function fetchQueuedChanges(rpc: ClusterRpc, vault: Address): Promise<Found<QueuedChange>[]> {
  const changes = await fetchAll(rpc, QUEUED_CHANGE_DISCRIMINATOR, vault, decode.queuedChange);
  return changes.sort((a, b) => (a.data.id < b.data.id ? -1 : 1));
}

/** Somebody's claims on a vault; `undefined` where they have none open. */
export async function fetchClaims(rpc: ClusterRpc, vault: Address, owner: Address): Promise<Claims | undefined> {
  const account = await fetchEncodedAccount(rpc, await derive.claims(vault, owner), { commitment: COMMITMENT });
  // Anybody can send lamports to an address where nothing is yet.
  const isMade = account.exists && account.programAddress !== SYSTEM_PROGRAM_ADDRESS;
  return isMade ? own('claims account', account, decode.claims) : undefined;
}

/** Lookup tables, as the functions that send transactions take them. */
export async function fetchLookupTables(rpc: ClusterRpc, ...tables: Address[]): Promise<AddressesByLookupTableAddress> {
  return fetchAddressesForLookupTables(tables, rpc, { commitment: COMMITMENT });
}

/** The cluster's time, Unix time in seconds: what programs go by. Local clusters may run faster than the machine's clock. */
export async function fetchTime(rpc: ClusterRpc): Promise<bigint> {
  const clock = await fetchEncodedAccount(rpc, derive.CLOCK, { commitment: COMMITMENT });
  if (!clock.exists) {
    throw missingAnswer('its clock');
  }
  return decode.time(clock.data);
}

/**
 * The last transactions that named an account, such as a vault, newest first: at most `limit` (of 1,000), and only those older than
 * `before`.
 */
export async function fetchHistory(
  rpc: ClusterRpc,
  address: Address,
  limit: number,
  before?: Signature,
): Promise<HistoryEntry[]> {
  const config = { commitment: COMMITMENT, limit, ...(before && { before }) } as const;
  const found = await rpc.getSignaturesForAddress(address, config).send();
  const entries: HistoryEntry[] = [];
  for (let first = 0; first < found.length; first += TRANSACTIONS_AT_ONCE) {
    const some = found.slice(first, first + TRANSACTIONS_AT_ONCE).map(async ({ signature, slot, blockTime, err }) => {
      const events = err === null ? decode.events(await fetchLogs(rpc, signature)) : [];
      return { signature, slot, time: blockTime, error: err, events };
    });
    entries.push(...(await Promise.all(some)));
  }
  return entries;
}

async function fetchLogs(rpc: ClusterRpc, signature: Signature): Promise<readonly string[]> {
  const transaction = await fetchTransaction(rpc, signature);
  return transaction?.meta?.logMessages ?? [];
}

/** What the cluster keeps about a transaction; `null` where the node does not. */
export async function fetchTransaction(rpc: ClusterRpc, signature: Signature) {
  const config = { commitment: COMMITMENT, encoding: 'base64', maxSupportedTransactionVersion: 0 } as const;
  return rpc.getTransaction(signature, config).send();
}

/** Reads an account of Ballast's own. Anybody can write the same bytes into an account of another program. */
function own<T>(what: string, account: MaybeEncodedAccount, read: (data: ReadonlyUint8Array) => T | undefined): T {
  if (!account.exists) {
    throw notFound(what, account.address);
  }
  const found = account.programAddress === BALLAST_PROGRAM_ADDRESS ? read(account.data) : undefined;
  if (found === undefined) {
    throw wrongAccount(what, account.address);
  }
  return found;
}

/** The program's accounts of a type, of one vault or of all, that can be read. */
async function fetchAll<T>(
  rpc: ClusterRpc,
  discriminator: ReadonlyUint8Array,
  vault: Address | undefined,
  read: (data: ReadonlyUint8Array) => T | undefined,
): Promise<Found<T>[]> {
  const ofType = begins(0n, getBase58Decoder().decode(discriminator));
  const filters = vault === undefined ? [ofType] : [ofType, begins(VAULT_OFFSET, vault)];
  const config = { commitment: COMMITMENT, encoding: 'base64', filters } as const;
  const accounts = await rpc.getProgramAccounts(BALLAST_PROGRAM_ADDRESS, config).send();
  return accounts
    .map(({ pubkey, account }) => ({ address: pubkey, data: read(getBase64Encoder().encode(account.data[0])) }))
    .filter((found): found is Found<T> => found.data !== undefined)
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

function begins(offset: bigint, base58: string) {
  return { memcmp: { offset, bytes: base58 as Base58EncodedBytes, encoding: 'base58' } } as const;
}
