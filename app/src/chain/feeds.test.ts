import { AssetStatus, OracleKind } from '@ballast/client';
import type { Address } from '@solana/kit';
import { expect, it } from 'vitest';
import { foreignFeeds } from './feeds.js';

const [SOL, BONK] = ['So11111111111111111111111111111111111111112', '11111111111111111111111111111112'] as Address[];
const TOKENS = [{ mint: SOL!, feedId: `0x${'EF'.repeat(32)}` }, { mint: BONK! }];
const asset = (mint: Address, byte: number, more = {}) => ({
  mint,
  feed: new Uint8Array(32).fill(byte),
  oracle: OracleKind.PythPull,
  status: AssetStatus.Active,
  ...more,
});

it('finds a known token at another price', () => {
  const assets = [
    asset(SOL!, 0xef),
    asset(SOL!, 0xee),
    asset(SOL!, 0xef, { oracle: OracleKind.PythPush }),
    asset(SOL!, 0xee, { status: AssetStatus.Removed }),
    asset(BONK!, 0xee),
    asset('11111111111111111111111111111113' as Address, 0xee),
  ];
  expect(foreignFeeds(assets, TOKENS)).toEqual([1, 2]);
});
