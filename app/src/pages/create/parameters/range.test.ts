import { describe, expect, it } from 'vitest';
import type { Range } from '../../../rules/types.js';
import { findRanges, rangeWords } from './range.js';

describe('ranges', () => {
  it('are in the unit that people write', () => {
    expect(rangeWords('bps', { least: 1, most: 2_500, orZero: false })).toBe('From 0.01 % to 25 %.');
    expect(rangeWords('secs', { least: 3_600, most: 315_576_000, orZero: true })).toBe(
      'From 1h to 87660h, or 0s for off.',
    );
    expect(rangeWords('micro-dollars', { least: 10_000, most: null, orZero: false })).toBe('At least 0.01 USD.');
    expect(rangeWords('number', { least: 0, most: 127, orZero: false })).toBe('From 0 to 127.');
  });

  it('are asked for a few at a time, all of them', async () => {
    const asked: string[][] = [];
    const ranges = ({ paths }: { toml: string; paths: string[] }): Record<string, Range> => {
      asked.push(paths);
      return Object.fromEntries(
        paths.filter((path) => path !== 'x').map((path) => [path, { least: 1, most: 2, orZero: false }]),
      );
    };
    const found = await findRanges({ ranges }, '', ['a', 'b', 'x', 'c', 'd', 'e']);
    expect([...found.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked.map((paths) => paths.length)).toEqual([4, 2]);
  });
});
