/**
 * The app's pages and their paths, which stand behind the `#` of its address: any file server can serve them.
 *
 * @module
 */

import type { Address } from '@solana/kit';

/** The parts of a vault's page. */
export const VAULT_TABS = ['overview', 'deposit', 'redeem', 'history', 'govern'] as const;

export type VaultTab = (typeof VAULT_TABS)[number];

/** Every vault. */
export const VAULTS_PATH = '/';
/** A new vault. */
export const CREATE_PATH = '/create';
/** What is due, for keepers. */
export const KEEPERS_PATH = '/keepers';

/** The part that a path names; `undefined` for any other word. */
export function vaultTab(word: string): VaultTab | undefined {
  return VAULT_TABS.find((tab) => tab === word);
}

/** A part of a vault's page. */
export function vaultPath(vault: Address, tab: VaultTab = 'overview'): string {
  return tab === 'overview' ? `/vault/${vault}` : `/vault/${vault}/${tab}`;
}
