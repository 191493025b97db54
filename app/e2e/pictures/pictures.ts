// A vault that has lived through real months, as its holders see it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test as base, type Page } from '@playwright/test';
import { connect, openVault } from '../support/app';
import { Cluster } from '../support/cluster';
import type { VaultEntry } from '../support/manifest';
import { settle, type Theme } from '../support/page';
import { Server } from '../support/server';

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const DAYS = 60;
/** Each ends with a keeper at work. */
const STEPS_A_DAY = 4;
const DAY_SECS = 86_400;
/** For a keeper to refresh, observe and trade. */
const STEP_MS = 900;
/** Text stays sharp, and a picture is a tenth of its PNG. */
const WEBP_QUALITY = 88;

/** The vault, and the app that shows it. */
type Stage = { vault: VaultEntry; origin: string };

const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({}, use) => {
      const cluster = await Cluster.start(['--speed', '1']);
      const server = await Server.forCluster(cluster.folder);
      await live(cluster);
      await use({ vault: cluster.sharedVault, origin: server.origin });
      await server.stop();
      await cluster.stop();
    },
    { scope: 'worker', timeout: 900_000 },
  ],
  baseURL: async ({ stage }, use) => use(stage.origin),
});

/** Lets the vault live, with a keeper. */
async function live(cluster: Cluster): Promise<void> {
  const keeper = cluster.keeper(cluster.sharedVault);
  for (let step = 0; step < DAYS * STEPS_A_DAY; step++) {
    await cluster.control.travel(DAY_SECS / STEPS_A_DAY);
    await sleep(STEP_MS);
  }
  await keeper.stop();
}

test('overview', async ({ page, stage: { vault } }) => {
  await show(page, 'light');
  await openVault(page, vault);
  await save(page, 'app-vault');
});

test('deposit', async ({ page, stage: { vault } }) => {
  await show(page, 'dark');
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await page.getByRole('combobox', { name: 'Asset' }).selectOption({ label: 'SOL' });
  await page.getByLabel('Amount', { exact: true }).fill('1.5');
  await save(page, 'app-deposit');
});

test('history', async ({ page, stage: { vault } }) => {
  await show(page, 'light');
  await openVault(page, vault, 'history');
  await save(page, 'app-history');
});

async function show(page: Page, theme: Theme): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
}

/** Writes what is on the screen as WebP, which Playwright itself does not. */
async function save(page: Page, name: string): Promise<void> {
  await settle(page);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: WEBP_QUALITY });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}${name}.webp`, Buffer.from(data, 'base64'));
}
