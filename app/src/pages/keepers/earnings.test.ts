import { expect, it } from 'vitest';
import { entry, KEEPER, observed, OTHER, rebalanced, VAULT } from '../vault/history/fixture.js';
import { earnings } from './earnings.js';

it('sums up the rewards of the keeper alone, over all vaults', () => {
  const entries = [
    entry(30n, rebalanced({ rewardLamports: 20_000n }), observed()),
    entry(20n, rebalanced({ vault: OTHER, rewardLamports: 5_000n })),
    entry(10n, rebalanced({ keeper: OTHER, rewardLamports: 70_000n })),
    entry(5n, rebalanced({ rewardLamports: 0n })),
  ];
  const { rebalances, totalLamports } = earnings(KEEPER, entries);
  expect(totalLamports).toBe(25_000n);
  expect(rebalances.map(({ time, vault }) => [time, vault])).toEqual([
    [30n, VAULT],
    [20n, OTHER],
    [5n, VAULT],
  ]);
});
