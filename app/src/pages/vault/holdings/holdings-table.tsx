import { formatAmount, formatPercentBps, formatPercentE8, formatPrice, formatUsd } from '../../../format/index.js';
import type { AssetFigures } from '../../../rules/types.js';
import { Age, Badge, Swatch, Table, type Column } from '../../../ui/index.js';
import styles from './holdings.module.css';

/** More decimals than anybody reads in a table. */
const MAX_DECIMALS = 6;
const UNKNOWN = 'unknown';

/** Balances, prices with age and confidence, values, weights. Phones leave out what the drawing above it says as well. */
export function HoldingsTable({ assets, names }: { assets: readonly AssetFigures[]; names: readonly string[] }) {
  return (
    <Table
      caption="Holdings, prices and weights"
      columns={columns(names)}
      rows={assets}
      rowKey={({ index }) => index}
      empty="The vault has no assets."
    />
  );
}

function columns(names: readonly string[]): Column<AssetFigures>[] {
  return [
    {
      key: 'asset',
      header: 'Asset',
      onPhone: 'title',
      cell: ({ index, status }) => (
        <span className={styles.name}>
          <Swatch asset={index} />
          <strong>{names[index]}</strong>
          {status === 'quarantined' && <Badge tone="caution">quarantined</Badge>}
        </span>
      ),
    },
    {
      key: 'balance',
      header: 'Balance',
      isNumber: true,
      cell: ({ balance, owed, decimals }) => (
        <>
          {formatAmount(balance, decimals, MAX_DECIMALS)}
          {owed > 0n && (
            <div className={styles.quiet}>and {formatAmount(owed, decimals, MAX_DECIMALS)} owed to claims</div>
          )}
        </>
      ),
    },
    {
      key: 'price',
      header: 'Price',
      isNumber: true,
      cell: ({ price }) => (price === null ? UNKNOWN : formatPrice(price.usd)),
    },
    {
      key: 'confidence',
      header: 'Confidence',
      isNumber: true,
      cell: ({ price }) => (price === null ? UNKNOWN : `±${formatPercentBps(price.confBps)}`),
    },
    {
      key: 'age',
      header: 'Published',
      isNumber: true,
      cell: ({ price }) => (price === null ? 'never' : <PriceAge at={price.publishTime} isFresh={price.isFresh} />),
    },
    {
      key: 'value',
      header: 'Value',
      isNumber: true,
      cell: ({ valueUsd }) => (valueUsd === null ? UNKNOWN : formatUsd(valueUsd)),
    },
    {
      key: 'weight',
      header: 'Weight',
      isNumber: true,
      onPhone: 'hidden',
      cell: ({ weightE8 }) => (weightE8 === null ? UNKNOWN : formatPercentE8(weightE8)),
    },
    {
      key: 'target',
      header: 'Target',
      isNumber: true,
      onPhone: 'hidden',
      cell: ({ targetE8 }) => formatPercentE8(targetE8),
    },
    {
      key: 'band',
      header: 'Band',
      isNumber: true,
      onPhone: 'hidden',
      cell: ({ lowE8, highE8 }) => `${formatPercentE8(lowE8)} – ${formatPercentE8(highE8)}`,
    },
  ];
}

function PriceAge({ at, isFresh }: { at: bigint; isFresh: boolean }) {
  return (
    <span className={isFresh ? undefined : styles.stale}>
      <Age at={at} />
      {!isFresh && ' (stale)'}
    </span>
  );
}
