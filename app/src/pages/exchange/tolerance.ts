/**
 * How much worse than quoted is accepted. Prices and balances move between the quote and the block; what gets worse than this makes the
 * program refuse, and nothing happens.
 *
 * @module
 */

const BPS = 10_000n;
/** Half a percent. */
export const DEFAULT_TOLERANCE_BPS = 50;
/** What can be chosen with one press. */
export const TOLERANCES_BPS: readonly number[] = [10, 50, 100];
/** From here on people are asked whether they mean it. */
export const WIDE_TOLERANCE_BPS = 300;

/** What somebody has typed as a tolerance. */
export type ParsedTolerance = { ok: true; bps: number } | { ok: false; message: string };

/** Reads a percentage, such as `0.5` or `0.5%`. */
export function parseTolerance(text: string): ParsedTolerance {
  const [, whole = '', fraction = ''] = /^(\d{0,3})(?:\.(\d*))?\s*%?$/.exec(text.trim()) ?? [];
  if (whole + fraction === '') {
    return { ok: false, message: 'Write a percentage such as 0.5.' };
  }
  if (fraction.replace(/0+$/, '').length > 2) {
    return { ok: false, message: 'Write at most two decimals.' };
  }
  const bps = Number(whole + fraction.slice(0, 2).padEnd(2, '0'));
  return bps < 10_000 ? { ok: true, bps } : { ok: false, message: 'Accept less than 100% loss.' };
}

/** The most to give where up to the tolerance more than quoted is accepted, rounded up. Its counterpart is the client's `atLeast`. */
export function atMost(quoted: bigint, toleranceBps: number): bigint {
  return (quoted * (BPS + BigInt(toleranceBps)) + BPS - 1n) / BPS;
}
