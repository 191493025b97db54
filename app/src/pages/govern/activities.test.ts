import { Pause } from '@ballast/client';
import { describe, expect, it } from 'vitest';
import { ACTIVITIES, isPaused, listed, maskOf } from './activities.js';

describe('activities', () => {
  it('are every one that the program can pause, and no other', () => {
    expect(maskOf(ACTIVITIES)).toBe(Pause.All);
    expect(maskOf([])).toBe(0);
  });

  it('are paused by their own bit', () => {
    const paused = Pause.DepositSingle | Pause.Rebalance;
    expect(ACTIVITIES.filter((activity) => isPaused(paused, activity)).map(({ bit }) => bit)).toEqual([
      Pause.DepositSingle,
      Pause.Rebalance,
    ]);
  });

  it('are listed as in a sentence', () => {
    expect(listed([])).toBe('');
    expect(listed(ACTIVITIES.slice(3))).toBe('Rebalancing');
    expect(listed(ACTIVITIES.slice(0, 3))).toBe('Deposits in kind, deposits of one asset and redemptions in one asset');
  });
});
