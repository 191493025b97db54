import { describe, expect, it } from 'vitest';
import { equalTargets, formatPercentBps, parsePercentBps, targetSum, withRemainder } from './targets.js';

describe('percentages', () => {
  it('are read exactly, with either decimal mark and with or without the sign', () => {
    expect(['40', '33.33', '0,5 %', '.5', '7.', '100%'].map(parsePercentBps)).toEqual([
      4_000,
      3_333,
      50,
      undefined,
      700,
      10_000,
    ]);
  });

  it('finer than a basis point, negative, beyond the vault or none at all are refused', () => {
    for (const text of ['', '1.234', '-1', '100.01', '1e2', 'many', '1 000']) {
      expect(parsePercentBps(text), text).toBeUndefined();
    }
  });

  it('come back as they were', () => {
    for (const bps of [0, 1, 10, 50, 100, 3_333, 4_005, 9_990, 10_000]) {
      expect(parsePercentBps(formatPercentBps(bps))).toBe(bps);
    }
    expect([4_005, 4_050, 4_000].map(formatPercentBps)).toEqual(['40.05', '40.5', '40']);
  });
});

describe('targets', () => {
  it('are whole only where they sum to 100 % exactly', () => {
    expect(targetSum(['60', '40'])).toEqual({ kind: 'whole', sumBps: 10_000 });
    expect(targetSum(['33.33', '33.33', '33.33'])).toEqual({ kind: 'off', sumBps: 9_999, missingBps: 1 });
    expect(targetSum(['60', '50'])).toEqual({ kind: 'off', sumBps: 11_000, missingBps: -1_000 });
    expect(targetSum(['60', ''])).toEqual({ kind: 'incomplete' });
  });

  it('that are equal sum to the whole for every number of assets', () => {
    for (let count = 2; count <= 16; count += 1) {
      expect(targetSum(equalTargets(count)).kind, String(count)).toBe('whole');
    }
    expect(equalTargets(3)).toEqual(['33.33', '33.33', '33.34']);
  });

  it('leave the rest to the one that is asked', () => {
    expect(withRemainder(['33.33', '', '33.33'], 1)).toEqual(['33.33', '33.34', '33.33']);
    expect(withRemainder(['70', '1', '40'], 1)).toBeUndefined();
    expect(withRemainder(['70', '1', 'x'], 1)).toBeUndefined();
  });
});
