import { expect, it } from 'vitest';
import { DEFAULT_FEES, feeLamports, MAX_UNITS, unitLimit, unitPrice } from '../src/fee.js';

it('asks for a margin over what the simulation took, up to the most', () => {
  expect(unitLimit({ ...DEFAULT_FEES, unitMarginPercent: 20 }, 100_000n)).toBe(120_000);
  expect(unitLimit({ ...DEFAULT_FEES, unitMarginPercent: 10 }, 101n)).toBe(112);
  expect(unitLimit(DEFAULT_FEES, 1_300_000n)).toBe(MAX_UNITS);
});

it('offers the nearest-rank percentile of recent prices', () => {
  const at = (percentile: number) =>
    unitPrice({ percentile, maxLamports: 1_000n, unitMarginPercent: 0 }, [30n, 10n, 200n, 40n], 1);
  expect([0, 25, 26, 50, 75, 76, 100].map(at)).toEqual([10n, 10n, 30n, 30n, 40n, 200n, 200n]);
  expect(unitPrice(DEFAULT_FEES, [], 1)).toBe(0n);
});

it('never pays more for priority than its cap', () => {
  const policy = { percentile: 100, maxLamports: 1_000n, unitMarginPercent: 0 };
  expect(unitPrice(policy, [90_000n], 200_000)).toBe(5_000n);
  for (const limit of [1, 3, 77_777, MAX_UNITS]) {
    expect(feeLamports(0, limit, unitPrice(policy, [1n << 60n], limit))).toBeLessThanOrEqual(1_000n);
  }
});

it('rounds the fee up', () => {
  expect(feeLamports(1, 200_000, 12n)).toBe(5_003n);
  expect(feeLamports(2, 0, 12n)).toBe(10_000n);
});
