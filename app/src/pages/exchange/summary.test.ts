import type { BallastEvent } from '@ballast/client';
import { expect, it } from 'vitest';
import { shareCount, summaryOf, tokens } from './summary.js';

const assets = [
  { name: 'SOL', decimals: 9 },
  { name: 'USDC', decimals: 6 },
];
const told = (...events: { name: BallastEvent['name']; data: object }[]) =>
  summaryOf({ events: events as BallastEvent[] }, assets);

it('tells deposits and redemptions of one asset', () => {
  const data = { isDeposit: true, asset: 0, amount: 1_500_000_000n, shares: 1_000_000n };
  expect(told({ name: 'SingleAssetExchange', data })).toBe('Deposited 1.5 SOL for 1 share.');
  const back = { ...data, isDeposit: false, shares: 2_500_000n };
  expect(told({ name: 'PricesRefreshed', data: {} }, { name: 'SingleAssetExchange', data: back })).toBe(
    'Redeemed 2.5 shares for 1.5 SOL.',
  );
});

it('tells those in kind, and what is left as a claim', () => {
  const amounts = [1_000_000_000n, 20_000_000n];
  expect(told({ name: 'DepositedInKind', data: { amounts, shares: 5_000_000n } })).toBe(
    'Deposited 1 SOL and 20 USDC for 5 shares.',
  );
  const redeemed = { amounts, shares: 5_000_000n, skipMask: 0, forfeitMask: 0 };
  expect(told({ name: 'RedeemedInKind', data: redeemed })).toBe('Redeemed 5 shares for 1 SOL and 20 USDC.');
  expect(told({ name: 'RedeemedInKind', data: { ...redeemed, skipMask: 2 } })).toBe(
    'Redeemed 5 shares for 1 SOL. The vault owes you 20 USDC.',
  );
  expect(told({ name: 'RedeemedInKind', data: { ...redeemed, skipMask: 3, forfeitMask: 2 } })).toBe(
    'Redeemed 5 shares for nothing. The vault owes you 1 SOL.',
  );
});

it('tells claims together', () => {
  const claims = [0, 1].map((asset) => ({ name: 'Claimed' as const, data: { asset, amount: 1_000_000n } }));
  expect(told(...claims)).toBe('Paid: 0.001 SOL and 1 USDC.');
});

it('leaves it to the label where nothing is known', () => {
  expect(told()).toBeUndefined();
});

it('names amounts', () => {
  expect(shareCount(1_000_000n)).toBe('1 share');
  expect(shareCount(0n)).toBe('0 shares');
  expect(tokens(assets, 7, 3n)).toBe('3 of asset 7');
});
