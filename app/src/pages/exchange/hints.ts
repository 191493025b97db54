/**
 * What to do here next, by the names of programs' errors, beyond what the programs say themselves.
 *
 * @module
 */

export const HINTS: Readonly<Record<string, string>> = {
  BelowMinimum:
    'Prices or balances have moved since the quote. The quote here is of now: look at it again, or accept a wider tolerance.',
  LeavesBand: 'Something else was deposited, redeemed or traded meanwhile. The form now says how much fits.',
  PriceStale: 'Newer prices come by themselves within seconds; redemption in kind needs none.',
  PriceOlderThanLast: 'Somebody else brought newer prices meanwhile.',
  AccountFrozen: 'The issuer has frozen an account. Redeem in kind, and leave that asset as a claim.',
  MintPaused: 'The issuer has paused the asset. Redeem in kind, and leave it as a claim.',
};
