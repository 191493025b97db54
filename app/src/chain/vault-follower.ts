/**
 * Follows one vault: its account, routes and queued changes, whatever its figures depend on, and the figures themselves.
 *
 * @module
 */

import {
  BALLAST_PROGRAM_ADDRESS,
  decode,
  fetchLookupTables,
  fetchQueuedChanges,
  fetchRoutes,
  vaultAssets,
  vaultView,
  type Found,
  type Vault,
  type VaultView,
} from '@ballast/client';
import {
  getBase64Encoder,
  type Address,
  type AddressesByLookupTableAddress,
  type ReadonlyUint8Array,
} from '@solana/kit';
import type { Config } from '../config.js';
import { shortAddress } from '../format/index.js';
import type { AccountData, Chain, RouteData, VaultRules } from '../rules/types.js';
import type { Cluster } from './cluster.js';
import { isHeard } from './connection.js';
import { findFirstDeposit, rememberDeposit, rememberedDeposit, type FirstDeposit } from './first-deposit.js';
import type { ReadyVault, VaultResult } from './types.js';

/** Accounts change in bursts: prices, pools and vault within a block. */
const BURST_MS = 120;
/** Searching for routes and changes is dear to nodes. */
const SEARCH_PAUSE_MS = 8_000;

/** Accounts that belong to the vault, by where they are. */
type Members = { routes: Address[]; changes: Address[] };
type Parsed = { data: string; account: Vault; view: VaultView; names: string[] };

export class VaultFollower {
  readonly #ends: (() => void)[] = [];
  #unfollow: () => void = () => {};
  #followed = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rules: VaultRules | undefined;
  #members: Members | undefined;
  #searchedAt = -Infinity;
  #parsed: Parsed | undefined;
  #tables: AddressesByLookupTableAddress | undefined;
  #firstDeposit: FirstDeposit | undefined;
  #isLookingForDeposit = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly config: Config,
    private readonly loadRules: () => Promise<VaultRules>,
    private readonly address: Address,
    private readonly set: (result: VaultResult) => void,
  ) {}

  /** Begins, until the returned function is called. */
  start(): () => void {
    this.#follow([this.address]);
    this.#ends.push(this.cluster.now.subscribe(() => this.#computeSoon()));
    this.#ends.push(this.cluster.beat.subscribe(() => this.#fetchRest()));
    this.#ends.push(this.cluster.refreshes.subscribe(() => this.#searchNow()));
    this.#fetchRest();
    return () => {
      this.#ends.forEach((end) => end());
      this.#unfollow();
      clearTimeout(this.#timer);
    };
  }

  /** What no subscription tells. It is asked for with every beat, and what failed is tried again. */
  #fetchRest(): void {
    void this.#search();
    void this.#loadRules();
    void this.#loadTables();
  }

  #computeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#compute();
    }, BURST_MS);
  }

  #compute(): void {
    try {
      const result = this.#result();
      if (result !== undefined) {
        this.set(result);
      }
    } catch (error) {
      this.set(this.#error(words(error)));
    }
  }

  /** The vault as it is now; `undefined` while something is still to come. */
  #result(): VaultResult | undefined {
    const entry = this.cluster.accounts.get(this.address);
    if (entry === undefined) {
      return undefined;
    }
    const parsed = this.#parse(entry.account);
    if (parsed === undefined) {
      return this.#error('There is no vault at this address; check the address, and which cluster the app shows.');
    }
    const rules = this.#rules;
    const { vault, routes, changes } = this.#memberData(parsed.data) ?? {};
    const now = this.cluster.now.get();
    if (rules === undefined || vault === undefined || routes === undefined || changes === undefined || now === 0n) {
      return undefined;
    }
    const wanted = rules.wanted({ vault, routes });
    this.#follow([this.address, ...(this.#members?.routes ?? []), ...(this.#members?.changes ?? []), ...wanted]);
    const accounts = this.#accounts(wanted);
    if (accounts === undefined) {
      return undefined;
    }
    const chain: Chain = { now, address: this.address, vault, routes, accounts, names: parsed.names };
    void this.#lookForDeposit(parsed.account);
    const figures = rules.figures({ ...chain, ...(this.#firstDeposit && { firstDeposit: this.#firstDeposit }) });
    return this.#ready(parsed, chain, changes, figures);
  }

  #ready(
    { account, data, view, names }: Parsed,
    chain: Chain,
    changes: ReadyVault['changes'],
    figures: ReadyVault['figures'],
  ): ReadyVault {
    const known = this.config.vaults.find(({ address }) => address === this.address);
    return {
      status: 'ready',
      address: this.address,
      name: known?.name ?? `Vault ${shortAddress(this.address)}`,
      account,
      data,
      view,
      routes: chain.routes.map(({ address, data }) => ({ address, data: decoded(data, decode.route) })),
      changes,
      figures,
      chain,
      names,
      lookupTables: this.#tables ?? {},
      slot: this.cluster.accounts.get(this.address)?.slot ?? 0n,
    };
  }

  #parse(account: AccountData): Parsed | undefined {
    if (account?.owner !== BALLAST_PROGRAM_ADDRESS) {
      return undefined;
    }
    if (account.data !== this.#parsed?.data) {
      const vault = decode.vault(getBase64Encoder().encode(account.data));
      this.#parsed = vault && {
        data: account.data,
        account: vault,
        view: vaultView(this.address, vault),
        names: vaultAssets(vault).map(({ mint }) => this.#symbol(mint)),
      };
    }
    return this.#parsed;
  }

  #symbol(mint: Address): string {
    return this.config.tokens.find((token) => token.mint === mint)?.symbol ?? shortAddress(mint);
  }

  /** The accounts of routes and changes; closed ones are left out. `undefined` while some are still to come. */
  #memberData(vault: string): { vault: string; routes: RouteData[]; changes: ReadyVault['changes'] } | undefined {
    const members = this.#members;
    if (members === undefined) {
      return undefined;
    }
    const all = this.#accounts([...members.routes, ...members.changes]);
    if (all === undefined) {
      this.#follow([this.address, ...members.routes, ...members.changes]);
      return undefined;
    }
    const own = (addresses: Address[]): RouteData[] =>
      addresses.flatMap((address) => {
        const account = all[address];
        return account?.owner === BALLAST_PROGRAM_ADDRESS ? [{ address, data: account.data }] : [];
      });
    const changes = own(members.changes).map(({ address, data }) => ({
      address,
      data: decoded(data, decode.queuedChange),
    }));
    return { vault, routes: own(members.routes), changes };
  }

  /** What is known of these accounts; `undefined` unless it is something of each. */
  #accounts(addresses: readonly Address[]): Record<Address, AccountData> | undefined {
    const found: Record<Address, AccountData> = {};
    for (const address of addresses) {
      const entry = this.cluster.accounts.get(address);
      if (entry === undefined) {
        return undefined;
      }
      found[address] = entry.account;
    }
    return found;
  }

  #follow(addresses: readonly Address[]): void {
    const key = addresses.join();
    if (key === this.#followed) {
      return;
    }
    this.#followed = key;
    const unfollow = this.#unfollow;
    this.#unfollow = this.cluster.follow(addresses, () => this.#changed());
    unfollow();
  }

  #changed(): void {
    const before = this.#parsed?.account.changeCount;
    this.#computeSoon();
    const account = this.cluster.accounts.get(this.address)?.account;
    if (account && before !== undefined && this.#parse(account)?.account.changeCount !== before) {
      this.#searchNow();
    }
  }

  #searchNow(): void {
    this.#searchedAt = -Infinity;
    void this.#search();
  }

  /** Looks which routes and queued changes there are. */
  async #search(): Promise<void> {
    if (performance.now() - this.#searchedAt < SEARCH_PAUSE_MS) {
      return;
    }
    this.#searchedAt = performance.now();
    try {
      const { rpc } = this.cluster.client;
      const [routes, changes] = await Promise.all([
        fetchRoutes(rpc, this.address),
        fetchQueuedChanges(rpc, this.address),
      ]);
      this.#members = { routes: addressesOf(routes), changes: addressesOf(changes) };
      this.#computeSoon();
    } catch (error) {
      // Asked again with the next beat; what is known already stays.
      // Where the node does not answer at all, the banner says so.
      if (this.#members === undefined && isHeard(this.cluster.connection.get())) {
        this.set(this.#error(`The node does not tell the vault's routes (${words(error)}); it is asked again.`));
      }
    }
  }

  async #loadRules(): Promise<void> {
    if (this.#rules !== undefined) {
      return;
    }
    try {
      this.#rules = await this.loadRules();
      this.#computeSoon();
    } catch (error) {
      this.set(this.#error(words(error)));
    }
  }

  async #loadTables(): Promise<void> {
    if (this.#tables !== undefined) {
      return;
    }
    const tables = this.config.vaults.find(({ address }) => address === this.address)?.lookupTables ?? [];
    try {
      this.#tables = tables.length === 0 ? {} : await fetchLookupTables(this.cluster.client.rpc, ...tables);
      this.#computeSoon();
    } catch {
      // Transactions may do without; it is tried again with the next beat.
    }
  }

  async #lookForDeposit({ totalShares, state }: Vault): Promise<void> {
    if (totalShares === 0n || this.#isLookingForDeposit) {
      return;
    }
    this.#isLookingForDeposit = true;
    // A cluster that began anew may have another vault at the same address.
    const key = `${this.config.cluster}.${this.address}.${state.performance.inceptionAt}`;
    this.#firstDeposit = rememberedDeposit(key);
    try {
      this.#firstDeposit ??= await findFirstDeposit(this.cluster.client.rpc, this.address);
    } catch {
      this.#isLookingForDeposit = false;
    }
    if (this.#firstDeposit !== undefined) {
      rememberDeposit(key, this.#firstDeposit);
      this.#computeSoon();
    }
  }

  #error(error: string): VaultResult {
    return { status: 'error', address: this.address, error };
  }
}

function addressesOf(found: readonly Found<unknown>[]): Address[] {
  return found.map(({ address }) => address);
}

function decoded<T>(data: string, read: (bytes: ReadonlyUint8Array) => T | undefined): T {
  const found = read(getBase64Encoder().encode(data));
  if (found === undefined) {
    throw new Error(
      'An account of the vault has a layout that this version of the app does not know; reload the page.',
    );
  }
  return found;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
