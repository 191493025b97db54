/**
 * Amounts of tokens: raw units as `bigint`, and what people read and type.
 *
 * @module
 */

/** What somebody has typed so far. */
export type ParsedAmount =
  | { kind: 'empty' }
  /** Raw units. */
  | { kind: 'amount'; amount: bigint }
  /** What is wrong with it, and what to do. */
  | { kind: 'error'; message: string };

/** The largest amount that the program's accounts can hold. */
const MOST = 2n ** 64n - 1n;

/**
 * Reads an amount as people type it: digits with a point, and commas or spaces between groups of three.
 *
 * @param most raw units that may not be exceeded, such as a balance.
 */
export function parseAmount(text: string, decimals: number, most: bigint = MOST): ParsedAmount {
  const typed = text.trim();
  if (typed === '') {
    return { kind: 'empty' };
  }
  const [, grouped, plain, fraction = ''] = /^(?:(\d{1,3}(?:[, ]\d{3})+)|(\d*))(?:\.(\d*))?$/.exec(typed) ?? [];
  const whole = (grouped ?? plain ?? '').replace(/[, ]/g, '');
  if (whole + fraction === '') {
    return { kind: 'error', message: 'Write an amount such as 1.5, with a point before the decimals.' };
  }
  if (fraction.replace(/0+$/, '').length > decimals) {
    return { kind: 'error', message: tooPrecise(decimals) };
  }
  const amount = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (amount > most) {
    return { kind: 'error', message: `The most is ${formatAmount(most, decimals)}.` };
  }
  return { kind: 'amount', amount };
}

function tooPrecise(decimals: number): string {
  return decimals === 0
    ? 'Write a whole number.'
    : `Write at most ${decimals} ${decimals === 1 ? 'decimal' : 'decimals'}.`;
}

/**
 * Raw units in whole tokens, with commas between groups of three. What `maxDecimals` cuts off is dropped, so that nobody seems to
 * have more than they do; an amount of which nothing would be left is shown as less than the least that can be.
 */
export function formatAmount(amount: bigint, decimals: number, maxDecimals = decimals): string {
  const sign = amount < 0n ? '−' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .slice(0, maxDecimals)
    .replace(/0+$/, '');
  if (amount !== 0n && /^0*$/.test(whole + fraction)) {
    return `${sign}<${maxDecimals === 0 ? '1' : `0.${'1'.padStart(maxDecimals, '0')}`}`;
  }
  return `${sign}${group(whole)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Raw units as they are typed into a field: exact, without commas. */
export function amountText(amount: bigint, decimals: number): string {
  return formatAmount(amount, decimals).replaceAll(',', '');
}

/** Digits with commas between groups of three. */
export function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
