import { useMemo, useState } from 'react';
import type { ReadyVault, History } from '../../../chain/index.js';
import { ChartCredit, LineChart, type Line, type Scale } from '../../../charts/index.js';
import { useSamples } from '../../../charts/samples.js';
import { vaultSeries, type Sample } from '../../../charts/series.js';
import { formatPercentE8 } from '../../../format/index.js';
import type { VaultFigures } from '../../../rules/types.js';
import { assetColour, Card, Muted, Segments } from '../../../ui/index.js';

type Shown = 'sharePrice' | 'nav' | 'weights';

const OPTIONS: { value: Shown; label: string }[] = [
  { value: 'sharePrice', label: 'Share price' },
  { value: 'nav', label: 'Value' },
  { value: 'weights', label: 'Weights' },
];

const SCALES: Readonly<Record<Shown, Scale>> = {
  sharePrice: { format: dollars(4), step: 0.0001 },
  nav: { format: dollars(2), step: 0.01 },
  weights: { format: (part) => formatPercentE8(Math.round(part * 1e8)), step: 0.0001 },
};

/** Share price, value and weights over time, as far back as transactions have been loaded. */
export function Charts({ vault, history }: { vault: ReadyVault; history: History }) {
  const [shown, setShown] = useState<Shown>('sharePrice');
  const lines = useLines(vault, history, shown);
  const title = OPTIONS.find(({ value }) => value === shown)?.label ?? '';
  return (
    <Card
      title="Over time"
      aside={<Segments label="What the chart shows" value={shown} options={OPTIONS} onChange={setShown} />}
    >
      <LineChart
        key={shown}
        title={title}
        lines={lines}
        scale={SCALES[shown]}
        isLoading={history.status === 'loading'}
      />
      {shown === 'weights' && (
        <Muted>
          A rebalance tells the weights of the two assets that it traded; those of all are known since you opened this
          page. In between, lines are straight.
        </Muted>
      )}
      <ChartCredit />
    </Card>
  );
}

function useLines({ address, figures, names, chain }: ReadyVault, { entries }: History, shown: Shown): Line[] {
  const present = useMemo(() => sampleOf(figures, chain.now), [figures, chain.now]);
  const samples = useSamples(address, present);
  return useMemo(() => {
    const series = vaultSeries(address, entries, samples);
    if (shown !== 'weights') {
      return [{ name: shown, colour: 'var(--accent)', points: series[shown] }];
    }
    const lines = series.weights.map((points, asset) => ({
      name: names[asset] ?? '',
      colour: assetColour(asset),
      points,
    }));
    return lines.filter(({ points }) => points.length > 0);
    // The samples grow with the present.
  }, [address, entries, names, present, shown]);
}

function sampleOf(figures: VaultFigures, time: bigint): Sample {
  const { navUsd, sharePriceUsd, totalShares, shareDecimals, assets } = figures;
  return { time, navUsd, sharePriceUsd, totalShares, shareDecimals, weightsE8: assets.map(({ weightE8 }) => weightE8) };
}

/** What is drawn is rounded already; all it needs is the same number of decimals everywhere. */
function dollars(decimals: number): Scale['format'] {
  const { format } = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format;
}
