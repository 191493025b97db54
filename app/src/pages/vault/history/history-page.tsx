import { useHistory, type ReadyVault } from '../../../chain/index.js';
import { Card, Stack } from '../../../ui/index.js';
import { tokensOf } from '../tokens.js';
import { Charts } from './charts.js';
import { EventTable } from './event-table.js';
import { HistoryNotice, LoadOlder } from './load-older.js';
import { RebalanceTable } from './rebalance-table.js';
import { rebalanceRows } from './rows.js';

/** What happened to a vault: charts, every rebalance, and everything else, as far back as somebody asks for. */
export function HistoryPage({ vault }: { vault: ReadyVault }) {
  const history = useHistory(vault.address);
  const tokens = tokensOf(vault);
  return (
    <Stack>
      <HistoryNotice history={history} />
      <Charts vault={vault} history={history} />
      <Card title="Rebalances">
        <RebalanceTable rows={rebalanceRows(vault.address, history.entries, tokens)} tokens={tokens} />
      </Card>
      <Card title="Everything else">
        <EventTable vault={vault.address} entries={history.entries} tokens={tokens} />
      </Card>
      <LoadOlder history={history} />
    </Stack>
  );
}
