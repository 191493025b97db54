/**
 * The cluster, live.
 *
 * @module
 */

export { ChainProvider } from './chain-context.js';
export { Cluster } from './cluster.js';
export { Following } from './following.js';
export { useBalances, useChain, useConnection, useHistory, useNow, useRefresh, useVault, useVaults } from './hooks.js';
export type { Balances, ChainClient, Connection, History, ReadyVault, VaultList, VaultResult } from './types.js';
