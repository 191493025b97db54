import { expect, it } from 'vitest';
import { observed, rebalanced, TOKENS } from '../vault/history/fixture.js';
import { trialLines } from './trial.js';

it('says what would happen, what it takes, and what it brings', () => {
  const events = [observed(), rebalanced({ rewardLamports: 20_000n })];
  const lines = trialLines({ ok: true, events, units: 123_456n, feeLamports: 5_000n }, TOKENS);
  expect(lines).toEqual([
    'Prices observed: Share price $1.00, harvest so far 0.00%',
    'Rebalance: Sold 100 SOL for 9,988 USDC',
    'Takes 123,456 compute units and a network fee of 0.000005 SOL. The crank fund would pay 0.00002 SOL.',
  ]);
});

it('promises nothing where nothing is paid', () => {
  const [line] = trialLines({ ok: true, events: [], units: 1n, feeLamports: 5_000n }, TOKENS);
  expect(line).toBe('Takes 1 compute units and a network fee of 0.000005 SOL.');
});
