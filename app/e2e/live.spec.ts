// What happens to a vault, as it happens.

import type { Page } from '@playwright/test';
import { approve, connect, open, openVault } from './support/app';
import { expect, test } from './support/fixtures';
import type { VaultEntry } from './support/manifest';
import { settle } from './support/page';

/** Far enough above its price of about $123 that the vault sells it. */
const HIGH_SOL_USD = 138;

function rebalances(page: Page) {
  return page.getByRole('table', { name: 'Rebalances, last first' }).getByRole('row').filter({ hasText: '→' });
}

/** Marks the document, so that a reload would show. */
async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => document.documentElement.setAttribute('data-mark', ''));
  return () => page.evaluate(() => document.documentElement.hasAttribute('data-mark'));
}

test.afterEach(async ({ cluster }) => {
  await cluster.control.follow();
});

test('a rebalance by a keeper appears without a reload', async ({ page, cluster, vault }) => {
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

test('a move of prices shows what the vault would trade', async ({ page, cluster, vault }) => {
  await openVault(page, vault);
  await settle(page);
  await expect(page.getByText('Trade due')).toHaveCount(0);
  await cluster.control.setPrice('SOL', HIGH_SOL_USD);
  await expect(page.getByText('Trade due').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: /^SOL → / }).first()).toBeVisible();
  await cluster.control.follow();
  await expect(page.getByText('Trade due')).toHaveCount(0);
});

test('a keeper simulates and cranks from the browser', async ({ page, cluster, vault }) => {
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
