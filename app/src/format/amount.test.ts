import { describe, expect, it } from 'vitest';
import { amountText, formatAmount, parseAmount } from './amount.js';

describe('parseAmount', () => {
  it.each([
    ['1.5', 9, 1_500_000_000n],
    ['0.000000001', 9, 1n],
    ['.5', 6, 500_000n],
    ['5.', 6, 5_000_000n],
    ['1,234,567.89', 2, 123_456_789n],
    ['1 234', 0, 1_234n],
    ['1.50000', 1, 15n],
    ['18446744073.709551615', 9, 18_446_744_073_709_551_615n],
  ])('reads %s with %i decimals exactly', (text, decimals, amount) => {
    expect(parseAmount(text, decimals)).toEqual({ kind: 'amount', amount });
  });

  it('takes nothing for no amount, not for zero', () => {
    expect(parseAmount('  ', 9)).toEqual({ kind: 'empty' });
    expect(parseAmount('0', 9)).toEqual({ kind: 'amount', amount: 0n });
  });

  it.each(['abc', '1.2.3', '-1', '1e5', '.', ',', '1,23', '1,2345', '٣', '0x10', '1,234 567,'])(
    'refuses %s',
    (text) => {
      expect(parseAmount(text, 9).kind).toBe('error');
    },
  );

  it('refuses decimals that the token does not have', () => {
    expect(parseAmount('1.23', 1)).toEqual({ kind: 'error', message: 'Write at most 1 decimal.' });
    expect(parseAmount('1.5', 0)).toEqual({ kind: 'error', message: 'Write a whole number.' });
  });

  it('refuses more than the most, and takes the most', () => {
    expect(parseAmount('1.51', 2, 150n)).toEqual({ kind: 'error', message: 'The most is 1.5.' });
    expect(parseAmount('1.5', 2, 150n)).toEqual({ kind: 'amount', amount: 150n });
  });

  it('refuses more than accounts can hold', () => {
    expect(parseAmount('18446744073.709551616', 9).kind).toBe('error');
  });
});

describe('formatAmount', () => {
  it.each([
    [1_500_000_000n, 9, '1.5'],
    [0n, 9, '0'],
    [1n, 9, '0.000000001'],
    [123_456_789_000n, 6, '123,456.789'],
    [1_234n, 0, '1,234'],
    [18_446_744_073_709_551_615n, 9, '18,446,744,073.709551615'],
    [-1_500_000n, 6, '−1.5'],
  ])('writes %i with %i decimals', (amount, decimals, text) => {
    expect(formatAmount(amount, decimals)).toBe(text);
  });

  it('drops what is cut off, so that nobody seems to have more', () => {
    expect(formatAmount(1_999_999n, 6, 2)).toBe('1.99');
  });

  it('tells an amount that is too small to show from nothing', () => {
    expect(formatAmount(1n, 9, 4)).toBe('<0.0001');
    expect(formatAmount(999n, 3, 0)).toBe('<1');
    expect(formatAmount(0n, 9, 4)).toBe('0');
  });
});

it('writes amounts that are read back as they were', () => {
  let seed = 7n;
  for (let round = 0; round < 2_000; round++) {
    seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    const decimals = Number(seed % 19n);
    const amount = seed >> (seed % 60n);
    expect(parseAmount(amountText(amount, decimals), decimals)).toEqual({ kind: 'amount', amount });
    expect(parseAmount(formatAmount(amount, decimals), decimals)).toEqual({ kind: 'amount', amount });
  }
});
