import { readFileSync } from 'node:fs';
import { BALLAST_PROGRAM_ADDRESS, decode, type BallastEvent, type BreakerTrippedEvent } from '@ballast/client';
import { describe, expect, it } from 'vitest';
import { deposited, observed, OTHER, rebalanced, TOKENS, VAULT } from './fixture.js';
import { beyond, breaker, plain, say, sentence } from './words.js';

/** One of each of the program's events, with random content. */
const file = new URL('../../../../../clients/ts/tests/fixtures/events.json', import.meta.url);
const fixtures = JSON.parse(readFileSync(file, 'utf8')) as { name: string; data: string }[];

const at = { vault: VAULT, slot: 1n, sequence: 1n };
const words = (event: BallastEvent) => say(event, TOKENS);

describe('every event of the program', () => {
  it.each(fixtures)('$name has words', ({ data }) => {
    const program = BALLAST_PROGRAM_ADDRESS;
    const [event] = decode.events([
      `Program ${program} invoke [1]`,
      `Program data: ${data}`,
      `Program ${program} success`,
    ]);
    const { title, text } = words(event!);
    expect(title).not.toBe('');
    expect(`${title} ${text}`).not.toMatch(/undefined|NaN|null/);
  });
});

it('tells deposits and redemptions with their amounts', () => {
  expect(words(deposited(1n, 0n, 2_500_000n)).text).toBe('0.0025 SOL for 2.5 shares');
  const exchange = { ...at, user: OTHER, asset: 1, amount: 1_500_000n, shares: 1_000_000n };
  const books = { balanceBefore: 0n, balanceAfter: 0n, totalSharesBefore: 0n, totalSharesAfter: 0n, navUsd: 0n };
  const single = (isDeposit: boolean) =>
    words({ name: 'SingleAssetExchange', data: { ...exchange, ...books, isDeposit } });
  expect(single(true)).toMatchObject({ title: 'Deposit', text: '1.5 USDC for 1 shares', by: OTHER });
  expect(single(false)).toMatchObject({ title: 'Redemption', text: '1 shares for 1.5 USDC' });
});

it('tells what of a redemption became a claim and what was given up', () => {
  const amounts = [1_000_000_000n, 2_000_000n];
  const books = { ...at, user: OTHER, shares: 1_000_000n, totalSharesBefore: 0n, totalSharesAfter: 0n, amounts };
  const { text } = words({ name: 'RedeemedInKind', data: { ...books, skipMask: 3, forfeitMask: 2 } });
  expect(text).toBe('1 shares for 1 SOL + 2 USDC (SOL left as a claim; USDC given up)');
});

it('tells rebalances and observations', () => {
  expect(words(rebalanced()).text).toBe('Sold 100 SOL for 9,988 USDC');
  expect(words(observed({ excessGrowthE12: 1_230_000_000n })).text).toBe('Share price $1.00, harvest so far +0.12%');
});

it('tells pauses by what is paused afterwards', () => {
  const change = (before: number, after: number) =>
    words({ name: 'PauseChanged', data: { ...at, by: OTHER, before, after } });
  expect(change(0, 9)).toMatchObject({ title: 'Paused', text: 'deposits in kind, rebalancing', tone: 'caution' });
  expect(change(9, 0)).toMatchObject({ title: 'Everything runs again', tone: 'good' });
});

it('tells halts with their evidence, in the unit of the limit', () => {
  const trip: BreakerTrippedEvent = {
    ...at,
    route: VAULT,
    breaker: 1,
    asset: 0,
    isHard: true,
    measured: 1_820n,
    limit: 1_500n,
  };
  const { title, text } = words({ name: 'BreakerTripped', data: trip });
  expect(title).toBe('Route halted');
  expect(text).toBe(`${breaker(1, 0, TOKENS)} Measured 18.20%, where 15.00% is the limit. Only the admin ends it.`);
  expect(beyond(7, 5_000_000n, 10_000_000n)).toBe('Measured $5.00, where $10.00 is the limit.');
});

it('puts names of the program in words', () => {
  expect(['CostExceedsBenefit', 'InBand', 'Jump', ''].map(plain)).toEqual([
    'Cost exceeds benefit',
    'In band',
    'Jump',
    '',
  ]);
});

it('makes sentences of words', () => {
  expect(['the pool is away', 'Prices are stale.'].map(sentence)).toEqual(['The pool is away.', 'Prices are stale.']);
});
