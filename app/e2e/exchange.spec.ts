// Depositing and redeeming, as somebody with a wallet does.

import type { Page } from '@playwright/test';
import { approve, connect, openVault, reject, request, walletButton } from './support/app';
import { expect, test } from './support/fixtures';
import type { Cluster } from './support/cluster';
import type { VaultEntry } from './support/manifest';
import { expectNoSidewaysScrolling, PHONE, tabTo } from './support/page';

/** The index of SOL among the cluster's tokens, and of USDC. */
const [SOL, USDC] = [2, 3];
const ONE_SOL = 1_000_000_000n;

/** What a wallet has of a vault's assets and shares. */
async function holdings(cluster: Cluster, vault: VaultEntry, wallet: string) {
  const owner = cluster.wallet(wallet);
  const tokens = await Promise.all(cluster.manifest.assets.map(({ mint }) => cluster.rpc.tokens(owner, mint)));
  return { tokens, shares: await cluster.rpc.tokens(owner, vault.shareMint) };
}

/** Has the command line deposit, so that there is something to redeem. */
async function fund(cluster: Cluster, vault: VaultEntry): Promise<void> {
  await cluster.ballast('alice', vault, 'deposit', '--in-kind', '1', 'SOL', '--yes');
}

async function fillAmount(page: Page, asset: string, amount: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Asset' }).selectOption({ label: asset });
  await page.getByLabel('Amount', { exact: true }).fill(amount);
}

test('a deposit of one asset gives the quoted shares', async ({ page, cluster, vault }) => {
  const before = await holdings(cluster, vault, 'alice');
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await fillAmount(page, 'SOL', '1');
  await expect(page.getByTestId('quote')).toContainText(/You get.*shares/);
  await page.getByRole('button', { name: 'Deposit 1 SOL' }).click();
  await expect(request(page)).toBeVisible();
  await approve(page);
  await expect(page.getByText(/^Deposited 1 SOL for [\d.,]+ shares\.$/).first()).toBeVisible();
  const after = await holdings(cluster, vault, 'alice');
  expect(before.tokens[SOL]! - after.tokens[SOL]!).toBe(ONE_SOL);
  // About $122 of SOL, a dollar a share, less a fee of a quarter of a percent.
  expect(after.shares - before.shares).toBeGreaterThan(100_000_000n);
  await expect(page.getByLabel('Amount', { exact: true })).toHaveValue('');
});

test('a deposit in kind takes every asset in proportion', async ({ page, cluster, vault }) => {
  const before = await holdings(cluster, vault, 'alice');
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await page.getByText('All in kind').click();
  await page.getByLabel('USDC', { exact: true }).fill('250');
  await page.getByRole('button', { name: 'Deposit in kind' }).click();
  await approve(page);
  await expect(page.getByText(/^Deposited .* for [\d.,]+ shares\.$/).first()).toBeVisible();
  const after = await holdings(cluster, vault, 'alice');
  expect(after.tokens.every((tokens, index) => tokens < before.tokens[index]!)).toBe(true);
  expect(before.tokens[USDC]! - after.tokens[USDC]!).toBeLessThanOrEqual(250_000_000n);
  expect(after.shares - before.shares).toBeGreaterThan(990_000_000n);
});

test('a redemption for one asset pays it', async ({ page, cluster, vault }) => {
  await fund(cluster, vault);
  const before = await holdings(cluster, vault, 'alice');
  await openVault(page, vault, 'redeem');
  await connect(page, 'alice');
  await page.getByText('One asset').click();
  await page.getByRole('combobox', { name: 'For' }).selectOption({ label: 'USDC' });
  await page.getByRole('button', { name: '50% of your shares' }).click();
  await page.getByRole('button', { name: /^Redeem [\d.,]+ shares for USDC$/ }).click();
  await approve(page);
  await expect(page.getByText(/^Redeemed [\d.,]+ shares for [\d.,]+ USDC\.$/).first()).toBeVisible();
  const after = await holdings(cluster, vault, 'alice');
  expect(after.shares).toBe(before.shares - before.shares / 2n);
  expect(after.tokens[USDC]!).toBeGreaterThan(before.tokens[USDC]!);
  expect(after.tokens[SOL]!).toBe(before.tokens[SOL]!);
});

test('a redemption in kind pays every asset', async ({ page, cluster, vault }) => {
  await fund(cluster, vault);
  const before = await holdings(cluster, vault, 'alice');
  await openVault(page, vault, 'redeem');
  await connect(page, 'alice');
  await page.getByRole('button', { name: 'Shares: all of it' }).click();
  await page.getByRole('button', { name: /^Redeem [\d.,]+ shares in kind$/ }).click();
  await approve(page);
  await expect(page.getByText(/^Redeemed [\d.,]+ shares for .*\.$/).first()).toBeVisible();
  const after = await holdings(cluster, vault, 'alice');
  expect(after.shares).toBe(0n);
  expect(after.tokens.every((tokens, index) => tokens > before.tokens[index]!)).toBe(true);
});

test('a paused vault explains itself and can be left in kind', async ({ page, cluster, ownVault: vault }) => {
  await fund(cluster, vault);
  await cluster.ballast('guardian', vault, 'pause', 'all');
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await expect(page.getByText(/^Deposits in one asset are paused\./)).toBeVisible();
  await fillAmount(page, 'SOL', '1');
  await expect(page.getByRole('button', { name: /^Deposit/ })).toBeDisabled();
  await page.getByRole('main').getByRole('link', { name: 'Redeem' }).last().click();
  await page.getByRole('button', { name: 'Shares: all of it' }).click();
  await page.getByRole('button', { name: /^Redeem [\d.,]+ shares in kind$/ }).click();
  await approve(page);
  await expect(page.getByText(/^Redeemed [\d.,]+ shares for .*\.$/).first()).toBeVisible();
});

test('a pause is seen while the form is open', async ({ page, cluster, ownVault: vault }) => {
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await fillAmount(page, 'SOL', '1');
  await expect(page.getByRole('button', { name: 'Deposit 1 SOL' })).toBeEnabled();
  await cluster.ballast('guardian', vault, 'pause', 'all');
  await expect(page.getByText(/^Deposits in one asset are paused\./)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deposit 1 SOL' })).toBeDisabled();
});

test('wrong amounts are told, and cannot be sent', async ({ page, vault }) => {
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  const amount = page.getByLabel('Amount', { exact: true });
  await page.getByRole('combobox', { name: 'Asset' }).selectOption({ label: 'SOL' });
  await expect(page.getByText(/^Balance [\d.,]+/).first()).toBeVisible();
  for (const [typed, told] of [
    ['abc', 'Write an amount such as 1.5'],
    ['-1', 'Write an amount such as 1.5'],
    ['1,5', 'Write an amount such as 1.5'],
    ['0.0000000001', 'Write at most 9 decimals'],
    ['99999999', 'The most is'],
    ['1e3', 'Write an amount such as 1.5'],
  ] as const) {
    await amount.fill(typed);
    await expect(page.getByText(told).first(), typed).toBeVisible();
    await expect(amount).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('button', { name: /^Deposit/ }).last()).toBeDisabled();
  }
  await amount.fill('1');
  await expect(amount).not.toHaveAttribute('aria-invalid');
});

test('more of one asset than its band takes is refused with what fits', async ({ page, vault }) => {
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await fillAmount(page, 'SOL', '1000');
  await expect(page.getByText('This would take SOL beyond its band')).toBeVisible();
  await page.getByRole('button', { name: /^Use [\d.,]+ SOL$/ }).click();
  await expect(page.getByTestId('quote')).toContainText(/You get.*shares/);
});

test('a rejected signature leaves everything as it was', async ({ page, cluster, vault }) => {
  const before = await holdings(cluster, vault, 'alice');
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await fillAmount(page, 'SOL', '1');
  await page.getByRole('button', { name: 'Deposit 1 SOL' }).click();
  await reject(page);
  await expect(page.getByText('You rejected the request in your wallet.').first()).toBeVisible();
  await expect(page.getByLabel('Amount', { exact: true })).toHaveValue('1');
  expect(await holdings(cluster, vault, 'alice')).toEqual(before);
  await page.getByRole('button', { name: 'Try again' }).click();
  await approve(page);
  await expect(page.getByText(/^Deposited 1 SOL for/).first()).toBeVisible();
});

test('a deposit needs nothing but a keyboard', async ({ page, cluster, vault }) => {
  const before = await holdings(cluster, vault, 'alice');
  await openVault(page, vault, 'deposit');
  await tabTo(page, walletButton(page));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'alice (local)' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await tabTo(page, page.getByRole('combobox', { name: 'Asset' }));
  await page.keyboard.type('SOL');
  await tabTo(page, page.getByLabel('Amount', { exact: true }));
  await page.keyboard.type('1');
  await expect(page.getByRole('button', { name: 'Deposit 1 SOL' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(request(page)).toBeVisible();
  await tabTo(page, request(page).getByRole('button', { name: 'Approve' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Deposited 1 SOL for/).first()).toBeVisible();
  expect((await holdings(cluster, vault, 'alice')).shares).toBeGreaterThan(before.shares);
});

test('a deposit fits a phone', async ({ page, vault }) => {
  await page.setViewportSize(PHONE);
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await fillAmount(page, 'SOL', '1');
  await expectNoSidewaysScrolling(page);
  await page.getByRole('button', { name: 'Deposit 1 SOL' }).click();
  await expectNoSidewaysScrolling(page);
  await approve(page);
  await expect(page.getByText(/^Deposited 1 SOL for/).first()).toBeVisible();
});
