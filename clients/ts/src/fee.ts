/**
 * What a transaction costs, and how much to offer for its priority.
 *
 * @module
 */

/** Most compute units that a transaction may take. */
export const MAX_UNITS = 1_400_000;
/** Lamports that the cluster charges for each signature. */
const LAMPORTS_PER_SIGNATURE = 5_000n;
/** Unit prices are in millionths of a lamport. */
const MICRO_LAMPORTS = 1_000_000n;

/** How to choose a transaction's compute limit and priority fee. */
export type FeePolicy = {
  /** Offer what this part of the recent transactions on the same accounts offered or less: 0 to 100. */
  percentile: number;
  /** Most lamports that a transaction may pay for its priority, besides its signatures; 0 for none. */
  maxLamports: bigint;
  /** Added to the units that the simulation took, in percent of them: the state may differ when the transaction lands. */
  unitMarginPercent: number;
};

/** The median, at most 0.0001 SOL, and a fifth more units than simulated. */
export const DEFAULT_FEES: FeePolicy = { percentile: 50, maxLamports: 100_000n, unitMarginPercent: 20 };

/** The compute limit to ask for, given what a simulation took. */
export function unitLimit(policy: FeePolicy, simulatedUnits: bigint): number {
  const units = divideUp(simulatedUnits * BigInt(100 + policy.unitMarginPercent), 100n);
  return Math.min(Number(units), MAX_UNITS);
}

/** The price to offer for a unit, in micro-lamports, given the prices that recent blocks took. */
export function unitPrice(policy: FeePolicy, recent: readonly bigint[], limit: number): bigint {
  const most = (policy.maxLamports * MICRO_LAMPORTS) / BigInt(Math.max(limit, 1));
  const usual = percentile(recent, policy.percentile);
  return usual < most ? usual : most;
}

/** Lamports that a transaction pays in all, whether it succeeds or fails. */
export function feeLamports(signatures: number, limit: number, price: bigint): bigint {
  return BigInt(signatures) * LAMPORTS_PER_SIGNATURE + divideUp(BigInt(limit) * price, MICRO_LAMPORTS);
}

/** The nearest-rank percentile; 0 where there are no values. */
function percentile(values: readonly bigint[], percent: number): bigint {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = Math.ceil((sorted.length * percent) / 100);
  return sorted[Math.max(rank - 1, 0)] ?? 0n;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
