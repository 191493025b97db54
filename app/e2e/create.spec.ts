// A vault from nothing, by the wizard.

import type { Page } from '@playwright/test';
import { approve, connect, open, request } from './support/app';
import { expect, test } from './support/fixtures';

/** Longer than creation's transactions take on a busy machine. */
const CREATION_MS = 90_000;
/** The backtester goes through two years by the hour. */
const REPLAY_MS = 90_000;

async function next(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function expectStep(page: Page, title: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 2, name: new RegExp(`^Step \\d of 7\\s*${title}$`) })).toBeVisible();
}

/** Chooses two assets in equal parts, and goes to the strategy. */
async function chooseBasket(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add BTC' }).click();
  await page.getByRole('button', { name: 'Add USDC' }).click();
  await next(page);
  await expectStep(page, 'Targets');
  await page.getByRole('button', { name: 'Make equal' }).click();
  await expect(page.getByText('100 % exactly')).toBeVisible();
  await next(page);
  await expectStep(page, 'Strategy');
}

test('the wizard creates a vault', async ({ page, cluster }) => {
  test.setTimeout(240_000);
  await open(page, '/create');
  await connect(page, 'alice');
  await chooseBasket(page);
  await page.getByRole('radio', { name: /^Conservative/i }).check();
  await next(page);
  await expectStep(page, 'Roles and limits');
  await page.getByLabel('Guardian', { exact: true }).fill(cluster.wallet('guardian'));
  await next(page);
  await expectStep(page, 'Routes');
  await page.getByRole('button', { name: 'Choose all' }).click();
  await next(page);
  await expectStep(page, 'Review');
  await page.getByRole('button', { name: 'To the creation' }).click();
  await expectStep(page, 'Create');
  await page.getByRole('button', { name: 'Create the vault' }).click();
  const isDone = page.getByText('Everything is as its file says');
  await expect(async () => {
    if (await request(page).isVisible()) {
      await approve(page);
    }
    await expect(isDone).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: CREATION_MS });

  const address = await page.getByRole('main').locator('[title]').first().getAttribute('title');
  const shown = await cluster.ballast('alice', { ...cluster.sharedVault, address: address! }, 'vault', 'show');
  expect(shown).toContain(`admin:           ${cluster.wallet('alice')}`);
  expect(shown).toContain(`guardian:        ${cluster.wallet('guardian')}`);
  await page.getByRole('link', { name: 'Make the first deposit' }).click();
  await expect(page.getByRole('heading', { name: 'First deposit' })).toBeVisible();
});

test('the wizard shows what its settings did on past prices', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page, '/create');
  await chooseBasket(page);
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByText('Deepest fall', { exact: true })).toBeVisible({ timeout: REPLAY_MS });
});

test('targets that do not add up are told, and nothing is created', async ({ page }) => {
  await open(page, '/create');
  await page.getByRole('button', { name: 'Add BTC' }).click();
  await page.getByRole('button', { name: 'Add USDC' }).click();
  await next(page);
  await page.getByLabel('BTC', { exact: true }).fill('60');
  await page.getByLabel('USDC', { exact: true }).fill('30');
  await expect(page.getByText(/10(\.00)? % are missing/)).toBeVisible();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText('Something is still missing')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create the vault' })).toHaveCount(0);
});

test('a draft is there again after a reload', async ({ page }) => {
  await open(page, '/create');
  await page.getByRole('button', { name: 'Add SOL' }).click();
  await page.reload();
  await expect(page.getByRole('list', { name: 'Chosen assets' })).toContainText('SOL');
});
