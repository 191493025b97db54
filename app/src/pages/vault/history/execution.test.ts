import { expect, it } from 'vitest';
import type { RebalancedEvent } from '@ballast/client';
import { execution, quotation } from './execution.js';
import { rebalanced } from './fixture.js';

const trade = (other: Partial<RebalancedEvent> = {}) => rebalanced(other).data as RebalancedEvent;

it('judges a price against the oracle to a hundredth of a basis point', () => {
  // 12 of 10,000 dollars are 12 basis points.
  const { againstOracleE8 } = execution(trade());
  expect(Math.abs(Number(againstOracleE8) + 120_000)).toBeLessThan(100);
});

it('tells a gain by its sign', () => {
  const better = trade({ navAfterUsd: 1_000_005_000_000n, lossUsd: 0n });
  expect(execution(better).againstOracleE8).toBeGreaterThan(0n);
});

it('has drift as part of the vault, above and below the target', () => {
  const { soldDrift, boughtDrift } = execution(trade());
  expect(soldDrift).toEqual({ beforeE8: 5_000_000n, afterE8: 4_000_348n });
  expect(boughtDrift).toEqual({ beforeE8: -5_000_000n, afterE8: -4_000_348n });
});

it('divides nothing by nothing', () => {
  const empty = trade({ navBeforeUsd: 0n, navAfterUsd: 0n, excessBeforeUsd: 0n, excessAfterUsd: 0n });
  expect(execution(empty)).toMatchObject({
    soldUsd: 0n,
    againstOracleE8: 0n,
    soldDrift: { beforeE8: 0n, afterE8: 0n },
  });
});

it('quotes the dearer asset in the cheaper one, whichever was sold', () => {
  expect(quotation(trade(), [9, 6])).toEqual({ of: 0, in: 1, priceE8: 9_988_000_000n });
  const back = trade({ soldAsset: 1, boughtAsset: 0, amountIn: 9_988_000_000n, amountOut: 100_000_000_000n });
  expect(quotation(back, [9, 6])).toEqual({ of: 0, in: 1, priceE8: 9_988_000_000n });
});
