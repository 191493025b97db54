/**
 * A vault's past for tests: a vault of a million dollars, a quarter of it to be SOL at 100 dollars.
 *
 * @module
 */

import type { BallastEvent, HistoryEntry, ObservedEvent, RebalancedEvent } from '@ballast/client';
import { address, signature, type Address } from '@solana/kit';

export const VAULT = address('A2kAwKGwSpv7wi6kD9aDD9gtFvbQKXPmB4zXubkXccVa');
export const KEEPER = address('D8TNkpDutnuiuEf7QDVKreioLE9LRbbqtpufvvezDpmo');
const ROUTE = address('DRp6ygd8E2JrL3oJXiTckNKBhMXWBAqbkghLfSZai2ps');

/** SOL of nine decimals, and USDC of six. */
export const TOKENS = { names: ['SOL', 'USDC'], decimals: [9, 6], shareDecimals: 6 };

const USD = 1_000_000n;

/** Sells 100 SOL for 9,988 USDC: 12 dollars less than they are worth. */
export function rebalanced(other: Partial<RebalancedEvent> = {}): BallastEvent {
  const data: RebalancedEvent = {
    vault: VAULT,
    slot: 1n,
    sequence: 1n,
    keeper: KEEPER,
    route: ROUTE,
    trigger: 1,
    soldAsset: 0,
    boughtAsset: 1,
    amountIn: 100_000_000_000n,
    minOut: 9_950n * USD,
    amountOut: 9_988n * USD,
    soldBalanceBefore: 3_000_000_000_000n,
    soldBalanceAfter: 2_900_000_000_000n,
    boughtBalanceBefore: 700_000n * USD,
    boughtBalanceAfter: 709_988n * USD,
    navBeforeUsd: 1_000_000n * USD,
    navAfterUsd: 999_988n * USD,
    // 300,000 less a quarter of the vault, then 290,000 less a quarter of what it became; and USDC's likewise.
    excessBeforeUsd: 50_000n * USD,
    excessAfterUsd: 40_003n * USD,
    deficitBeforeUsd: 50_000n * USD,
    deficitAfterUsd: 40_003n * USD,
    benefitUsd: 0n,
    expectedCostUsd: 11n * USD,
    lossUsd: 12n * USD,
    rewardLamports: 20_000n,
    stressBeforeE8: 0n,
    stressAfterE8: 0n,
    ...other,
  };
  return { name: 'Rebalanced', data };
}

/** A whole share is worth a dollar, and targets are a quarter and three quarters. */
export function observed(other: Partial<ObservedEvent> = {}): BallastEvent {
  const data: ObservedEvent = {
    vault: VAULT,
    slot: 1n,
    sequence: 1n,
    participants: 3,
    sharePriceX64: 1n << 64n,
    logGrowthE12: 0n,
    weightedLogGrowthE12: 0n,
    excessGrowthE12: 0n,
    costUsd: 0n,
    turnoverUsd: 0n,
    targetsE8: [25_000_000, 75_000_000],
    ...other,
  };
  return { name: 'Observed', data };
}

/** Brings the shares from one number to another. */
export function deposited(sequence: bigint, before: bigint, after: bigint): BallastEvent {
  const amounts = [after - before, 0n];
  const [totalSharesBefore, totalSharesAfter, shares] = [before, after, after - before];
  const data = { vault: VAULT, slot: 1n, sequence, user: KEEPER, shares, totalSharesBefore, totalSharesAfter, amounts };
  return { name: 'DepositedInKind', data };
}

/** A transaction at a time. */
export function entry(time: bigint | null, ...events: BallastEvent[]): HistoryEntry {
  return { signature: SIGNATURE, slot: 1n, time, error: null, events };
}

const SIGNATURE = signature('5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQkjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW');

/** An address that is not the vault's. */
export const OTHER: Address = ROUTE;
