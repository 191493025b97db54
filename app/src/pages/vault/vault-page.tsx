import type { ReadyVault } from '../../chain/index.js';
import { Grid, Stack } from '../../ui/index.js';
import { Breakers } from './breakers.js';
import { Budgets } from './budgets.js';
import { Costs } from './costs.js';
import { Decisions } from './decisions.js';
import { Past } from './history/past.js';
import { Holdings } from './holdings/holdings.js';
import { State } from './state.js';
import { Summary } from './summary.js';

/** A vault's holdings, prices and decisions. */
export function VaultPage({ vault }: { vault: ReadyVault }) {
  return (
    <Stack gap="medium">
      <State vault={vault} />
      <Summary vault={vault} />
      <Holdings vault={vault} />
      <Decisions vault={vault} />
      <Grid minWidth="18rem">
        <Costs vault={vault} />
        <Budgets vault={vault} />
        <Breakers vault={vault} />
      </Grid>
      <Past vault={vault} />
    </Stack>
  );
}
