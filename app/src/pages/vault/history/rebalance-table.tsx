import { TRIGGERS } from '@ballast/client';
import { formatAmount, formatPercentE8, formatUsd } from '../../../format/index.js';
import { useWallet } from '../../../wallet/index.js';
import { Address, ExplorerLink, Table, Time, type Column } from '../../../ui/index.js';
import type { DriftChange } from './execution.js';
import styles from './history.module.css';
import type { RebalanceRow } from './rows.js';
import { amount, type Tokens } from './words.js';

/** Prices of trades have as many decimals as tell them from the oracle's. */
const PRICE_DECIMALS = 6;

/** Every rebalance: what was traded, at which price, what that cost, the drift before and after, and by whom. */
export function RebalanceTable({ rows, tokens }: { rows: readonly RebalanceRow[]; tokens: Tokens }) {
  const { account } = useWallet();
  return (
    <Table
      caption="Rebalances, last first"
      columns={columns(tokens, account)}
      rows={rows}
      rowKey={({ key }) => key}
      empty="No rebalance among the transactions that have been loaded."
    />
  );
}

function columns(tokens: Tokens, account: string | null): Column<RebalanceRow>[] {
  return [
    {
      key: 'time',
      header: 'When',
      onPhone: 'title',
      cell: ({ time }) => (time === null ? 'unknown' : <Time at={time} />),
    },
    {
      key: 'trade',
      header: 'Trade',
      cell: ({ event }) => (
        <>
          {amount(event.amountIn, event.soldAsset, tokens)} → {amount(event.amountOut, event.boughtAsset, tokens)}
          <div className={styles.quiet}>{TRIGGERS[event.trigger]?.meaning}</div>
        </>
      ),
    },
    {
      key: 'price',
      header: 'Price',
      isNumber: true,
      cell: ({ quotation, execution }) => (
        <>
          <div className={styles.whole}>
            {formatAmount(quotation.priceE8, 8, PRICE_DECIMALS)} {tokens.names[quotation.in]}/
            {tokens.names[quotation.of]}
          </div>
          <div className={styles.quiet}>{againstOracle(execution.againstOracleE8)}</div>
        </>
      ),
    },
    {
      key: 'cost',
      header: 'Cost',
      isNumber: true,
      cell: ({ event }) => (
        <>
          {event.lossUsd === 0n ? 'none' : formatUsd(event.lossUsd)}
          <div className={`${styles.quiet} ${styles.whole}`}>expected {formatUsd(event.expectedCostUsd)}</div>
        </>
      ),
    },
    {
      key: 'drift',
      header: 'Drift',
      isNumber: true,
      cell: ({ event, execution }) => (
        <>
          <Drift name={tokens.names[event.soldAsset]} change={execution.soldDrift} />
          <Drift name={tokens.names[event.boughtAsset]} change={execution.boughtDrift} />
        </>
      ),
    },
    {
      key: 'keeper',
      header: 'Keeper',
      isNumber: true,
      cell: ({ event }) => <Address address={event.keeper} name={event.keeper === account ? 'you' : undefined} />,
    },
    {
      key: 'transaction',
      header: 'Transaction',
      isNumber: true,
      cell: ({ signature }) => <ExplorerLink signature={signature} />,
    },
  ];
}

function Drift({ name, change: { beforeE8, afterE8 } }: { name: string | undefined; change: DriftChange }) {
  const [before, after] = [beforeE8, afterE8].map((e8) => formatPercentE8(e8, { isChange: true }));
  return (
    <div className={styles.whole}>
      {name} {before} → {after}
    </div>
  );
}

function againstOracle(e8: bigint): string {
  if (e8 === 0n) {
    return 'the oracle’s price';
  }
  const size = formatPercentE8(e8 < 0n ? -e8 : e8, { decimals: 3 });
  return `${size} ${e8 < 0n ? 'worse' : 'better'} than the oracle`;
}
