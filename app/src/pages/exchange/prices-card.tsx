import { formatPercentBps, formatPrice } from '../../format/index.js';
import { Age, Badge, Card, Muted, Notice, Table } from '../../ui/index.js';
import type { BasketAsset } from './basket.js';
import type { Exchange } from './use-exchange.js';

/** The prices that one-asset deposits and redemptions go by. */
export function PricesCard({ exchange: { assets, basket, vault } }: { exchange: Exchange }) {
  return (
    <Card title="Prices">
      <Table
        caption="Prices of the vault’s assets"
        columns={[
          { key: 'asset', header: 'Asset', cell: ({ name }) => name, onPhone: 'title' },
          {
            key: 'price',
            header: 'Price',
            isNumber: true,
            cell: ({ price }) => (price ? formatPrice(price.usd) : 'none'),
          },
          {
            key: 'confidence',
            header: '±',
            isNumber: true,
            cell: ({ price }) => price && formatPercentBps(price.confBps),
          },
          { key: 'age', header: 'Age', isNumber: true, cell: (asset) => <PriceAge asset={asset} /> },
        ]}
        rows={basket}
        rowKey={({ index }) => index}
      />
      {vault.figures.refresh.refused.map(({ asset, message }) => (
        <Notice key={asset} kind="caution" title={`The published price of ${assets[asset]?.name} is not taken`}>
          {message}.
        </Notice>
      ))}
      <Muted>
        ± is how far the publishers’ prices lie apart. Deposits count at the low end and redemptions at the high one.
      </Muted>
    </Card>
  );
}

function PriceAge({ asset: { price, status } }: { asset: BasketAsset }) {
  if (status === 'quarantined') {
    return <Badge tone="caution">quarantined</Badge>;
  }
  if (price === null) {
    return <Badge tone="caution">none</Badge>;
  }
  return price.isFresh ? <Age at={price.publishTime} /> : <Badge tone="caution">too old</Badge>;
}
