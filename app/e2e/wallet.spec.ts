// Wallets: the cluster's own, several of others, and none.

import { generateKeyPairSigner, getAddressEncoder } from '@solana/kit';
import { connect, disconnect, open, walletButton } from './support/app';
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
  await expect(walletButton(page)).toHaveAccessibleName(`Your wallet: alice (local), ${cluster.wallet('alice')}`);
  await page.reload();
  await expect(walletButton(page)).toHaveAccessibleName(/alice/);
  await disconnect(page);
  await expect(walletButton(page)).toHaveAccessibleName('Connect wallet');
  await page.reload();
  await expect(walletButton(page)).toHaveAccessibleName('Connect wallet');
});

test('of several wallets those for Solana are offered', async ({ page }) => {
  const wallets = await Promise.all([
    foreign('Basalt', ['solana:localnet', 'solana:mainnet']),
    foreign('Cinder', ['solana:localnet']),
    foreign('Etherwood', ['ethereum:mainnet']),
  ]);
  await install(page, wallets);
  await open(page, '/');
  await walletButton(page).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: /Basalt/ })).toBeVisible();
  await expect(dialog.getByRole('button', { name: /Etherwood/ })).toHaveCount(0);
  await dialog.getByRole('button', { name: /Cinder/ }).click();
  await expect(walletButton(page)).toHaveAccessibleName(`Your wallet: Cinder, ${wallets[1]!.address}`);
});

test('without any wallet the app says what one is for', async ({ page, cluster, server, guard }) => {
  const { localWallets: _, ...config } = await server.config();
  const own = await Server.withConfig(cluster.folder, config);
  guard.know(own.origin);
  await page.goto(own.origin);
  await walletButton(page).click();
  await expect(page.getByRole('dialog')).toContainText('This browser has no wallet for Solana');
  await own.stop();
});
