/**
 * Figures as people read them, and amounts as they type them. Exact: no amount passes through a floating-point number.
 *
 * @module
 */

export { amountText, formatAmount, parseAmount, type ParsedAmount } from './amount.js';
export { shortAddress } from './address.js';
export { formatPercentBps, formatPercentE8, type PercentOptions } from './percent.js';
export { formatDate, formatDuration, formatFromNow, formatTime } from './time.js';
export { formatPrice, formatUsd, formatUsdCompact } from './usd.js';
