// Wallets: the cluster's own, several of others, and none.

import { generateKeyPairSigner, getAddressEncoder } from '@solana/kit';
import { connect, open } from './support/app';
import { expect, test } from './support/fixtures';
import { Server } from './support/server';
import { install, type ForeignWallet } from './support/wallets';

async function foreign(name: string, chains: string[]): Promise<ForeignWallet> {
  const { address } = await generateKeyPairSigner();
  return { name, address, publicKey: [...getAddressEncoder().encode(address)], chains };
}

test('a wallet is connected, remembered over a reload, and disconnected', async ({ page, cluster }) => {
  await open(page, '/');
  await connect(page, 'alice');
  const account = page
    .getByRole('banner')
    .getByRole('button', { name: new RegExp(cluster.wallet('alice').slice(0, 4)) });
  await expect(account).toBeVisible();
  await account.click();
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByRole('button', { name: 'Connect wallet' }).first()).toBeVisible();
});

test('of several wallets those for Solana are offered', async ({ page }) => {
  const wallets = await Promise.all([
    foreign('Basalt', ['solana:localnet', 'solana:mainnet']),
    foreign('Cinder', ['solana:localnet']),
    foreign('Etherwood', ['ethereum:mainnet']),
  ]);
  await install(page, wallets);
  await open(page, '/');
  await page.getByRole('button', { name: 'Connect wallet' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: /Basalt/ })).toBeVisible();
  await expect(dialog.getByRole('button', { name: /Etherwood/ })).toHaveCount(0);
  await dialog.getByRole('button', { name: /Cinder/ }).click();
  await expect(page.getByRole('banner')).toContainText(wallets[1]!.address.slice(0, 4));
});

test('without any wallet the app says what one is for', async ({ page, cluster, server, guard }) => {
  const { localWallets: _, ...config } = await server.config();
  const own = await Server.withConfig(cluster.folder, config);
  guard.know(own.origin);
  await page.goto(own.origin);
  await page.getByRole('button', { name: 'Connect wallet' }).first().click();
  await expect(page.getByRole('dialog')).toContainText(/no wallet/i);
  await own.stop();
});
