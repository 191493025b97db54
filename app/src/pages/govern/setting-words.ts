/**
 * The settings of limits and breakers in words, by the core's names of them.
 *
 * @module
 */

/** A setting in words. */
export type SettingWords = { label: string; meaning: string };

/** Every setting that is changed one by one. */
export const WORDS: Readonly<Record<string, SettingWords | undefined>> = {
  // Limits.
  max_trade_bps: { label: 'Largest trade', meaning: 'Of the vault’s value, in one rebalance.' },
  min_trade_usd: { label: 'Smallest trade', meaning: 'Less is not worth trading.' },
  max_slippage_bps: {
    label: 'Slippage',
    meaning: 'Most that a trade may return below the oracle’s value, fees and price impact included.',
  },
  max_pool_deviation_bps: {
    label: 'Pool’s distance from the oracle',
    meaning: 'Farthest that a pool’s price may be away before a trade.',
  },
  max_pool_impact_bps: { label: 'Price impact', meaning: 'Farthest that a trade may move the pool’s price.' },
  max_daily_loss_bps: {
    label: 'Loss budget a day',
    meaning: 'Most that trades may lose against the oracle’s mid price in a day, of the vault’s value.',
  },
  max_daily_turnover_bps: {
    label: 'Turnover a day',
    meaning: 'Most that trades may sell in a day, of the vault’s value.',
  },
  min_interval_secs: { label: 'Interval', meaning: 'Least time between two rebalances.' },
  max_price_age_secs: { label: 'Price age', meaning: 'Oldest price that may be used.' },
  max_conf_bps: { label: 'Price confidence', meaning: 'Widest confidence interval of a price that may be used.' },
  timelock_secs: { label: 'Timelock', meaning: 'How long whatever loosens waits before it can take effect.' },
  change_window_secs: {
    label: 'Change window',
    meaning: 'How long after the timelock a queued change can be applied; then it has expired.',
  },
  max_ramp_bps_per_day: {
    label: 'Ramp speed a day',
    meaning: 'Fastest that a ramp may move any target without waiting for the timelock.',
  },
  entry_fee_bps: { label: 'Entry fee', meaning: 'On deposits of one asset; it stays in the vault.' },
  exit_fee_bps: { label: 'Exit fee', meaning: 'On redemptions in one asset; it stays in the vault.' },
  management_fee_bps: { label: 'Management fee a year', meaning: 'Of all shares, paid in new ones.' },
  crank_reward_lamports: {
    label: 'Keeper’s reward',
    meaning: 'What the crank fund pays for a rebalance; 0 for nothing.',
  },
  max_daily_crank_lamports: {
    label: 'Rewards a day',
    meaning: 'Most that the crank fund pays at once; it comes back evenly over a day.',
  },
  // Breakers.
  max_jump_bps: { label: 'Price jump', meaning: 'Farthest that a price may be from the vault’s own average of it.' },
  average_secs: { label: 'Averaging time', meaning: 'Time constant of the vault’s own average of each price.' },
  max_divergence_bps: {
    label: 'Price divergence',
    meaning: 'Farthest that a price may be from its publisher’s moving average.',
  },
  max_day_drawdown_bps: {
    label: 'Drawdown in a day',
    meaning: 'Deepest that the share price may be below its high of the last day.',
  },
  max_week_drawdown_bps: {
    label: 'Drawdown in a week',
    meaning: 'Deepest that the share price may be below its high of the last seven days.',
  },
  max_month_drawdown_bps: {
    label: 'Drawdown in a month',
    meaning: 'Deepest that the share price may be below its high of the last thirty days.',
  },
  max_loss_used_bps: {
    label: 'Loss budget used',
    meaning: 'Part of the day’s loss budget at whose use trading stops.',
  },
  max_pool_before_bps: {
    label: 'Pool away before a trade',
    meaning: 'A pool whose price is farther from the oracle’s halts its route.',
  },
  max_pool_after_bps: {
    label: 'Pool away after a trade',
    meaning: 'A trade after which the pool’s price is farther away halts its route.',
  },
  min_pool_depth_usd: {
    label: 'Pool depth',
    meaning: 'A pool that holds less than this on a side halts its route; $0 turns this one off.',
  },
  cooldown_secs: { label: 'Cooling-off time', meaning: 'How long a soft halt lasts at least.' },
  hard_mask: {
    label: 'Hard breakers',
    meaning: 'Their halts stay until the admin has looked; all others cool off by themselves.',
  },
};
