/**
 * Parts of one, in percent.
 *
 * @module
 */

import { group } from './amount.js';

const E8 = 100_000_000n;
const BPS = 10_000n;

/** How to write a percentage. */
export type PercentOptions = {
  /** Decimals; two by default. */
  decimals?: number;
  /** Whether gains have a plus before them, as changes do. */
  isChange?: boolean;
};

/** A part of one in hundred-millionths, such as a weight: `33.33%`. Rounded to the nearest. */
export function formatPercentE8(e8: bigint | number, options: PercentOptions = {}): string {
  return percent(BigInt(e8), E8, options);
}

/** A part of one in basis points, such as a limit: `1.50%`. */
export function formatPercentBps(bps: bigint | number, options: PercentOptions = {}): string {
  return percent(BigInt(bps), BPS, options);
}

function percent(part: bigint, one: bigint, { decimals = 2, isChange = false }: PercentOptions): string {
  const size = part < 0n ? -part : part;
  const units = (size * 100n * 10n ** BigInt(decimals) + one / 2n) / one;
  const digits = units.toString().padStart(decimals + 1, '0');
  const whole = group(digits.slice(0, digits.length - decimals));
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
  return `${sign(part, units, isChange)}${whole}${fraction}%`;
}

/** What rounds to nothing is neither more nor less. */
function sign(part: bigint, units: bigint, isChange: boolean): string {
  if (units === 0n) {
    return '';
  }
  const gain = isChange ? '+' : '';
  return part < 0n ? '−' : gain;
}
