/**
 * Quotes while somebody types: the rules' answer, or why they refuse.
 *
 * @module
 */

import { RulesError } from '../../rules/error.js';

/** What the rules say to an amount. */
export type Quoted<Quote> =
  /** Nothing was asked. */
  | { kind: 'none' }
  | { kind: 'quote'; quote: Quote }
  /** They refuse, as the program would: its error's name, and what to do. */
  | { kind: 'refused'; name: string; message: string };

/** Asks the rules. */
export function quoted<Quote>(ask: () => Quote): Quoted<Quote> {
  try {
    return { kind: 'quote', quote: ask() };
  } catch (error) {
    if (error instanceof RulesError) {
      return { kind: 'refused', name: error.name, message: error.message };
    }
    throw error;
  }
}

/** Errors of which a smaller amount is rid. */
const TOO_LARGE: readonly string[] = ['LeavesBand', 'InsufficientReserve'];

/** Whether the amount itself is too large for the asset's band, or its reserve. */
export function isTooLarge(quoted: Quoted<unknown>): boolean {
  return quoted.kind === 'refused' && TOO_LARGE.includes(quoted.name);
}
