/**
 * A rebalance as its event tells it, judged against the oracle's prices.
 *
 * @module
 */

import type { RebalancedEvent } from '@ballast/client';

const ONE_E8 = 100_000_000n;

/** How a trade went. */
export type Execution = {
  /** What was sold, at the oracle's mid price. */
  soldUsd: bigint;
  /** How much more came back than the oracle's mid prices promised, as a part of it: negative is worse than the oracle. */
  againstOracleE8: bigint;
  /** How far the sold asset was above its target, and is, as a part of the vault's value. */
  soldDrift: DriftChange;
  /** How far the bought asset was below its target, and is: negative, or nothing. */
  boughtDrift: DriftChange;
};

/** A weight's distance from its target, as a part of the vault's value: negative is below. */
export type DriftChange = { beforeE8: bigint; afterE8: bigint };

/**
 * Judges a rebalance. The event has no prices, but what they make of the balances: the sold asset's excess over its target falls by
 * what was sold, and the vault's value changes by what came back less what was sold. (A target moves with the vault's value, too, but
 * only by a part of the trade's cost: less than one hundredth of a percent of the figure in practice, and left out.)
 */
export function execution(event: RebalancedEvent): Execution {
  const soldUsd = event.excessBeforeUsd - event.excessAfterUsd;
  const gainUsd = event.navAfterUsd - event.navBeforeUsd;
  return {
    soldUsd,
    againstOracleE8: part(gainUsd, soldUsd),
    soldDrift: {
      beforeE8: part(event.excessBeforeUsd, event.navBeforeUsd),
      afterE8: part(event.excessAfterUsd, event.navAfterUsd),
    },
    boughtDrift: {
      beforeE8: -part(event.deficitBeforeUsd, event.navBeforeUsd),
      afterE8: -part(event.deficitAfterUsd, event.navAfterUsd),
    },
  };
}

/** A price as people read it: how many of the cheaper asset one whole token of the dearer one is. */
export type Quotation = {
  /** The asset of which there is one. */
  of: number;
  /** The asset in which it is priced. */
  in: number;
  /** Its price, in 10⁻⁸ of a whole token. */
  priceE8: bigint;
};

/** The price of a trade. `decimals` are those of the assets by place. */
export function quotation(
  event: Pick<RebalancedEvent, 'soldAsset' | 'boughtAsset' | 'amountIn' | 'amountOut'>,
  decimals: readonly number[],
): Quotation {
  const sold = whole(event.amountIn, event.amountOut, decimals[event.soldAsset], decimals[event.boughtAsset]);
  return sold >= ONE_E8
    ? { of: event.soldAsset, in: event.boughtAsset, priceE8: sold }
    : {
        of: event.boughtAsset,
        in: event.soldAsset,
        priceE8: whole(event.amountOut, event.amountIn, decimals[event.boughtAsset], decimals[event.soldAsset]),
      };
}

/** Whole tokens of `other` for a whole token of `one`, in 10⁻⁸. */
function whole(one: bigint, other: bigint, decimalsOfOne = 0, decimalsOfOther = 0): bigint {
  const numerator = other * 10n ** BigInt(decimalsOfOne) * ONE_E8;
  const denominator = one * 10n ** BigInt(decimalsOfOther);
  return denominator === 0n ? 0n : numerator / denominator;
}

function part(of: bigint, whole: bigint): bigint {
  return whole === 0n ? 0n : (of * ONE_E8) / whole;
}
