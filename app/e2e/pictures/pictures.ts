// A vault that has lived through real months, as its holders see it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test, type Page } from '@playwright/test';
import { connect, openVault } from '../support/app';
import { Cluster } from '../support/cluster';
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

let cluster: Cluster;
let server: Server;

test.beforeAll(async () => {
  test.setTimeout(900_000);
  cluster = await Cluster.start(['--speed', '1']);
  server = await Server.forCluster(cluster.folder);
  const vault = cluster.manifest.vaults[0]!;
  const keeper = cluster.keeper(vault);
  for (let step = 0; step < DAYS * STEPS_A_DAY; step++) {
    await cluster.control.travel(DAY_SECS / STEPS_A_DAY);
    await sleep(STEP_MS);
  }
  await keeper.stop();
});

test.afterAll(async () => {
  await server?.stop();
  await cluster?.stop();
});

test('overview', async ({ page }) => {
  await show(page, 'light');
  await openVault(page, cluster.manifest.vaults[0]!);
  await save(page, 'app-vault');
});

test('deposit', async ({ page }) => {
  await show(page, 'dark');
  await openVault(page, cluster.manifest.vaults[0]!, 'deposit');
  await connect(page, 'alice');
  await page.getByRole('textbox', { name: 'Amount' }).fill('1.5');
  await save(page, 'app-deposit');
});

test('history', async ({ page }) => {
  await show(page, 'light');
  await openVault(page, cluster.manifest.vaults[0]!, 'history');
  await save(page, 'app-history');
});

test.use({ baseURL: async ({}, use) => use(server.origin) });

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
