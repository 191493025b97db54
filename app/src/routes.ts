/**
 * The app's pages and their paths, which stand behind the `#` of its address: any file server can serve them.
 *
 * @module
 */

import type { Address } from '@solana/kit';

/** The parts of a vault's page. */
export type VaultTab = 'overview' | 'deposit' | 'redeem' | 'history' | 'govern';

/** Every vault. */
export const VAULTS_PATH = '/';
/** A new vault. */
export const CREATE_PATH = '/create';
/** What is due, for keepers. */
export const KEEPERS_PATH = '/keepers';

/** A part of a vault's page. */
export function vaultPath(vault: Address, tab: VaultTab = 'overview'): string {
  return tab === 'overview' ? `/vault/${vault}` : `/vault/${vault}/${tab}`;
}
