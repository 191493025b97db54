import type { VaultView } from '@ballast/client';
import type { Address } from '@solana/kit';
import type { Balances, ChainClient, Connection, History, VaultList, VaultResult } from './types.js';

/** The cluster's endpoints, for transactions and simulations. */
export function useChain(): ChainClient {
  throw new Error('under construction');
}

/** How well the cluster can be heard. */
export function useConnection(): Connection {
  throw new Error('under construction');
}

/** The cluster's time, Unix time in seconds: what programs go by. It ticks once a second, by as much as the cluster's does. */
export function useNow(): bigint {
  return BigInt(Math.floor(Date.now() / 1_000));
}

/** Every vault that can be found. */
export function useVaults(): VaultList {
  return { status: 'loading', addresses: [], error: undefined };
}

/** A vault, followed as it changes. */
export function useVault(address: Address): VaultResult {
  return { status: 'loading', address };
}

/** What happened to a vault, followed as more does. */
export function useHistory(_address: Address): History {
  throw new Error('under construction');
}

/** What somebody has of a vault's assets and shares, followed as it changes; `undefined` while unknown or without an owner. */
export function useBalances(_owner: Address | null, _vault: VaultView): Balances {
  throw new Error('under construction');
}
