import type { ReactNode } from 'react';
import { formatPercentBps, formatPercentE8, formatUsd } from '../../format/index.js';
import type { SingleQuote } from '../../rules/types.js';
import { Facts } from '../../ui/index.js';
import styles from './exchange.module.css';
import { partE8 } from './position.js';

type Fact = { label: ReactNode; value: ReactNode };

/** What a deposit or redemption would give, line by line. */
export function QuoteFacts({ facts }: { facts: readonly Fact[] }) {
  return (
    <div className={styles.quote} data-testid="quote">
      <Facts facts={facts} />
    </div>
  );
}

/** What an exchange of one asset costs against the prices' middle. */
export function costFacts(quote: SingleQuote, feeBps: number): Fact[] {
  return [
    { label: 'Worth', value: `${formatUsd(quote.outUsd)} for ${formatUsd(quote.inUsd)}` },
    { label: `The vault’s fee (${formatPercentBps(feeBps)})`, value: formatUsd(quote.feeUsd) },
    { label: 'Cost of the prices’ uncertainty', value: formatUsd(quote.spreadUsd) },
    { label: 'Price impact', value: 'none: no pool is traded' },
  ];
}

/** Somebody's part of the vault, now and afterwards. */
export function partFact(before: { shares: bigint; total: bigint }, change: bigint): Fact {
  const [now, then] = [partE8(before.shares, before.total), partE8(before.shares + change, before.total + change)];
  return { label: 'Your part of the vault', value: `${formatPercentE8(now)} → ${formatPercentE8(then)}` };
}
