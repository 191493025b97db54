import { useState } from 'react';
import type { HistoryEntry } from '@ballast/client';
import type { Address as AddressOf } from '@solana/kit';
import { Address, Badge, Checkbox, ExplorerLink, Table, Time, type Column } from '../../../ui/index.js';
import { useWallet } from '../../../wallet/index.js';
import styles from './history.module.css';
import { eventRows, type EventRow } from './rows.js';
import type { Tokens } from './words.js';

export type EventTableProps = { vault: AddressOf; entries: readonly HistoryEntry[]; tokens: Tokens };

/** What happened besides rebalances. */
export function EventTable({ vault, entries, tokens }: EventTableProps) {
  const [withRoutine, setWithRoutine] = useState(false);
  const { account } = useWallet();
  return (
    <>
      <Checkbox label="Price refreshes and observations, too" isChecked={withRoutine} onChange={setWithRoutine} />
      <Table
        caption="Events, last first"
        columns={columns(account)}
        rows={eventRows(vault, entries, tokens, { withRoutine })}
        rowKey={({ key }) => key}
        empty="Nothing else among the transactions that have been loaded."
      />
    </>
  );
}

function columns(account: string | null): Column<EventRow>[] {
  return [
    {
      key: 'time',
      header: 'When',
      onPhone: 'title',
      cell: ({ time }) => (time === null ? 'unknown' : <Time at={time} />),
    },
    {
      key: 'title',
      header: 'What',
      cell: ({ title, tone }) => (tone === 'neutral' ? title : <Badge tone={tone}>{title}</Badge>),
    },
    { key: 'text', header: 'Details', cell: ({ text }) => <span className={styles.details}>{text}</span> },
    {
      key: 'by',
      header: 'By or for',
      isNumber: true,
      cell: ({ by }) => by !== null && <Address address={by} name={by === account ? 'you' : undefined} />,
    },
    {
      key: 'transaction',
      header: 'Transaction',
      isNumber: true,
      cell: ({ signature }) => <ExplorerLink signature={signature} />,
    },
  ];
}
