import { expect, it } from 'vitest';
import { ledBy, maxAmounts } from './in-kind.js';

it('lets one amount decide', () => {
  const limits = ledBy(3, 1, 5n);
  expect(limits[1]).toBe(5n);
  expect(limits[0]).toBe(2n ** 64n - 1n);
  expect(limits[2]).toBe(limits[0]);
});

it('gives no more than was chosen, and of the others no more than there is', () => {
  const chosen = { lead: 0, amount: 1_001n };
  expect(maxAmounts([1_000n, 1_000n, 1_000n], chosen, [9_000n, 9_000n, 1_002n], 50)).toEqual([1_001n, 1_005n, 1_002n]);
});
