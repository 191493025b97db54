import type { ReadyVault } from '../../chain/index.js';
import { formatPercentE8, formatUsd } from '../../format/index.js';
import { Age, Card, Facts, Muted, Time } from '../../ui/index.js';

const ONE_E8 = 100_000_000n;

/** What rebalancing has cost and brought so far, by the vault's own books. */
export function Costs({ vault: { figures } }: { vault: ReadyVault }) {
  const { since, trades, turnoverUsd, costUsd, growthE8, harvestE8, lastRebalanceAt } = figures.performance;
  if (since === 0n) {
    return (
      <Card title="Costs and harvest">
        <Muted>The books begin with the first observation of prices after the first deposit.</Muted>
      </Card>
    );
  }
  const costPart = turnoverUsd === 0n ? '' : ` (${formatPercentE8((costUsd * ONE_E8) / turnoverUsd, { decimals: 3 })})`;
  return (
    <Card title="Costs and harvest">
      <Facts
        facts={[
          { label: 'Trades', value: trades.toString() },
          { label: 'Last one', value: trades === 0n ? 'none yet' : <Age at={lastRebalanceAt} /> },
          { label: 'Sold in all', value: formatUsd(turnoverUsd) },
          { label: 'Cost against the oracle', value: `${formatUsd(costUsd)}${costPart}` },
          { label: 'Growth of the share price', value: formatPercentE8(growthE8, { isChange: true }) },
          { label: 'Harvest', value: <strong>{formatPercentE8(harvestE8, { isChange: true })}</strong> },
        ]}
      />
      <Muted>
        Since <Time at={since} />. The harvest is what the share price grew beyond its assets as they were held: what
        rebalancing brought, less costs and fees.
      </Muted>
    </Card>
  );
}
