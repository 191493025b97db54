import type { Address } from '@solana/kit';
import { useState } from 'react';
import { useVaults } from '../../chain/index.js';
import { CREATE_PATH } from '../../routes.js';
import {
  Button,
  Card,
  LinkButton,
  Loading,
  Muted,
  Notice,
  Page,
  Skeleton,
  Table,
  type Column,
} from '../../ui/index.js';
import { Against, Drift, Holdings, Name, Nav, SharePrice, State } from './cells.js';

/** Each vault that is shown is followed live. */
const AT_ONCE = 12;

const COLUMNS: readonly Column<Address>[] = [
  { key: 'name', width: '15%', header: 'Vault', cell: (address) => <Name address={address} />, onPhone: 'title' },
  { key: 'holdings', width: '16%', header: 'Holdings', cell: (address) => <Holdings address={address} /> },
  { key: 'nav', width: '13%', header: 'Net asset value', cell: (address) => <Nav address={address} />, isNumber: true },
  {
    key: 'price',
    width: '11%',
    header: 'Share price',
    cell: (address) => <SharePrice address={address} />,
    isNumber: true,
  },
  {
    key: 'against',
    width: '11%',
    header: 'Against holding',
    cell: (address) => <Against address={address} />,
    isNumber: true,
  },
  { key: 'drift', width: '15%', header: 'Drift', cell: (address) => <Drift address={address} /> },
  { key: 'state', width: '19%', header: 'State', cell: (address) => <State address={address} /> },
];

/** Every vault, with its key figures. */
export function VaultsPage() {
  const { status, addresses, error } = useVaults();
  const [count, setCount] = useState(AT_ONCE);
  const shown = addresses.slice(0, count);
  return (
    <Page
      title="Vaults"
      lead="Baskets of tokens that keep their balance: anyone may set them right, nobody can take what is in them."
      aside={
        <LinkButton href={CREATE_PATH} size="small">
          Create a vault
        </LinkButton>
      }
    >
      {error !== undefined && (
        <Notice kind="caution" title="Only the vaults that this site knows are listed" isLive>
          The node does not search for others. A vault’s own page works all the same.
        </Notice>
      )}
      <Card>
        {status === 'loading' && <Loading what="vaults" />}
        {addresses.length === 0 && (status === 'ready' ? <Empty /> : <Skeleton height="7rem" />)}
        {addresses.length > 0 && (
          <Table caption="Vaults" columns={COLUMNS} rows={shown} rowKey={(address) => address} />
        )}
        {shown.length < addresses.length && (
          <div>
            <Button size="small" onClick={() => setCount(count + AT_ONCE)}>
              Show {Math.min(AT_ONCE, addresses.length - shown.length)} more of {addresses.length}
            </Button>
          </div>
        )}
      </Card>
      <Muted>
        “Against holding” compares a share with what the first deposit’s tokens would be worth, had they been kept
        without a trade. Drift is how far the asset that is farthest from its target has come towards the edge of its
        band.
      </Muted>
    </Page>
  );
}

function Empty() {
  return (
    <Notice
      kind="info"
      title="There is no vault yet"
      action={
        <LinkButton href={CREATE_PATH} size="small">
          Create the first
        </LinkButton>
      }
    >
      Whoever creates one chooses what it holds, and within which limits it trades.
    </Notice>
  );
}
