import { expect, it } from 'vitest';
import { givesUpAll, masksOf, minAmounts } from './fates.js';

it('makes masks of what is skipped and given up', () => {
  expect(masksOf({})).toEqual({ skipMask: 0, forfeitMask: 0 });
  expect(masksOf({ 0: 'pay', 1: 'claim', 3: 'forfeit' })).toEqual({ skipMask: 0b1010, forfeitMask: 0b1000 });
});

it('wants nothing of what is given up, and nearly everything of the rest', () => {
  expect(minAmounts([1_000n, 1_000n, 1_000n], { 1: 'claim', 2: 'forfeit' }, 50)).toEqual([995n, 995n, 0n]);
});

it('notices when everything is given up', () => {
  expect(givesUpAll({ 0: 'forfeit', 2: 'forfeit' }, [0, 2])).toBe(true);
  expect(givesUpAll({ 0: 'forfeit', 2: 'claim' }, [0, 2])).toBe(false);
  expect(givesUpAll({}, [0, 2])).toBe(false);
});
