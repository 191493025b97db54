import { expect, it } from 'vitest';
import { formatPrice, formatUsd, formatUsdCompact } from './usd.js';

it.each([
  [0n, '$0.00'],
  [1_234_567_890n, '$1,234.57'],
  [1_005_000n, '$1.01'],
  [999_999n, '$1.00'],
  [4_999n, '<$0.01'],
  [5_000n, '$0.01'],
  [-1_500_000n, '−$1.50'],
])('formatUsd(%i) is %s', (micro, text) => {
  expect(formatUsd(micro)).toBe(text);
});

it.each([
  [45_812_340_000n, '$45,812.34'],
  [999_950n, '$0.99995'],
  [1_000_000n, '$1.00'],
  [23n, '$0.000023'],
  [500_000n, '$0.50'],
  [0n, '$0.00'],
])('formatPrice(%i) is %s', (micro, text) => {
  expect(formatPrice(micro)).toBe(text);
});

it.each([
  [999_999_990_000n, '$999,999.99'],
  [1_234_567_000_000n, '$1.23M'],
  [45_600_000_000_000_000n, '$45.60B'],
  [7_000_000_000_000_000_000n, '$7.00T'],
])('formatUsdCompact(%i) is %s', (micro, text) => {
  expect(formatUsdCompact(micro)).toBe(text);
});
