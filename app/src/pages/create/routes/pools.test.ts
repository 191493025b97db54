import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT, withAsset } from '../draft.js';
import { offeredPools, unreachable } from './pools.js';

const [BTC, SOL, USDC, P1, P2, P3] = [
  'So11111111111111111111111111111111111111112',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
  'rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ',
  'FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH',
].map((text) => address(text)) as [Addr, Addr, Addr, Addr, Addr, Addr];
type Addr = ReturnType<typeof address>;

const TOKENS = [
  { symbol: 'BTC', mint: BTC },
  { symbol: 'SOL', mint: SOL },
  { symbol: 'USDC', mint: USDC },
];
const POOLS = [
  { address: P1, assets: ['BTC', 'USDC'] as [string, string] },
  { address: P2, assets: ['SOL', 'BTC'] as [string, string] },
  { address: P3, assets: ['ETH', 'USDC'] as [string, string] },
];
const feed = { priceAccount: P1 };
const DRAFT = [
  { symbol: 'WBTC', mint: BTC, feed },
  { symbol: 'SOL', mint: SOL, feed },
  { symbol: 'USDC', mint: USDC, feed },
].reduce(withAsset, EMPTY_DRAFT);

describe('pools', () => {
  const offered = offeredPools(DRAFT, POOLS, TOKENS);

  it('are offered where both tokens are in the basket, under its names', () => {
    expect(offered).toEqual([
      { address: P1, symbols: ['WBTC', 'USDC'] },
      { address: P2, symbols: ['SOL', 'WBTC'] },
    ]);
  });

  it('reach assets over others', () => {
    expect(unreachable({ ...DRAFT, pools: [P1, P2] }, offered)).toEqual([]);
    expect(unreachable({ ...DRAFT, pools: [P1] }, offered)).toEqual(['SOL']);
    expect(unreachable({ ...DRAFT, pools: [P2] }, offered)).toEqual(['WBTC', 'SOL']);
    expect(unreachable({ ...DRAFT, pools: [] }, offered)).toEqual(['WBTC', 'SOL']);
    expect(unreachable({ ...DRAFT, pools: [P3] }, offered)).toBeUndefined();
  });
});
