// A node that falls silent, and comes back.

import { open } from './support/app';
import { expect, test as base } from './support/fixtures';
import { settle } from './support/page';
import { Proxy } from './support/proxy';
import { Server } from './support/server';

type Ways = {
  /** The app, whose ways to the cluster can be cut. */
  cuttable: { origin: string; rpc: Proxy; ws: Proxy };
};

const test = base.extend<Ways>({
  cuttable: async ({ cluster, server, guard }, use) => {
    const [rpc, ws] = await Promise.all([Proxy.start(cluster.manifest.rpcUrl), Proxy.start(cluster.manifest.wsUrl)]);
    const config = { ...(await server.config()), rpcUrl: rpc.url, wsUrl: ws.url };
    const own = await Server.withConfig(cluster.folder, config);
    guard.know(own.origin, rpc.url, ws.url);
    // Browsers report every request that fails.
    guard.allow(/Failed to load resource|WebSocket connection to .* failed/);
    await use({ origin: own.origin, rpc, ws });
    await Promise.all([own.stop(), rpc.stop(), ws.stop()]);
  },
});

test('a silent node is told of, and what happened meanwhile is there once it answers', async ({
  page,
  cluster,
  ownVault: vault,
  cuttable: { origin, rpc, ws },
}) => {
  await open(page, `/vault/${vault.address}`, origin);
  await settle(page);
  const banner = page.getByText(/^The node .* does not answer/);
  await expect(banner).toHaveCount(0);
  rpc.cut();
  ws.cut();
  await expect(banner).toBeVisible();
  await cluster.ballast('guardian', vault, 'pause', 'rebalance');
  rpc.mend();
  ws.mend();
  await expect(banner).toHaveCount(0);
  await expect(page.getByText(/paused/i).first()).toBeVisible();
});

test('without subscriptions the app asks again and again', async ({
  page,
  cluster,
  ownVault: vault,
  cuttable: { origin, ws },
}) => {
  ws.cut();
  await open(page, `/vault/${vault.address}`, origin);
  await settle(page);
  await cluster.ballast('guardian', vault, 'pause', 'rebalance');
  await expect(page.getByText(/paused/i).first()).toBeVisible();
});
