/**
 * Somebody's part of a vault.
 *
 * @module
 */

const E8 = 100_000_000n;

/** Shares over all shares, in 10⁻⁸, rounded down; 0 where there are none. */
export function partE8(shares: bigint, totalShares: bigint): bigint {
  return totalShares > 0n ? (shares * E8) / totalShares : 0n;
}

/** What shares are worth in micro-dollars at a price of a whole share, rounded down; `null` where that is unknown. None are worth nothing. */
export function worthUsd(shares: bigint, sharePriceUsd: bigint | null, shareDecimals: number): bigint | null {
  if (shares === 0n) {
    return 0n;
  }
  return sharePriceUsd === null ? null : (shares * sharePriceUsd) / 10n ** BigInt(shareDecimals);
}
