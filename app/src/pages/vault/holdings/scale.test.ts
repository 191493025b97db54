import { expect, it } from 'vitest';
import { track } from './scale.js';

const quarter = { targetE8: 25_000_000, lowE8: 22_500_000, highE8: 27_500_000 };

it('shows a band in the middle two thirds, whatever its width', () => {
  const wide = track({ ...quarter, weightE8: 25_000_000 });
  const narrow = track({ targetE8: 25_000_000, lowE8: 24_000_000, highE8: 26_000_000, weightE8: 25_000_000 });
  for (const { low, target, high, weight } of [wide, narrow]) {
    expect([low, target, high, weight].map((place) => place?.toFixed(4))).toEqual([
      '0.1667',
      '0.5000',
      '0.8333',
      '0.5000',
    ]);
  }
});

it('keeps a weight far outside its band on the track', () => {
  const { low, high, weight } = track({ ...quarter, weightE8: 60_000_000 });
  expect(weight).toBeGreaterThan(high);
  expect(weight).toBeLessThan(1);
  expect(low).toBeGreaterThan(0);
});

it('has room for assets without a band, and none for unknown weights', () => {
  const bare = track({ targetE8: 0, lowE8: 0, highE8: 0, weightE8: null });
  expect(bare).toEqual({ low: 0.5, target: 0.5, high: 0.5, weight: null });
});

it('shows lopsided bands as they are', () => {
  const { low, high } = track({ targetE8: 2_000_000, lowE8: 0, highE8: 5_000_000, weightE8: 2_000_000 });
  expect(0.5 - low).toBeLessThan(high - 0.5);
});
