// The tests' stage: a cluster and the app's server for each worker, and a watched page for each test.

import { test as base, expect } from '@playwright/test';
import { Cluster } from './cluster';
import { Guard } from './guard';
import type { VaultEntry } from './manifest';
import { Server } from './server';

/** One for all, and as many as one worker's tests take for themselves. */
const VAULTS = 16;

type Fixtures = {
  /** The vault of all tests that leave it as open as it was. Others have deposited and redeemed. */
  vault: VaultEntry;
  /** A vault that no other test touches. */
  ownVault: VaultEntry;
  /** Fails the test where its page did what no page may. */
  guard: Guard;
};

type WorkerFixtures = {
  /** Prices stay until a test moves them; the clock runs as it does elsewhere. */
  cluster: Cluster;
  /** The app, for this cluster. */
  server: Server;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  cluster: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const cluster = await Cluster.start(['--no-replay', '--speed', '1', '--vaults', `${VAULTS}`]);
      await use(cluster);
      await cluster.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  server: [
    async ({ cluster }, use) => {
      const server = await Server.forCluster(cluster.folder);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.origin),
  vault: async ({ cluster }, use) => use(cluster.sharedVault),
  ownVault: async ({ cluster }, use) => use(cluster.takeVault()),
  guard: [
    async ({ page, server, cluster }, use) => {
      const guard = await Guard.watch(page);
      guard.know(server.origin, cluster.manifest.rpcUrl, cluster.manifest.wsUrl);
      await use(guard);
      expect(guard.problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
