// What happens to a vault, as it happens.

import type { Page } from '@playwright/test';
import { approve, connect, open, openVault } from './support/app';
import { expect, test } from './support/fixtures';
import type { VaultEntry } from './support/manifest';
import { settle } from './support/page';

/** Where the cluster's prices start. */
const START_USD = { SOL: 122.770899, BTC: 45_510.357311 };
/** Far enough above that vaults sell it. */
const HIGH_SOL_USD = 138;
/** Longer than any price may be used. */
const LONG_SECS = 3_600;

function rebalances(page: Page) {
  return page.getByRole('table', { name: 'Rebalances, last first' }).getByRole('row').filter({ hasText: '→' });
}

/** Marks the document, so that a reload would show. */
async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => document.documentElement.setAttribute('data-mark', ''));
  return () => page.evaluate(() => document.documentElement.hasAttribute('data-mark'));
}

test.afterEach(async ({ cluster }) => {
  await cluster.control.setPrice('SOL', START_USD.SOL);
  await cluster.control.setPrice('BTC', START_USD.BTC);
});

test('a rebalance by a keeper appears without a reload', async ({ page, cluster, ownVault: vault }) => {
  await openVault(page, vault);
  await settle(page);
  const isStillThere = await mark(page);
  await expect(page.getByText('No rebalance among the transactions')).toBeVisible();
  const keeper = cluster.keeper(vault);
  await cluster.control.setPrice('SOL', HIGH_SOL_USD);
  await expect(rebalances(page).first()).toContainText(/SOL → [\d.,]+ \w+/);
  await keeper.stop();
  await page.getByRole('link', { name: 'All history' }).click();
  await expect(rebalances(page).first()).toContainText(/SOL → [\d.,]+ \w+/);
  expect(await isStillThere()).toBe(true);
});

test('a move of prices shows what the vault would trade', async ({ page, cluster, ownVault: vault }) => {
  await openVault(page, vault);
  await settle(page);
  await expect(page.getByText('Trade due')).toHaveCount(0);
  await cluster.control.setPrice('SOL', HIGH_SOL_USD);
  await expect(page.getByText('Trade due').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: /^SOL → / }).first()).toBeVisible();
  await cluster.control.setPrice('SOL', START_USD.SOL);
  await expect(page.getByText('Trade due')).toHaveCount(0);
});

test('old prices are told of, and stop no redemption in kind', async ({ page, cluster, ownVault: vault }) => {
  await cluster.ballast('alice', vault, 'deposit', '--in-kind', '1', 'SOL', '--yes');
  await openVault(page, vault, 'redeem');
  await connect(page, 'alice');
  await cluster.control.silence('BTC');
  await cluster.control.travel(LONG_SECS);
  await page.getByText('One asset').click();
  await expect(page.getByText('Some prices are too old to exchange single assets at.')).toBeVisible();
  await page.getByText('All in kind').click();
  await page.getByRole('button', { name: 'Shares: all of it' }).click();
  await page.getByRole('button', { name: /^Redeem [\d.,]+ shares in kind$/ }).click();
  await approve(page);
  await expect(page.getByText(/^Redeemed [\d.,]+ shares for .*\.$/).first()).toBeVisible();
});

test('a keeper simulates and cranks from the browser', async ({ page, cluster, ownVault: vault }) => {
  await cluster.control.setPrice('SOL', HIGH_SOL_USD);
  await open(page, '/keepers');
  await connect(page, 'keeper');
  const duties = card(page, vault);
  await expect(duties.getByText(/due now/).first()).toBeVisible();
  const simulate = duties.getByRole('button', { name: /^Simulate: .*SOL/ }).first();
  await simulate.click();
  await expect(duties.getByText('It would succeed now')).toBeVisible();
  await duties
    .getByRole('button', { name: /^Crank: .*SOL/ })
    .first()
    .click();
  await approve(page);
  await expect(duties.getByText('Confirmed.')).toBeVisible();
  const history = await cluster.ballast('alice', vault, 'vault', 'history', '--limit', '5');
  expect(history).toContain('Rebalanced');
  await expect(page.getByRole('table', { name: 'Your rebalances, last first' }).getByRole('row').nth(1)).toBeVisible();
});

/** The part of the keepers' page about a vault. */
function card(page: Page, vault: VaultEntry) {
  return page.locator('section').filter({ has: page.locator(`a[href$="/vault/${vault.address}"]`) });
}
