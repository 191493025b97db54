import { describe, expect, it } from 'vitest';
import { costs, drawdowns, ticks } from './series.js';

describe('series', () => {
  it('fall below the highest value before', () => {
    expect(drawdowns([100, 120, 90, 120, 60])).toEqual([0, 0, -0.25, 0, -0.5]);
    expect(drawdowns([])).toEqual([]);
  });

  it('add up what trades cost', () => {
    const trade = (time: number, costUsd: number) => ({ time, sell: 0, buy: 1, soldUsd: 100, costUsd });
    expect(costs([trade(1, 2), trade(5, -0.5), trade(9, 1)])).toEqual([
      [1, 2],
      [5, 1.5],
      [9, 2.5],
    ]);
  });

  it('have axes of a few round values', () => {
    expect(ticks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => expect.closeTo(tick, 9)));
    expect(ticks(1.2e6, 3.4e6)).toEqual([1.5e6, 2e6, 2.5e6, 3e6]);
    expect(ticks(7, 7)).toEqual([7]);
    for (const [least, most] of [[0, 1], [-0.6, 0], [0.3, 2e7], [999, 1_001]] as const) {
      const found = ticks(least, most);
      expect(found.length).toBeGreaterThan(1);
      expect(found.length).toBeLessThanOrEqual(6);
    }
  });
});
