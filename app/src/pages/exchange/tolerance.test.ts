import { expect, it } from 'vitest';
import { atMost, parseTolerance } from './tolerance.js';

it.each([
  ['0.5', 50],
  ['0.5%', 50],
  [' 1 % ', 100],
  ['.25', 25],
  ['0', 0],
  ['99.99', 9_999],
  ['1.500', 150],
])('reads %j', (text, bps) => {
  expect(parseTolerance(text)).toEqual({ ok: true, bps });
});

it.each(['', '%', '-1', 'abc', '1,5', '0.123', '100', '1e2', '1000'])('refuses %j, and says what to do', (text) => {
  const parsed = parseTolerance(text);
  expect(parsed).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) });
});

it('rounds the most to give up', () => {
  expect(atMost(1_001n, 50)).toBe(1_007n);
  expect(atMost(7n, 0)).toBe(7n);
});
