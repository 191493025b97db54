import { useState } from 'react';
import type { ReadyVault } from '../../chain/index.js';
import { TransactionProgress } from '../../transaction/index.js';
import { Card, Segments } from '../../ui/index.js';
import { Columns } from './columns.js';
import { DepositInKind, type InKindForm } from './deposit-in-kind.js';
import { DepositSingle, type SingleForm } from './deposit-single.js';
import { EMPTY_FIRST } from './first.js';
import { FirstDeposit } from './first-deposit.js';
import { PositionCard } from './position-card.js';
import { PricesCard } from './prices-card.js';
import { DEFAULT_TOLERANCE } from './tolerance-field.js';
import { useExchange } from './use-exchange.js';

/** Assets for shares. */
export function DepositPage({ vault }: { vault: ReadyVault }) {
  const exchange = useExchange(vault);
  const { basket, condition, transaction } = exchange;
  const [way, setWay] = useState<'single' | 'in-kind'>('single');
  const first = basket.find(({ status }) => status === 'active')?.index ?? 0;
  const [single, setSingle] = useState<SingleForm>({ asset: first, text: '' });
  const [inKind, setInKind] = useState<InKindForm>({ lead: first, text: '' });
  const [firstForm, setFirstForm] = useState(EMPTY_FIRST);
  const [tolerance, setTolerance] = useState(DEFAULT_TOLERANCE);
  const shared = { exchange, tolerance, onTolerance: setTolerance };
  const isFirst = condition.totalShares === 0n;
  return (
    <Columns
      aside={
        <>
          <PositionCard exchange={exchange} />
          <PricesCard exchange={exchange} />
        </>
      }
    >
      <TransactionProgress of={transaction} />
      {!transaction.isUnderWay && isFirst && (
        <FirstDeposit exchange={exchange} form={firstForm} onChange={setFirstForm} />
      )}
      {!transaction.isUnderWay && !isFirst && (
        <Card title="Deposit">
          <Segments
            label="What to deposit"
            value={way}
            options={[
              { value: 'single', label: 'One asset' },
              { value: 'in-kind', label: 'All in kind' },
            ]}
            onChange={setWay}
          />
          {way === 'single' ? (
            <DepositSingle {...shared} form={single} onChange={setSingle} />
          ) : (
            <DepositInKind {...shared} form={inKind} onChange={setInKind} />
          )}
        </Card>
      )}
    </Columns>
  );
}
