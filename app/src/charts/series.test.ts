import { expect, it } from 'vitest';
import { deposited, entry, observed, OTHER, rebalanced, VAULT } from '../pages/vault/history/fixture.js';
import { summarise, vaultSeries, type Sample } from './series.js';

const unknown: Sample = {
  time: 100n,
  navUsd: null,
  sharePriceUsd: null,
  weightsE8: [null, null],
  totalShares: 4_000_000n,
  shareDecimals: 6,
};

it('has the share price of every observation, in order of time', () => {
  const entries = [
    entry(30n, observed({ sequence: 3n, sharePriceX64: 3n << 63n })),
    entry(20n, observed({ sequence: 2n })),
    entry(null, observed({ sequence: 1n })),
    entry(25n, observed({ sequence: 1n, vault: OTHER })),
  ];
  expect(vaultSeries(VAULT, entries, [unknown]).sharePrice).toEqual([
    { time: 20, value: 1 },
    { time: 30, value: 1.5 },
  ]);
});

it('ends with the present', () => {
  const present = { ...unknown, navUsd: 5_000_000n, sharePriceUsd: 1_250_000n, weightsE8: [30_000_000, null] };
  const { nav, sharePrice, weights } = vaultSeries(VAULT, [], [present]);
  expect(nav).toEqual([{ time: 100, value: 5 }]);
  expect(sharePrice).toEqual([{ time: 100, value: 1.25 }]);
  expect(weights).toEqual([[{ time: 100, value: 0.3 }], []]);
});

it('goes through what has been seen', () => {
  const samples = [1, 2].map((number) => ({ ...unknown, time: BigInt(number), weightsE8: [null, number * 1_000_000] }));
  const { weights } = vaultSeries(VAULT, [], [...samples, unknown]);
  expect(weights[1]).toEqual([
    { time: 1, value: 0.01 },
    { time: 2, value: 0.02 },
  ]);
});

it('values the vault by the shares that there were', () => {
  const entries = [
    entry(10n, observed({ sequence: 1n })),
    entry(20n, deposited(2n, 1_000_000n, 3_000_000n)),
    entry(30n, observed({ sequence: 3n })),
  ];
  const values = (of: typeof entries) => vaultSeries(VAULT, of, [unknown]).nav.map(({ value }) => value);
  expect(values(entries)).toEqual([1, 3]);
  expect(values([entries[0]!])).toEqual([4]);
});

it('has weights where an asset was traded: target and distance', () => {
  const entries = [entry(10n, observed({ sequence: 1n }), rebalanced({ sequence: 2n }))];
  const { nav, weights } = vaultSeries(VAULT, entries, [unknown]);
  const [sol, usdc] = weights.map((line) => line.map(({ time, value }) => [time, Number(value.toFixed(6))]));
  expect(sol).toEqual([
    [9, 0.3],
    [10, 0.290003],
  ]);
  expect(usdc).toEqual([
    [9, 0.7],
    [10, 0.709997],
  ]);
  // What the trade left behind, not the value in the same second before it.
  expect(nav).toEqual([{ time: 10, value: 999_988 }]);
});

it('has no weights where the targets are not known', () => {
  const entries = [entry(10n, observed({ sequence: 1n, targetsE8: [] }), rebalanced({ sequence: 2n }))];
  expect(vaultSeries(VAULT, entries, [unknown]).weights).toEqual([[], []]);
});

it('sums a line up', () => {
  const points = [3, 1, 4, 2].map((value, time) => ({ time, value }));
  const { first, last, least, most } = summarise(points)!;
  expect([first, last, least, most].map(({ value }) => value)).toEqual([3, 2, 1, 4]);
  expect(summarise([])).toBeNull();
});
