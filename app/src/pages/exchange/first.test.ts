import { expect, it } from 'vitest';
import type { BasketAsset } from './basket.js';
import { EMPTY_FIRST, followed, maxFirst, withTyped } from './first.js';
import { atTargets, valueOf } from './proportion.js';

/** One asset of 8 decimals at $20,000, one of 6 at $1: a quarter and three quarters of the vault. */
const price = (usd: bigint) => ({ usd, confBps: 1, publishTime: 0n, ageSecs: 0n, isFresh: true });
const asset = (index: number, targetE8: number, decimals: number, usd: bigint | null) =>
  ({ index, targetE8, decimals, price: usd === null ? null : price(usd), name: `T${index}` }) as BasketAsset;
const btc = asset(0, 25_000_000, 8, 20_000_000_000n);
const usdc = asset(1, 75_000_000, 6, 1_000_000n);

it('puts each asset at its target', () => {
  // A quarter of $80,000 is one bitcoin.
  expect(atTargets([btc, usdc], 80_000_000_000n)).toEqual(
    new Map([
      [0, 100_000_000n],
      [1, 60_000_000_000n],
    ]),
  );
  expect(valueOf(btc, 100_000_000n)).toBe(80_000_000_000n);
  expect(atTargets([asset(0, 1, 8, null)], 1n).get(0)).toBeUndefined();
});

it('gives back the amount that leads', () => {
  for (const amount of [1n, 3n, 12_345_679n]) {
    const back = atTargets([btc], valueOf(btc, amount)!).get(0)!;
    expect(back - amount).toBe(0n);
  }
});

it('lets what is not typed follow, and keeps what is', () => {
  const lead = withTyped(EMPTY_FIRST, 0, '1');
  expect(followed([btc, usdc], lead).get(1)).toBe(60_000_000_000n);
  const both = withTyped(lead, 1, '5');
  expect(followed([btc, usdc], both).get(1)).toBe(5_000_000n);
  expect(followed([btc, usdc], withTyped(both, 1, '')).get(1)).toBe(60_000_000_000n);
  expect(followed([btc, usdc], withTyped(lead, 1, 'x')).get(1)).toBeUndefined();
  expect(followed([btc, usdc], EMPTY_FIRST).get(0)).toBeUndefined();
});

it('finds what the wallet is shortest of', () => {
  const has = (amounts: bigint[]) => maxFirst([btc, usdc], ({ index }) => amounts[index]!);
  expect(has([100_000_000n, 59_999_999_999n])).toEqual({ lead: usdc, amount: 59_999_999_999n });
  expect(has([100_000_000n, 60_000_000_001n])).toEqual({ lead: btc, amount: 100_000_000n });
  expect(maxFirst([asset(0, 1, 8, null)], () => 1n)).toBeUndefined();
});
