import { useHistory, type ReadyVault } from '../../../chain/index.js';
import { vaultPath } from '../../../routes.js';
import { Card, LinkButton } from '../../../ui/index.js';
import { tokensOf } from '../tokens.js';
import { Charts } from './charts.js';
import { HistoryNotice } from './load-older.js';
import { RebalanceTable } from './rebalance-table.js';
import { rebalanceRows } from './rows.js';

/** As many rebalances as an overview has room for. */
const LATEST = 5;

/** A vault's charts and latest rebalances. */
export function Past({ vault }: { vault: ReadyVault }) {
  const history = useHistory(vault.address);
  const tokens = tokensOf(vault);
  return (
    <>
      <Charts vault={vault} history={history} />
      <Card
        title="Latest rebalances"
        aside={
          <LinkButton href={vaultPath(vault.address, 'history')} size="small">
            All history
          </LinkButton>
        }
      >
        <HistoryNotice history={history} />
        <RebalanceTable rows={rebalanceRows(vault.address, history.entries, tokens).slice(0, LATEST)} tokens={tokens} />
      </Card>
    </>
  );
}
