import { describe, expect, it } from 'vitest';
import { costsAt, drawdowns, points } from './series.js';

describe('series', () => {
  it('fall below the highest value before', () => {
    expect(drawdowns([100, 120, 90, 120, 60])).toEqual([0, 0, -0.25, 0, -0.5]);
    expect(drawdowns([])).toEqual([]);
  });

  it('add up what trades cost', () => {
    const trade = (time: number, costUsd: number) => ({ time, sell: 0, buy: 1, soldUsd: 100, costUsd });
    const trades = [trade(1, 2), trade(5, -0.5), trade(5, 3), trade(9, 1)];
    expect(costsAt([0, 1, 4, 5, 20], trades)).toEqual([0, 2, 2, 4.5, 5.5]);
    expect(costsAt([3], [])).toEqual([0]);
  });

  it('have a point for each moment', () => {
    const moment = (time: number) => ({ time, navUsd: 1, heldUsd: 1, weights: [], targets: [] });
    expect(points([moment(7), moment(8)], [0.1, 0.2])).toEqual([
      { time: 7, value: 0.1 },
      { time: 8, value: 0.2 },
    ]);
  });
});
