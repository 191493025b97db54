import { expect, it } from 'vitest';
import { onGrid } from './grid.js';

const line = (...times: number[]) => times.map((time) => ({ time, value: time }));

it('has a slot for every step from first to last', () => {
  expect(onGrid([line(100, 1_100), line(600)], 10).times).toEqual([
    100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_100,
  ]);
});

it('keeps the last point of a slot, and the one before it a slot earlier', () => {
  const { lines } = onGrid([line(0, 598, 599, 600, 1_000)], 10);
  expect(lines).toEqual([
    [
      { time: 0, value: 0 },
      { time: 500, value: 598 },
      { time: 600, value: 600 },
      { time: 1_000, value: 1_000 },
    ],
  ]);
});

it('does not move a point to where another one is', () => {
  const { lines } = onGrid([line(0, 500, 599, 600, 1_000)], 10);
  expect(lines[0]?.map(({ value }) => value)).toEqual([0, 500, 600, 1_000]);
});

it('is as fine as seconds where there are few', () => {
  const { times, lines } = onGrid([line(7, 9)], 10);
  expect(times).toEqual([7, 8, 9]);
  expect(lines).toEqual([line(7, 9)]);
});

it('has nothing for nothing', () => {
  expect(onGrid([[], []])).toEqual({ times: [], lines: [[], []] });
});
