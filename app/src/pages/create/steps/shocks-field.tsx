import worstDays from '../../../../../data/stress.toml?raw';
import { useConfig } from '../../../config-context.js';
import { Checkbox, Muted, Stack, TextInput } from '../../../ui/index.js';
import { bundledPrices } from '../backtest/bundled.js';
import { withOverride, type Draft } from '../draft.js';
import { readShocks, shocksFor, suggestedLimitBps, worstLossBps } from '../shocks.js';
import { formatPercentBps, parsePercentBps } from '../targets.js';
import type { UpdateDraft } from '../use-draft.js';

const BUNDLED = readShocks(worstDays);
const MAX_LOSS = 'stress.max_loss_bps';

/** Tests every trade against the worst days of the bundled prices. */
export function ShocksField({ draft, update }: { draft: Draft; update: UpdateDraft }) {
  const { tokens } = useConfig();
  const shocks = shocksFor(BUNDLED, bundledPrices(draft.assets, tokens));
  const weights = new Map(draft.assets.map(({ symbol, target }) => [symbol, parsePercentBps(target) ?? 0]));
  const isOn = draft.shocks.length > 0;
  const worstBps = worstLossBps(isOn ? draft.shocks : shocks, weights);
  const limit = formatPercentBps(suggestedLimitBps(worstBps));
  const toggle = (isChecked: boolean) =>
    update((now) => withOverride({ ...now, shocks: isChecked ? shocks : [] }, MAX_LOSS, isChecked ? limit : undefined));
  if (shocks.length === 0 && !isOn) {
    return (
      <Muted>There are no bundled prices of these assets. A stress test can be written into the vault file.</Muted>
    );
  }
  return (
    <Stack>
      <Checkbox
        label="Refuse trades that would leave the vault with too large a loss, were one of these days to come again"
        isChecked={isOn}
        onChange={toggle}
      />
      {isOn && (
        <TextInput
          label="Largest loss on such a day"
          value={draft.overrides[MAX_LOSS] ?? '100'}
          unit="%"
          inputMode="decimal"
          onChange={(text) => update((now) => withOverride(now, MAX_LOSS, text))}
          hint={`On the worst of ${draft.shocks.length} days, the targets themselves would have lost ${formatPercentBps(worstBps)} %. Less than that, and the vault could not trade to its targets.`}
        />
      )}
    </Stack>
  );
}
