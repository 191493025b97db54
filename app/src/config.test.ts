import { expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config.js';

const MINT = 'So11111111111111111111111111111111111111112';
const LOCAL = { cluster: 'localnet', rpcUrl: 'http://127.0.0.1:8899', wsUrl: 'ws://127.0.0.1:8900' };
const WALLET = { name: 'alice', secretKey: Array.from({ length: 64 }, (_, byte) => byte) };

it('reads the least that there must be', () => {
  expect(parseConfig(LOCAL)).toEqual({ ...LOCAL, tokens: [], vaults: [], pools: [], localWallets: [] });
});

it('reads everything that there can be', () => {
  const full = {
    ...LOCAL,
    explorer: 'https://explorer.example/tx/{signature}?cluster=custom',
    tokens: [{ symbol: 'SOL', mint: MINT, decimals: 9, feedId: 'ef0d', bundledPrices: 'SOL' }],
    vaults: [{ address: MINT, name: 'Mine', lookupTables: [MINT] }],
    pools: [{ address: MINT, assets: ['SOL', 'USDC'] }],
    localWallets: [WALLET],
  };
  expect(parseConfig(full)).toEqual(full);
});

it.each([
  [undefined, 'config.json: must be an object.'],
  [{ ...LOCAL, cluster: 'moon' }, 'cluster: must be one of mainnet, devnet, testnet, localnet.'],
  [{ ...LOCAL, rpcUrl: 'ws://127.0.0.1:8900' }, 'rpcUrl: must be an address that begins with http:// or https://.'],
  [{ ...LOCAL, wsUrl: 'nowhere' }, 'wsUrl: must be an address that begins with ws:// or wss://.'],
  [{ ...LOCAL, tokens: {} }, 'tokens: must be a list.'],
  [
    { ...LOCAL, tokens: [{ symbol: 'SOL', mint: 'x', decimals: 9 }] },
    'tokens[0].mint: must be an address, in base 58.',
  ],
  [
    { ...LOCAL, tokens: [{ symbol: 'SOL', mint: MINT, decimals: 1.5 }] },
    'tokens[0].decimals: must be a whole number from 0 to 18.',
  ],
  [{ ...LOCAL, vaults: [{ address: MINT, name: '' }] }, 'vaults[0].name: must be a text.'],
  [
    { ...LOCAL, pools: [{ address: MINT, assets: ['SOL'] }] },
    "pools[0].assets: must be the symbols of the pool's two tokens.",
  ],
  [
    { ...LOCAL, explorer: 'https://explorer.example/' },
    'explorer: must have {signature} where the signature of a transaction goes.',
  ],
  [
    { ...LOCAL, explorer: 'javascript:alert(1)//{signature}' },
    'explorer: must be an address that begins with https:// or http://.',
  ],
  [
    { ...LOCAL, localWallets: [{ ...WALLET, secretKey: [1] }] },
    'localWallets[0].secretKey: must be the 64 bytes of a keypair file.',
  ],
  [
    { ...LOCAL, localWallets: [{ ...WALLET, secretKey: WALLET.secretKey.map(() => 256) }] },
    'localWallets[0].secretKey[0]: must be a byte, 0 to 255.',
  ],
])('says what is wrong with %o', (json, message) => {
  expect(() => parseConfig(json)).toThrow(new ConfigError(message));
});

it.each(['https://api.example', 'http://127.0.0.1.example:8899', 'http://localhost.example'])(
  'refuses keys where the node is elsewhere, at %s',
  (rpcUrl) => {
    expect(() => parseConfig({ ...LOCAL, rpcUrl, localWallets: [WALLET] })).toThrow(/^localWallets: only for a node/);
  },
);

it('refuses keys on other clusters, also through this machine', () => {
  for (const change of [{ cluster: 'mainnet' }, { wsUrl: 'wss://api.example' }]) {
    expect(() => parseConfig({ ...LOCAL, ...change, localWallets: [WALLET] })).toThrow(/^localWallets: only for a/);
  }
});
