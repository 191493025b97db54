/**
 * What a keeper's rebalances have brought them.
 *
 * @module
 */

import type { HistoryEntry } from '@ballast/client';
import type { Address, Signature } from '@solana/kit';

/** A rebalance by the keeper. */
export type Earning = { signature: Signature; time: bigint | null; vault: Address; rewardLamports: bigint };

/** What a keeper was reimbursed, over all vaults. */
export type Earnings = {
  /** Every rebalance that they made, the last one first, paid or not. */
  rebalances: Earning[];
  /** What crank funds have paid for them. */
  totalLamports: bigint;
};

/** Sums up what `keeper` was reimbursed in these transactions. */
export function earnings(keeper: Address, entries: readonly HistoryEntry[]): Earnings {
  const rebalances = entries.flatMap(({ signature, time, events }) =>
    events.flatMap((event) =>
      event.name === 'Rebalanced' && event.data.keeper === keeper
        ? [{ signature, time, vault: event.data.vault, rewardLamports: event.data.rewardLamports }]
        : [],
    ),
  );
  const totalLamports = rebalances.reduce((sum, { rewardLamports }) => sum + rewardLamports, 0n);
  return { rebalances, totalLamports };
}
