import type { VaultView } from '@ballast/client';
import type { Address } from '@solana/kit';
import { useCallback, useSyncExternalStore } from 'react';
import { useFollowing } from './chain-context.js';
import { Live } from './live.js';
import type { Balances, ChainClient, Connection, History, VaultList, VaultResult } from './types.js';

const NO_BALANCES = new Live<Balances>(undefined, () => () => {});

/** The cluster's endpoints, for transactions and simulations. */
export function useChain(): ChainClient {
  return useFollowing().cluster.client;
}

/** How well the cluster can be heard. */
export function useConnection(): Connection {
  return useWatched(useFollowing().cluster.connection);
}

/** The cluster's time, Unix time in seconds: what programs go by. It ticks once a second, by as much as the cluster's does. */
export function useNow(): bigint {
  return useWatched(useFollowing().cluster.now);
}

/** Asks for everything that is shown at once, such as after a transaction has landed. */
export function useRefresh(): () => void {
  const { cluster } = useFollowing();
  return useCallback(() => cluster.refresh(), [cluster]);
}

/** Every vault that can be found. */
export function useVaults(): VaultList {
  return useWatched(useFollowing().vaults);
}

/** A vault, followed as it changes. */
export function useVault(address: Address): VaultResult {
  return useWatched(useFollowing().vault(address));
}

/** What happened to a vault, followed as more does. */
export function useHistory(address: Address): History {
  return useWatched(useFollowing().history(address));
}

/** What somebody has of a vault's assets and shares, followed as it changes; `undefined` while unknown or without an owner. */
export function useBalances(owner: Address | null, vault: VaultView): Balances {
  const following = useFollowing();
  return useWatched(owner === null ? NO_BALANCES : following.balances(owner, vault));
}

type Watched<T> = { get: () => T; subscribe: (listener: () => void) => () => void };

function useWatched<T>(watched: Watched<T>): T {
  return useSyncExternalStore(watched.subscribe, watched.get);
}
