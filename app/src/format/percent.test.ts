import { expect, it } from 'vitest';
import { formatPercentBps, formatPercentE8 } from './percent.js';

it.each([
  [33_333_333, {}, '33.33%'],
  [100_000_000n, { decimals: 0 }, '100%'],
  [12_345_678n, { decimals: 1 }, '12.3%'],
  [-1_234_567n, {}, '−1.23%'],
  [1_234_567n, { isChange: true }, '+1.23%'],
  [4_999n, { isChange: true }, '0.00%'],
  [-4_999n, { isChange: true }, '0.00%'],
  [5_000_000_000n, {}, '5,000.00%'],
])('formatPercentE8(%s, %o) is %s', (part, options, text) => {
  expect(formatPercentE8(part, options)).toBe(text);
});

it('writes basis points', () => {
  expect(formatPercentBps(150)).toBe('1.50%');
  expect(formatPercentBps(7_183, { decimals: 0 })).toBe('72%');
});
