/**
 * Dollars, from micro-dollars.
 *
 * @module
 */

import { group } from './amount.js';

const MICRO = 1_000_000n;
/** What a compact figure is counted in. */
const UNITS = [
  { at: 1_000_000_000_000n, suffix: 'T' },
  { at: 1_000_000_000n, suffix: 'B' },
  { at: 1_000_000n, suffix: 'M' },
] as const;

/** Dollars and cents, rounded to the nearest: `$1,234.57`. What is not nothing, but less than a cent, is `<$0.01`. */
export function formatUsd(micro: bigint): string {
  return dollars(micro, 2);
}

/** A price of one token or share: cents from a dollar on, up to six decimals below, so that small prices tell something. */
export function formatPrice(micro: bigint): string {
  return abs(micro) >= MICRO ? dollars(micro, 2) : dollars(micro, 6, 2);
}

/** A large figure in few characters: `$1.23M`. Below a million it is {@link formatUsd}. */
export function formatUsdCompact(micro: bigint): string {
  const whole = abs(micro) / MICRO;
  const unit = UNITS.find(({ at }) => whole >= at);
  return unit === undefined ? formatUsd(micro) : `${dollars(micro / unit.at, 2)}${unit.suffix}`;
}

function dollars(micro: bigint, decimals: number, minDecimals = decimals): string {
  const step = 10n ** BigInt(6 - decimals);
  const sign = micro < 0n ? '−' : '';
  const units = (abs(micro) + step / 2n) / step;
  if (micro !== 0n && units === 0n) {
    return `${sign}<$0.${'1'.padStart(decimals, '0')}`;
  }
  const digits = units.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, '').padEnd(minDecimals, '0');
  return `${sign}$${group(whole)}.${fraction}`;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
