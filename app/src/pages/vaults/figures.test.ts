import { address } from '@solana/kit';
import { expect, it } from 'vitest';
import type { AssetFigures, Halt, Next, VaultState } from '../../rules/types.js';
import { holdings, stateOf } from './figures.js';

const NEXT: Next = { kind: 'drift', at: null, words: 'drift 62% of band (SOL)' };

it('lists what is held with its part, and targets where there is no value yet', () => {
  const assets = [asset(0, { weightE8: 60_000_000 }), asset(1, { weightE8: null }), asset(2, { status: 'removed' })];
  expect(holdings({ assets }, ['BTC'])).toEqual([
    { index: 0, name: 'BTC', weightE8: 60_000_000 },
    { index: 1, name: 'asset 1', weightE8: 50_000_000 },
  ]);
});

it('tells what comes next of a live vault, but for the drift, which has its own column', () => {
  expect(stateOf({ state: state('live'), halt: null, next: NEXT })).toMatchObject({
    label: 'Live',
    why: 'every asset is inside its band',
  });
  const later: Next = { kind: 'schedule', at: 9n, words: 'due in 3 h' };
  expect(stateOf({ state: state('live'), halt: null, next: later }).why).toBe('due in 3 h');
  const due: Next = { kind: 'due', at: null, words: 'due now: sell 1.5 SOL for 150 USDC' };
  expect(stateOf({ state: state('live'), halt: null, next: due }).why).toBe('a trade is due now');
});

it('tells why a vault does not trade', () => {
  expect(stateOf({ state: state('paused', 'rebalance paused'), halt: null, next: NEXT })).toEqual({
    tone: 'caution',
    label: 'Paused',
    why: 'rebalance paused',
  });
  const halt = { meaning: 'A price jumped.' } as Halt;
  expect(stateOf({ state: state('halted', 'halted'), halt, next: NEXT })).toMatchObject({
    label: 'Halted',
    why: 'A price jumped.',
  });
});

function state(kind: VaultState['kind'], ...words: string[]): VaultState {
  return { kind, words };
}

function asset(index: number, differing: Partial<AssetFigures>): AssetFigures {
  return {
    index,
    mint: address('11111111111111111111111111111111'),
    decimals: 6,
    status: 'active',
    balance: 1n,
    owed: 0n,
    valueUsd: 1n,
    weightE8: 0,
    targetE8: 50_000_000,
    bandE8: 0,
    lowE8: 0,
    highE8: 0,
    isOut: false,
    price: null,
    ...differing,
  };
}
