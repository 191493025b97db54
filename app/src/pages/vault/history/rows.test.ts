import { expect, it } from 'vitest';
import { entry, observed, OTHER, rebalanced, TOKENS, VAULT } from './fixture.js';
import { eventRows, rebalanceRows } from './rows.js';

const entries = [
  entry(20n, observed({ sequence: 4n }), rebalanced({ sequence: 5n }), rebalanced({ sequence: 6n })),
  entry(10n, {
    name: 'FeesCollected',
    data: { vault: VAULT, slot: 1n, sequence: 3n, recipient: OTHER, shares: 7n, totalShares: 9n },
  }),
  entry(null, rebalanced({ vault: OTHER, sequence: 2n })),
];

it('lists the rebalances of the vault alone, last first', () => {
  const rows = rebalanceRows(VAULT, entries, TOKENS);
  expect(rows.map(({ event, time }) => [event.sequence, time])).toEqual([
    [6n, 20n],
    [5n, 20n],
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
});

it('lists what else happened, upkeep only where it is asked for', () => {
  const titles = (withRoutine: boolean) => eventRows(VAULT, entries, TOKENS, { withRoutine }).map(({ title }) => title);
  expect(titles(false)).toEqual(['Management fee collected']);
  expect(titles(true)).toEqual(['Prices observed', 'Management fee collected']);
});
