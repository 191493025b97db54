/**
 * What the numbers in accounts, events and previews stand for. The program only ever appends to them.
 *
 * @module
 */

import { address, type Address } from '@solana/kit';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from './address.js';

/** A number's name, and what it means, for people. */
export type Meaning = { name: string; meaning: string };

/** Why there is no trade: `Preview.reason`. 0 is none of them: there is a trade. */
export const REASONS: Readonly<Record<number, Meaning & { isAboutTheRoute: boolean }>> = {
  1: { name: 'Paused', isAboutTheRoute: false, meaning: 'Rebalancing is paused.' },
  2: { name: 'RouteTimelocked', isAboutTheRoute: true, meaning: "The route's timelock has not passed." },
  3: {
    name: 'TooSoon',
    isAboutTheRoute: false,
    meaning: 'The minimum interval since the last rebalance has not passed.',
  },
  4: { name: 'PriceStale', isAboutTheRoute: false, meaning: 'A price is older than the limit.' },
  5: { name: 'Empty', isAboutTheRoute: false, meaning: 'The vault holds nothing.' },
  6: {
    name: 'InBand',
    isAboutTheRoute: false,
    meaning: "Every asset is inside its band, and the schedule's window is closed.",
  },
  7: {
    name: 'RouteNotDue',
    isAboutTheRoute: true,
    meaning: "A trade is due, but one between this route's two assets would not help.",
  },
  8: { name: 'PoolAway', isAboutTheRoute: true, meaning: "The pool's price is too far from the oracle's." },
  9: {
    name: 'LossBudgetSpent',
    isAboutTheRoute: true,
    meaning: 'What is left of the loss budget is too little for a trade worth making.',
  },
  10: {
    name: 'TradeTooSmall',
    isAboutTheRoute: true,
    meaning: 'The trade would be smaller than the least worth making.',
  },
  11: {
    name: 'PricesApart',
    isAboutTheRoute: true,
    meaning: 'The two prices were published too far apart to be compared.',
  },
  12: { name: 'CostExceedsBenefit', isAboutTheRoute: true, meaning: 'The trade would cost more than it gains.' },
  13: {
    name: 'Illiquid',
    isAboutTheRoute: true,
    meaning: 'The pool would pay less than the minimum output, however small the trade.',
  },
  14: { name: 'TurnoverSpent', isAboutTheRoute: true, meaning: 'The turnover is used up; it comes back over a day.' },
  15: { name: 'NotItsTurn', isAboutTheRoute: false, meaning: "It is other vaults' turn to trade." },
  16: {
    name: 'Quarantined',
    isAboutTheRoute: true,
    meaning: "One of the route's assets is quarantined, or no longer in the basket.",
  },
  17: { name: 'Halted', isAboutTheRoute: false, meaning: 'A breaker has halted the vault, or would now.' },
  18: { name: 'RouteHalted', isAboutTheRoute: true, meaning: 'A breaker has halted the route, or would now.' },
  19: {
    name: 'StressWorse',
    isAboutTheRoute: true,
    meaning: 'The trade would leave the basket with a worse loss under stress than is allowed.',
  },
};

/** What made a trade due: `Preview.trigger` and the event `Rebalanced`. */
export const TRIGGERS: Readonly<Record<number, Meaning>> = {
  1: { name: 'Drift', meaning: 'An asset left its band.' },
  2: { name: 'Schedule', meaning: "The schedule's window is open." },
};

/** What stops trading: `Halt.breaker`, `Preview.breaker` and the events of breakers. 0 is none of them. */
export const BREAKERS: Readonly<Record<number, Meaning & { isAboutTheRoute: boolean }>> = {
  1: {
    name: 'Jump',
    isAboutTheRoute: false,
    meaning: "The price of an asset is far from the vault's own average of it.",
  },
  2: {
    name: 'Divergence',
    isAboutTheRoute: false,
    meaning: "The price of an asset is far from its publisher's moving average.",
  },
  3: { name: 'Confidence', isAboutTheRoute: false, meaning: 'The confidence interval of an asset is wide.' },
  4: {
    name: 'Drawdown',
    isAboutTheRoute: false,
    meaning: 'The share price is far below a high of the last day, week or month.',
  },
  5: { name: 'LossBudget', isAboutTheRoute: false, meaning: 'Trades have used up most of the loss budget.' },
  6: { name: 'PoolAway', isAboutTheRoute: true, meaning: "The route's pool is far from the oracle's price." },
  7: { name: 'Illiquid', isAboutTheRoute: true, meaning: "The route's pool holds little." },
};

/** Whether an asset takes part: `Asset.status`. */
export enum AssetStatus {
  /** It does. */
  Active,
  /** Its holders redeem it in kind; it counts for nothing else. */
  Quarantined,
  /** It is no longer part of the basket. */
  Removed,
}

/** Which token program owns a mint: `Asset.token`. */
export enum TokenKind {
  /** SPL Token. */
  Token,
  /** Token-2022. */
  Token2022,
}

/** The token programs, by {@link TokenKind}. */
export const TOKEN_PROGRAMS: readonly Address[] = [TOKEN_PROGRAM, TOKEN_2022_PROGRAM];

/** Activities that can be paused, as bits of `Vault.paused`. Redemption in kind has none: nothing stops it. */
export enum Pause {
  DepositInKind = 1,
  DepositSingle = 2,
  RedeemSingle = 4,
  Rebalance = 8,
  All = 15,
}

/** An AMM that routes trade on: `Route.amm`. */
export type Amm = {
  name: string;
  /** Its program. */
  program: Address;
  /** Which of a route's accounts a swap writes to. */
  writable: readonly boolean[];
};

/** The AMMs, by `Route.amm`. */
export const AMMS: readonly Amm[] = [
  {
    name: 'TokenSwap',
    program: address('SwapsVeCiPHMUAtzQWZw7RjsKjgCjhwU55QGu4U1Szw'),
    writable: [false, false, true, true, true, true, false],
  },
  {
    name: 'RaydiumCpmm',
    program: address('CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C'),
    writable: [true, false, false, true, true, false, false, false, false, true],
  },
];
