import { expect, it } from 'vitest';
import { largest } from './largest.js';

it.each([0n, 1n, 2n, 63n, 64n, 99n, 100n])('finds the edge at %s', (edge) => {
  expect(largest(100n, (amount) => amount <= edge)).toBe(edge);
});

it('asks once for each binary digit', () => {
  let asked = 0;
  largest(2n ** 64n - 1n, (amount) => {
    asked++;
    return amount < 12_345n;
  });
  expect(asked).toBe(64);
});

it('has nothing to ask where there is nothing smaller', () => {
  expect(largest(0n, () => true)).toBe(0n);
});
