import { expect, it } from 'vitest';
import { observed, rebalanced, TOKENS } from '../vault/history/fixture.js';
import { happened, trialLines } from './trial.js';

it('says what would happen, what it takes, and what it brings', () => {
  const events = [observed(), rebalanced({ rewardLamports: 20_000n })];
  const lines = trialLines({ ok: true, events, units: 123_456n, feeLamports: 5_000n }, TOKENS);
  expect(lines).toEqual([
    'Prices observed: Share price $1.00, harvest so far 0.00%.',
    'Rebalance: Sold 100 SOL for 9,988 USDC. The crank fund pays 0.00002 SOL.',
    'Takes 123,456 compute units and a network fee of 0.000005 SOL.',
  ]);
});

it('promises nothing where nothing is paid', () => {
  expect(happened([rebalanced({ rewardLamports: 0n })], TOKENS)).toEqual(['Rebalance: Sold 100 SOL for 9,988 USDC.']);
});
