import { expect, it } from 'vitest';
import { withSample } from './samples.js';
import type { Sample } from './series.js';

const at = (time: number): Sample => ({
  time: BigInt(time),
  navUsd: null,
  sharePriceUsd: null,
  weightsE8: [],
  totalShares: 0n,
  shareDecimals: 6,
});

it('takes newer samples only', () => {
  const [first, second] = [at(1), at(2)];
  const samples = [first, second, at(2), at(1)].reduce(withSample, [] as readonly Sample[]);
  expect(samples).toEqual([first, second]);
});

it('keeps the first and the last of many, and never too many', () => {
  const samples = Array.from({ length: 5_000 }, (_, time) => at(time)).reduce(withSample, [] as readonly Sample[]);
  expect(samples.length).toBeLessThanOrEqual(1_000);
  expect([samples[0]?.time, samples.at(-1)?.time]).toEqual([0n, 4_999n]);
});
