import type { Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { closed, firstDepositClosed, type Condition, type Way } from './possible.js';

const halt = { meaning: 'a price is far from its average', isHard: true } as Condition['halt'];
const live: Condition = {
  state: { kind: 'live', words: ['running'] },
  paused: [],
  halt: null,
  totalShares: 1n,
  isFresh: true,
  isClosing: false,
  quarantined: [],
};
const WAYS: readonly Way[] = ['deposit-single', 'deposit-in-kind', 'redeem-single', 'redeem-in-kind'];
const open = (change: Partial<Condition>) => WAYS.filter((way) => closed(way, { ...live, ...change }) === undefined);

describe('what is open', () => {
  it.each<[string, Partial<Condition>, Way[]]>([
    ['in a live vault', {}, [...WAYS]],
    [
      'while everything is paused',
      { paused: ['deposit-single', 'deposit-in-kind', 'redeem-single', 'rebalance'] },
      ['redeem-in-kind'],
    ],
    [
      'while deposits in one asset are paused',
      { paused: ['deposit-single'] },
      ['deposit-in-kind', 'redeem-single', 'redeem-in-kind'],
    ],
    ['while a breaker has halted trading', { halt }, ['deposit-in-kind', 'redeem-in-kind']],
    ['while prices are stale', { isFresh: false }, ['deposit-in-kind', 'redeem-in-kind']],
    ['with a quarantined asset', { quarantined: ['USDT'] }, ['deposit-in-kind', 'redeem-single', 'redeem-in-kind']],
    ['in a vault that is being closed', { isClosing: true }, ['redeem-single', 'redeem-in-kind']],
    ['in an empty vault', { totalShares: 0n }, ['deposit-in-kind', 'redeem-in-kind']],
  ])('%s', (_, change, ways) => {
    expect(open(change)).toEqual(ways);
  });
});

it('says why, and what to do instead', () => {
  expect(closed('redeem-single', { ...live, halt })).toEqual({
    reason: 'A breaker has halted trading until the admin has reviewed it: a price is far from its average.',
    instead: expect.stringContaining('in kind, which works at any time'),
  });
  const soft = { ...halt!, isHard: false };
  expect(closed('redeem-single', { ...live, halt: soft })?.reason).toContain('until prices have been calm');
  const all: Partial<Condition> = { paused: ['deposit-single', 'deposit-in-kind'] };
  expect(closed('deposit-single', { ...live, ...all })?.instead).toBe('Redemption in kind works at any time.');
});

it('leaves the first deposit to the admin', () => {
  const [admin, other] = ['a' as Address, 'b' as Address];
  expect(firstDepositClosed(admin, admin)).toBeUndefined();
  expect(firstDepositClosed(admin, other)?.instead).toContain('Come back');
  expect(firstDepositClosed(admin, null)?.instead).toContain('Connect the admin’s wallet');
});
