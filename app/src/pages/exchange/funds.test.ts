import type { Address } from '@solana/kit';
import { expect, it } from 'vitest';
import { available, KEPT_LAMPORTS, NATIVE_MINT, scarcest, toWrap } from './funds.js';

const OTHER = '11111111111111111111111111111112' as Address;
const funds = { lamports: KEPT_LAMPORTS + 5n, tokens: [7n, 9n], shares: 0n };

it('counts native SOL as the wrapped token, but for what fees take', () => {
  expect(available(funds, 0, NATIVE_MINT)).toBe(12n);
  expect(available(funds, 1, OTHER)).toBe(9n);
  expect(available(funds, 2, OTHER)).toBe(0n);
  expect(available({ ...funds, lamports: 1n }, 0, NATIVE_MINT)).toBe(7n);
});

it('wraps what is missing, of native SOL only', () => {
  expect(toWrap(10n, 7n, NATIVE_MINT)).toBe(3n);
  expect(toWrap(7n, 7n, NATIVE_MINT)).toBe(0n);
  expect(toWrap(10n, 7n, OTHER)).toBe(0n);
});

it('names the asset of which the smallest part is there', () => {
  expect(scarcest([10n, 20n, 30n], [10n, 21n, 30n])).toBeUndefined();
  expect(scarcest([10n, 20n, 30n], [9n, 10n, 29n])).toBe(1);
  expect(scarcest([10n, 20n, 30n], [9n, 1n, 0n])).toBe(2);
  expect(scarcest([10n, 1n], [5n])).toBe(1);
});
