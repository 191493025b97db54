/**
 * The cluster, live.
 *
 * @module
 */

export type { Balances, ChainClient, Connection, History, ReadyVault, VaultList, VaultResult } from './types.js';
export { useBalances, useChain, useConnection, useHistory, useNow, useVault, useVaults } from './hooks.js';
