import { expect, it } from 'vitest';
import { partE8, worthUsd } from './position.js';

it('rounds parts and worth down', () => {
  expect(partE8(1n, 3n)).toBe(33_333_333n);
  expect(partE8(0n, 0n)).toBe(0n);
  expect(worthUsd(1_500_000n, 2_000_001n, 6)).toBe(3_000_001n);
  expect(worthUsd(1n, null, 6)).toBeNull();
  expect(worthUsd(0n, null, 6)).toBe(0n);
});
