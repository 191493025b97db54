// Wallets of others, as browser extensions register them by Wallet Standard.

import type { Page } from '@playwright/test';

/** A wallet with a public key and no secret: it connects, and refuses to sign. */
export type ForeignWallet = { name: string; address: string; publicKey: number[]; chains: string[] };

/** Registers wallets before the page's own scripts run. */
export async function install(page: Page, wallets: readonly ForeignWallet[]): Promise<void> {
  await page.addInitScript((wallets) => {
    const icon = 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=' as const;
    const made = wallets.map(({ name, address, publicKey, chains }) => {
      const features = ['solana:signTransaction'];
      const account = { address, publicKey: Uint8Array.from(publicKey), chains, features };
      const refuse = () => Promise.reject(new Error('User rejected the request.'));
      const wallet = {
        version: '1.0.0',
        name,
        icon,
        chains,
        accounts: [] as (typeof account)[],
        features: {
          'standard:connect': {
            version: '1.0.0',
            connect: async () => {
              wallet.accounts = [account];
              listeners.forEach((listener) => listener({ accounts: wallet.accounts }));
              return { accounts: wallet.accounts };
            },
          },
          'standard:disconnect': { version: '1.0.0', disconnect: async () => {} },
          'standard:events': {
            version: '1.0.0',
            on: (_event: string, listener: (change: object) => void) => {
              listeners.add(listener);
              return () => listeners.delete(listener);
            },
          },
          'solana:signTransaction': {
            version: '1.0.0',
            supportedTransactionVersions: ['legacy', 0],
            signTransaction: refuse,
          },
        },
      };
      const listeners = new Set<(change: object) => void>();
      return wallet;
    });
    type Api = { register: (...wallets: object[]) => void };
    const register = (api: Api) => api.register(...made);
    // Whoever comes first waits for the other.
    window.addEventListener('wallet-standard:app-ready', (event) => register((event as CustomEvent<Api>).detail));
    window.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: register }));
  }, wallets);
}
