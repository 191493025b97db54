/**
 * What page and worker tell each other.
 *
 * @module
 */

import type { Backtest } from '../../../rules/types.js';

/** What to replay. */
export type BacktestRequest = {
  /** A vault file; roles and pools in it do not matter. */
  toml: string;
  /** Addresses of price files, by the assets' names. */
  files: Record<string, string>;
  /** Unix time, seconds; all there is where left out. */
  from?: bigint;
  to?: bigint;
};

/** What the worker is at, and what came of it. */
export type BacktestMessage =
  | { kind: 'loading'; loaded: number; total: number }
  | { kind: 'replaying' }
  | { kind: 'done'; backtest: Backtest }
  | { kind: 'failed'; message: string };
