/**
 * Everything that pages follow, each once however many look at it.
 *
 * @module
 */

import type { VaultView } from '@ballast/client';
import type { Address } from '@solana/kit';
import type { Config } from '../config.js';
import type { VaultRules } from '../rules/types.js';
import { followBalances } from './balances-follower.js';
import type { Cluster } from './cluster.js';
import { HistoryFollower } from './history-follower.js';
import { Live } from './live.js';
import type { Balances, History, VaultList, VaultResult } from './types.js';
import { VaultFollower } from './vault-follower.js';
import { followVaults } from './vaults-follower.js';

const NO_HISTORY: History = {
  status: 'loading',
  entries: [],
  hasMore: false,
  isLoadingMore: false,
  loadMore: () => {},
  error: undefined,
};

export class Following {
  readonly vaults: Live<VaultList>;
  readonly #vaults = new Map<Address, Live<VaultResult>>();
  readonly #histories = new Map<Address, Live<History>>();
  readonly #balances = new Map<string, Live<Balances>>();

  constructor(
    readonly cluster: Cluster,
    private readonly config: Config,
    private readonly loadRules: () => Promise<VaultRules>,
  ) {
    const configured = config.vaults.map(({ address }) => address);
    const unknown: VaultList = { status: 'loading', addresses: configured, error: undefined };
    this.vaults = new Live(unknown, (set) => followVaults(cluster, configured, set));
  }

  vault(address: Address): Live<VaultResult> {
    return once(this.#vaults, address, () => {
      const unknown: VaultResult = { status: 'loading', address };
      return new Live<VaultResult>(unknown, (set) =>
        new VaultFollower(this.cluster, this.config, this.loadRules, address, set).start(),
      );
    });
  }

  history(address: Address): Live<History> {
    return once(this.#histories, address, () => {
      return new Live(NO_HISTORY, (set) => new HistoryFollower(this.cluster, address, set).start());
    });
  }

  balances(owner: Address, view: VaultView): Live<Balances> {
    // Balances are by place, and of one mint at each.
    const mints = view.assets.map(({ mint }) => mint).join();
    return once(this.#balances, `${owner} ${view.address} ${mints}`, () => {
      return new Live<Balances>(undefined, (set) => followBalances(this.cluster, owner, view, set));
    });
  }
}

function once<Key, Value>(made: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}
