// Governing a vault: pauses, changes and their timelock, and transactions for others to sign.

import type { Locator, Page } from '@playwright/test';
import { getBase64Encoder, getCompiledTransactionMessageDecoder, getTransactionDecoder } from '@solana/kit';
import { approve, connect, disconnect, open } from './support/app';
import type { Cluster } from './support/cluster';
import { expect, test } from './support/fixtures';
import type { VaultEntry } from './support/manifest';

/** Of the cluster's vaults. */
const TIMELOCK_SECS = 48 * 3_600;

type Section = 'roles' | 'pause' | 'changes';

async function openSection(page: Page, vault: VaultEntry, section: Section): Promise<void> {
  await open(page, `/vault/${vault.address}/govern/${section}`);
}

/** The dialog that says what an action would do. */
function review(page: Page, title: RegExp): Locator {
  return page.getByRole('dialog', { name: title });
}

/** Signs what the dialog is about, waits until it is done, and closes it. */
async function sign(page: Page, title: RegExp, done: RegExp): Promise<void> {
  await review(page, title).getByRole('button', { name: 'Sign and send' }).click();
  await approve(page);
  await expect(review(page, title).getByText(done).first()).toBeVisible();
  await review(page, title).getByRole('button', { name: 'Close' }).last().click();
}

/** Asks for another largest trade, in percent. */
async function askForLargestTrade(page: Page, percent: string): Promise<void> {
  await page.getByLabel('New: Largest trade').fill(percent);
}

async function queueLargestTrade(page: Page, percent: string): Promise<void> {
  await askForLargestTrade(page, percent);
  await page.getByRole('button', { name: 'Queue the change' }).click();
  await sign(page, /^Queue change 0/, /Queued as change 0/);
}

async function limits(cluster: Cluster, vault: VaultEntry): Promise<string> {
  return cluster.ballast('admin', vault, 'vault', 'show', '--full', '--output', 'json');
}

test('the guardian pauses, and only the admin resumes', async ({ page, cluster, ownVault: vault }) => {
  await openSection(page, vault, 'pause');
  await connect(page, 'guardian');
  await page.getByRole('checkbox', { name: /^Rebalancing/ }).check();
  await page.getByRole('button', { name: 'Pause chosen' }).click();
  await sign(page, /^Pause/, /Paused/);
  await expect(page.getByRole('checkbox', { name: /^Rebalancing.*Paused/ })).toBeVisible();
  expect(await cluster.ballast('alice', vault, 'vault', 'show')).toMatch(/^status: +rebalance paused$/m);

  await page.getByRole('button', { name: 'Resume chosen' }).click();
  await expect(review(page, /^Resume/)).toContainText('Only the admin may do this');
  await expect(review(page, /^Resume/).getByRole('button', { name: 'Sign and send' })).toBeDisabled();
  await review(page, /^Resume/)
    .getByRole('button', { name: 'Back' })
    .click();

  await disconnect(page);
  await connect(page, 'admin');
  await page.getByRole('button', { name: 'Resume chosen' }).click();
  await sign(page, /^Resume/, /Resumed/);
  await expect(page.getByRole('checkbox', { name: /^Rebalancing.*Running/ })).toBeVisible();
});

test('what loosens is queued, counted down and applied', async ({ page, cluster, ownVault: vault }) => {
  await openSection(page, vault, 'changes');
  await connect(page, 'admin');
  await queueLargestTrade(page, '6');
  const queued = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Change 0/ }) });
  await expect(queued).toContainText('Waits for the timelock');
  await expect(queued).toContainText(/Can be applied in 1 d 23 h/);
  await expect(queued.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await cluster.control.travel(TIMELOCK_SECS);
  await expect(queued).toContainText('Ready');
  await queued.getByRole('button', { name: 'Apply' }).click();
  await sign(page, /^Apply change 0/, /Change 0 is applied/);
  await expect(page.getByText('No changes are queued.')).toBeVisible();
  expect(await limits(cluster, vault)).toMatch(/"max_trade_bps":\s*"?600/);
});

test('the guardian cancels what is queued', async ({ page, cluster, ownVault: vault }) => {
  await cluster.ballast('admin', vault, 'propose', 'limits', 'max_trade=6%');
  await openSection(page, vault, 'changes');
  await connect(page, 'guardian');
  await page.getByRole('button', { name: 'Cancel the change' }).click();
  await sign(page, /^Cancel change 0/, /Change 0 is cancelled/);
  await expect(page.getByText('No changes are queued.')).toBeVisible();
});

test('what tightens is done at once', async ({ page, cluster, ownVault: vault }) => {
  await openSection(page, vault, 'changes');
  await connect(page, 'guardian');
  await askForLargestTrade(page, '3');
  await page.getByRole('button', { name: 'Tighten now' }).click();
  await sign(page, /^Tighten/, /Tightened/);
  expect(await limits(cluster, vault)).toMatch(/"max_trade_bps":\s*"?300/);
});

test('a setting out of its bounds is told, and asks for nothing', async ({ page, ownVault: vault }) => {
  await openSection(page, vault, 'changes');
  await askForLargestTrade(page, '99');
  await expect(page.getByLabel('New: Largest trade')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('button', { name: 'Queue the change' })).toHaveCount(0);
});

test('a change is exported for a multisig, unsigned', async ({ page, cluster, ownVault: vault }) => {
  await openSection(page, vault, 'changes');
  await askForLargestTrade(page, '6');
  await page.getByRole('button', { name: 'Queue the change' }).click();
  await review(page, /^Queue change 0/)
    .getByRole('button', { name: 'Export unsigned' })
    .click();
  const exporting = review(page, /^Export the unsigned transaction/);
  await expect(exporting.getByLabel('Who signs and pays')).toHaveValue(cluster.wallet('admin'));
  await exporting.getByRole('button', { name: 'Simulate and export' }).click();
  const base64 = await exporting.getByLabel('Transaction, base64').inputValue();
  const { signatures, messageBytes } = getTransactionDecoder().decode(getBase64Encoder().encode(base64));
  expect(signatures).toEqual({ [cluster.wallet('admin')]: null });
  const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
  expect(message.staticAccounts[0]).toBe(cluster.wallet('admin'));
  const options = { encoding: 'base64', sigVerify: false, commitment: 'confirmed' };
  type Simulated = { value: { err: unknown; logs: string[] } };
  const { value } = await cluster.rpc.call<Simulated>('simulateTransaction', base64, options);
  expect(value.err).toBeNull();
  expect(value.logs.join('\n')).toContain('Instruction: QueueChange');
});
