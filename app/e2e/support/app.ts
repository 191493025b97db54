// The app as its users go through it.

import type { Locator, Page } from '@playwright/test';
import type { VaultEntry } from './manifest';

/** A part of a vault's page. */
export type Tab = 'deposit' | 'redeem' | 'history' | 'govern';

/** Opens a page by its path behind the `#`; of the worker's server, unless another's `origin` is given. */
export async function open(page: Page, path: string, origin = ''): Promise<void> {
  await page.goto(`${origin}/#${path}`);
}

/** Opens a vault's page, or a part of it. */
export async function openVault(page: Page, vault: VaultEntry, tab?: Tab): Promise<void> {
  await open(page, `/vault/${vault.address}${tab ? `/${tab}` : ''}`);
}

/** The button in the header that tells who is connected, or connects. */
export function walletButton(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: /^(Connect|Your wallet)/ });
}

/** Connects one of the local cluster's wallets. */
export async function connect(page: Page, wallet: string): Promise<void> {
  await walletButton(page).click();
  const dialog = page.getByRole('dialog', { name: 'Connect a wallet' });
  await dialog.getByRole('button', { name: `${wallet} (local)` }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Disconnects whichever wallet is connected. */
export async function disconnect(page: Page): Promise<void> {
  await walletButton(page).click();
  await page.getByRole('dialog', { name: 'Your wallet' }).getByRole('button', { name: 'Disconnect' }).click();
}

/** The dialog in which a local wallet asks its owner. */
export function request(page: Page): Locator {
  return page.getByRole('dialog', { name: /: sign\?$/ });
}

/** Signs what the local wallet asks for. */
export async function approve(page: Page): Promise<void> {
  await request(page).getByRole('button', { name: 'Approve' }).click();
}

/** Refuses what the local wallet asks for. */
export async function reject(page: Page): Promise<void> {
  await request(page).getByRole('button', { name: 'Reject' }).click();
}
