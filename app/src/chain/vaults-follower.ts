/**
 * Follows which vaults there are.
 *
 * @module
 */

import { fetchVaults } from '@ballast/client';
import type { Address } from '@solana/kit';
import type { Cluster } from './cluster.js';
import { isHeard } from './connection.js';
import type { VaultList } from './types.js';

/** Vaults are created rarely, and searching is dear to nodes. */
const SEARCH_PAUSE_MS = 20_000;

/** Begins, until the returned function is called. */
export function followVaults(
  cluster: Cluster,
  configured: readonly Address[],
  set: (list: VaultList) => void,
): () => void {
  let searchedAt = -Infinity;
  let addresses = configured;
  const search = async () => {
    if (performance.now() - searchedAt < SEARCH_PAUSE_MS) {
      return;
    }
    searchedAt = performance.now();
    try {
      const found = (await fetchVaults(cluster.client.rpc)).map(({ address }) => address);
      addresses = [...new Set([...configured, ...found])];
      set({ status: 'ready', addresses, error: undefined });
    } catch (cause) {
      searchedAt = -Infinity;
      // Where the node does not answer at all, the banner says so.
      if (isHeard(cluster.connection.get())) {
        const error = cause instanceof Error ? cause.message : String(cause);
        set({ status: 'ready', addresses, error });
      }
    }
  };
  void search();
  return cluster.beat.subscribe(() => void search());
}
