import { useMemo, useState } from 'react';
import { useConfig } from '../../../config-context.js';
import { Button, Card, Muted, Notice, Row, Segments } from '../../../ui/index.js';
import { RulesError, type Rules } from '../../../rules/index.js';
import type { Draft } from '../draft.js';
import { backtestFileOf } from '../file.js';
import { BacktestResults } from './backtest-results.js';
import { bundledPrices, priceFiles, withoutPrices } from './bundled.js';
import { useBacktest, type BacktestState } from './use-backtest.js';

/** Parts of the bundled prices; bounds are Unix time in seconds. */
const PERIODS = {
  all: { label: 'All', from: undefined },
  crash: { label: 'From May 2022', from: 1_651_363_200n },
  late: { label: 'From 2023', from: 1_672_531_200n },
} as const;

type Period = keyof typeof PERIODS;

/** What these very settings did on the bundled prices. */
export function BacktestCard({ draft, rules }: { draft: Draft; rules: Rules }) {
  const { tokens } = useConfig();
  const { state, run, cancel } = useBacktest();
  const [period, setPeriod] = useState<Period>('all');
  const toml = useMemo(() => tomlOf(draft, rules), [draft, rules]);
  const lacking = withoutPrices(draft.assets, tokens);
  const isRunning = state.step === 'loading' || state.step === 'replaying';
  const start = async (file: string, chosen: Period) => {
    const files = await priceFiles(bundledPrices(draft.assets, tokens));
    const { from } = PERIODS[chosen];
    run({ toml: file, files, ...(from !== undefined && { from }) });
  };
  if (lacking.length > 0) {
    return (
      <Card title="These settings on past prices">
        <Muted>
          There are no bundled prices of {lacking.join(', ')}; the backtester on the command line takes your own.
        </Muted>
      </Card>
    );
  }
  return (
    <Card title="These settings on past prices">
      <Muted>
        A replay of hourly prices, April 2021 to June 2023, by the code that decides on the chain, against modelled
        pools of 40 million dollars. The past promises nothing.
      </Muted>
      <Row isSpread>
        <Segments
          label="Period"
          value={period}
          options={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: PERIODS[value].label }))}
          onChange={setPeriod}
        />
        {isRunning ? (
          <Button onClick={cancel}>Cancel</Button>
        ) : (
          <Button
            kind="primary"
            disabled={toml === undefined}
            onClick={() => toml !== undefined && void start(toml, period)}
          >
            {state.step === 'done' ? 'Replay again' : 'Replay'}
          </Button>
        )}
      </Row>
      {toml === undefined && <Muted>Choose assets, and targets that sum to 100 %, first.</Muted>}
      <Standing state={state} isCurrent={state.step === 'done' && state.toml === toml} />
    </Card>
  );
}

function Standing({ state, isCurrent }: { state: BacktestState; isCurrent: boolean }) {
  switch (state.step) {
    case 'idle':
      return null;
    case 'loading':
      return (
        <Working
          words={`Loading prices: ${state.loaded} of ${state.total} files`}
          part={state.loaded / (state.total + 1)}
        />
      );
    case 'replaying':
      return <Working words="Replaying every hour" part={undefined} />;
    case 'failed':
      return (
        <Notice kind="bad" title="These settings cannot be replayed" isLive>
          {state.message}
        </Notice>
      );
    case 'done':
      return (
        <>
          {!isCurrent && (
            <Notice kind="info">The settings have changed since. Replay again to see what they do now.</Notice>
          )}
          <BacktestResults backtest={state.backtest} />
        </>
      );
  }
}

/** `part` is how much is done, of one; unknown where it is absent. */
function Working({ words, part }: { words: string; part: number | undefined }) {
  return (
    <div role="status">
      <p>{words} …</p>
      <progress aria-label={words} style={{ width: '100%' }} {...(part !== undefined && { value: part })} max={1} />
    </div>
  );
}

function tomlOf(draft: Draft, rules: Rules): string | undefined {
  const file = draft.assets.length < 2 ? undefined : backtestFileOf(draft);
  if (file === undefined) {
    return undefined;
  }
  try {
    return rules.writeVaultFile(file).toml;
  } catch (error) {
    if (error instanceof RulesError) {
      return undefined;
    }
    throw error;
  }
}
