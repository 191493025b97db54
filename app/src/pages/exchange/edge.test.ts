import { expect, it } from 'vitest';
import { largestThatFits } from './edge.js';
import type { Quoted } from './quote.js';

/** Rules that give nothing below `least`, and refuse beyond `most`. */
const rules =
  (least: bigint, most: bigint) =>
  (amount: bigint): Quoted<bigint> => {
    if (amount > most) {
      return { kind: 'refused', name: 'LeavesBand', message: 'beyond' };
    }
    return amount < least
      ? { kind: 'refused', name: 'AmountTooSmall', message: 'too small' }
      : { kind: 'quote', quote: amount };
  };

it('keeps four digits, and never more than fits', () => {
  expect(largestThatFits(10n ** 12n, rules(10n, 123_456_789n))).toBe(123_400_000n);
  expect(largestThatFits(10_000n, rules(10n, 9_876n))).toBe(9_876n);
});

it('suggests nothing where only what gives nothing would fit', () => {
  expect(largestThatFits(1_000n, rules(10n, 5n))).toBe(0n);
  expect(largestThatFits(1_000n, rules(1n, 0n))).toBe(0n);
});
