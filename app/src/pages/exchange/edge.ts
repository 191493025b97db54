/**
 * How much of one asset a vault takes or pays before the asset would be beyond its band.
 *
 * @module
 */

import { largest } from './largest.js';
import { isTooLarge, type Quoted } from './quote.js';

/** Digits that suggestions keep: what is cut off is room for prices that move meanwhile. */
const DIGITS = 4;

/**
 * The largest amount below `amount`, which is too large, that the rules let through, rounded down to a few digits; 0 where none does.
 *
 * @param ask asks the rules for a quote of an amount.
 */
export function largestThatFits(amount: bigint, ask: (amount: bigint) => Quoted<unknown>): bigint {
  const most = roundDown(largest(amount - 1n, (smaller) => !isTooLarge(ask(smaller))));
  // Amounts that are too small to give anything fit the band, but are none to suggest.
  return most > 0n && ask(most).kind === 'quote' ? most : 0n;
}

/** The first digits of an amount, zeros behind. */
function roundDown(amount: bigint): bigint {
  const zeros = amount.toString().length - DIGITS;
  const unit = zeros > 0 ? 10n ** BigInt(zeros) : 1n;
  return amount - (amount % unit);
}
