import { useState } from 'react';
import type { ReadyVault } from '../../chain/index.js';
import { TransactionProgress } from '../../transaction/index.js';
import { Card, Segments } from '../../ui/index.js';
import { ClaimsCard } from './claims-card.js';
import { Columns } from './columns.js';
import type { SingleForm } from './deposit-single.js';
import { PositionCard } from './position-card.js';
import { PricesCard } from './prices-card.js';
import { RedeemInKind, type RedeemInKindForm } from './redeem-in-kind.js';
import { RedeemSingle } from './redeem-single.js';
import { DEFAULT_TOLERANCE } from './tolerance-field.js';
import { useExchange } from './use-exchange.js';

/** Shares for assets. */
export function RedeemPage({ vault }: { vault: ReadyVault }) {
  const exchange = useExchange(vault);
  const { basket, transaction } = exchange;
  const [way, setWay] = useState<'single' | 'in-kind'>('in-kind');
  const last = basket.findLast(({ status }) => status === 'active')?.index ?? 0;
  // One form's content, so that the shares stay when the way is changed.
  const [form, setForm] = useState<SingleForm & RedeemInKindForm>({ asset: last, text: '', fates: {} });
  const [tolerance, setTolerance] = useState(DEFAULT_TOLERANCE);
  const shared = { exchange, tolerance, onTolerance: setTolerance };
  return (
    <Columns
      aside={
        <>
          <PositionCard exchange={exchange} />
          <ClaimsCard exchange={exchange} />
          <PricesCard exchange={exchange} />
        </>
      }
    >
      <TransactionProgress of={transaction} />
      {!transaction.isUnderWay && (
        <Card title="Redeem">
          <Segments
            label="What to redeem for"
            value={way}
            options={[
              { value: 'in-kind', label: 'All in kind' },
              { value: 'single', label: 'One asset' },
            ]}
            onChange={setWay}
          />
          {way === 'single' ? (
            <RedeemSingle {...shared} form={form} onChange={(single) => setForm({ ...form, ...single })} />
          ) : (
            <RedeemInKind {...shared} form={form} onChange={(inKind) => setForm({ ...form, ...inKind })} />
          )}
        </Card>
      )}
    </Columns>
  );
}
