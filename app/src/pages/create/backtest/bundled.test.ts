import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { bundledPrices, priceFiles, withoutPrices } from './bundled.js';

const [BTC, USDC, OTHER] = [
  'So11111111111111111111111111111111111111112',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
].map((text) => address(text)) as [Addr, Addr, Addr];
type Addr = ReturnType<typeof address>;

const TOKENS = [
  { mint: BTC, bundledPrices: 'BTC' },
  { mint: OTHER, bundledPrices: 'DOGE' },
];
const ASSETS = [
  { symbol: 'WBTC', mint: BTC },
  { symbol: 'USDC', mint: USDC },
];

describe('the bundled prices', () => {
  it('stand for assets as the configuration says', async () => {
    const known = bundledPrices(ASSETS, TOKENS);
    expect(known).toEqual(new Map([['WBTC', 'BTC']]));
    expect(withoutPrices(ASSETS, TOKENS)).toEqual([]);
    const files = await priceFiles(known);
    expect(Object.keys(files)).toEqual(['WBTC']);
    expect(files['WBTC']).toMatch(/BTC-USD-1h-.*\.csv/);
  });

  it('are missing where there is no file, and cash needs none', () => {
    const assets = [...ASSETS, { symbol: 'DOGE', mint: OTHER }];
    expect(withoutPrices(assets, TOKENS)).toEqual(['DOGE']);
  });
});
