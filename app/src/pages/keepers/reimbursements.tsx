import type { Address as AddressOf } from '@solana/kit';
import { Link } from 'wouter';
import { useHistory } from '../../chain/index.js';
import { shortAddress } from '../../format/index.js';
import { vaultPath } from '../../routes.js';
import { Button, Card, ExplorerLink, Muted, Stat, Stats, Table, Time, type Column } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import { HistoryNotice, LoadOlder } from '../vault/history/load-older.js';
import { sol } from '../vault/history/words.js';
import { earnings, type Earning } from './earnings.js';

/** What crank funds have paid the connected wallet. */
export function Reimbursements() {
  const { account, choose } = useWallet();
  if (account === null) {
    return (
      <Card title="Your reimbursements" aside={<Button onClick={choose}>Connect a wallet</Button>}>
        <Muted>
          A vault’s crank fund pays a fixed amount for every rebalance, as long as it lasts and the vault’s daily limit
          allows. Connect a wallet to simulate, to crank, and to see what it has earned.
        </Muted>
      </Card>
    );
  }
  return <Earned key={account} keeper={account} />;
}

const COLUMNS: Column<Earning>[] = [
  {
    key: 'time',
    header: 'When',
    onPhone: 'title',
    cell: ({ time }) => (time === null ? 'unknown' : <Time at={time} />),
  },
  { key: 'vault', header: 'Vault', cell: ({ vault }) => <Link href={vaultPath(vault)}>{shortAddress(vault)}</Link> },
  {
    key: 'reward',
    header: 'Reimbursed',
    isNumber: true,
    cell: ({ rewardLamports }) => (rewardLamports === 0n ? 'nothing' : sol(rewardLamports)),
  },
  {
    key: 'transaction',
    header: 'Transaction',
    isNumber: true,
    cell: ({ signature }) => <ExplorerLink signature={signature} />,
  },
];

function Earned({ keeper }: { keeper: AddressOf }) {
  const history = useHistory(keeper);
  const { rebalances, totalLamports } = earnings(keeper, history.entries);
  return (
    <Card title="Your reimbursements">
      <HistoryNotice history={history} />
      <Stats>
        <Stat label="Earned" value={sol(totalLamports)} detail="by the transactions loaded so far" />
        <Stat label="Rebalances" value={rebalances.length.toString()} detail="that this wallet made" />
      </Stats>
      <Table
        caption="Your rebalances, last first"
        columns={COLUMNS}
        rows={rebalances}
        rowKey={({ signature, vault }) => `${signature} ${vault}`}
        empty="No rebalance by this wallet among the transactions that have been loaded."
      />
      <LoadOlder history={history} />
    </Card>
  );
}
