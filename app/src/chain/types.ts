/**
 * What the app knows of the cluster, as pages get it.
 *
 * @module
 */

import type { Found, HistoryEntry, QueuedChange, Route, Vault, VaultView } from '@ballast/client';
import type {
  Address,
  AddressesByLookupTableAddress,
  Rpc,
  RpcSubscriptions,
  SolanaRpcApi,
  SolanaRpcSubscriptionsApi,
} from '@solana/kit';
import type { Chain, VaultFigures } from '../rules/types.js';

/** The cluster's endpoints. */
export type ChainClient = {
  rpc: Rpc<SolanaRpcApi>;
  subscriptions: RpcSubscriptions<SolanaRpcSubscriptionsApi>;
};

/** How well the cluster can be heard. */
export type Connection = {
  /**
   * `live`: told of every change; `polling`: asking again and again, because the node's subscriptions fail; `down`: the node does not
   * answer, and what is shown may be old.
   */
  state: 'connecting' | 'live' | 'polling' | 'down';
  /** Since when it has been so, by this machine's clock, in milliseconds. */
  since: number;
  /** What failed last; `undefined` where all is well. */
  error: string | undefined;
};

/** A vault, as the cluster has it now. */
export type ReadyVault = {
  status: 'ready';
  address: Address;
  /** The configured name, or the short address. */
  name: string;
  /** Its account. */
  account: Vault;
  /** Its account's bytes, in base64. */
  data: string;
  /** The addresses that instructions take. */
  view: VaultView;
  routes: readonly Found<Route>[];
  /** Queued changes, in the order in which they were queued. */
  changes: readonly Found<QueuedChange>[];
  /** What it is to people, at the cluster's time. */
  figures: VaultFigures;
  /** What quotes of the rules are asked with: `rules.depositSingle({ ...vault.chain, asset, amount })`. */
  chain: Chain;
  /** Symbols by the asset's place; short mints where the configuration has none. */
  names: readonly string[];
  /** For transactions. */
  lookupTables: AddressesByLookupTableAddress;
  /** The slot of the newest account in it. */
  slot: bigint;
};

/** A vault that may not be there yet, or not at all. */
export type VaultResult =
  | { status: 'loading'; address: Address }
  /** `error` says what to do. */
  | { status: 'error'; address: Address; error: string }
  | ReadyVault;

/** Every vault that the node finds, and every configured one. */
export type VaultList = {
  status: 'loading' | 'ready';
  /** Configured ones first. */
  addresses: readonly Address[];
  /** Why only configured ones are listed: many public nodes do not search. */
  error: string | undefined;
};

/** What happened to a vault, newest first. */
export type History = {
  status: 'loading' | 'ready' | 'error';
  entries: readonly HistoryEntry[];
  /** Whether there may be older ones. */
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  error: string | undefined;
};

/** What somebody has, as far as a vault is concerned. `undefined` until it is known. */
export type Balances =
  | {
      /** Of the cluster's own SOL, which pays fees. */
      lamports: bigint;
      /** Raw units by the asset's place, of associated token accounts. */
      tokens: readonly bigint[];
      /** Raw shares. */
      shares: bigint;
    }
  | undefined;
