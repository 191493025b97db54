import { useMemo } from 'react';
import { ChartCredit, LineChart, type Line, type Scale } from '../../../charts/index.js';
import { assetColour, Muted, Segments, Stack, Stat, Stats, Table } from '../../../ui/index.js';
import { useState } from 'react';
import type { Backtest, BacktestMetrics } from '../../../rules/types.js';
import { costsAt, drawdowns, points } from './series.js';

type View = 'value' | 'weights' | 'drawdown' | 'costs';

const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const change = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});
const bps = (part: number) => `${(part * 10_000).toFixed(1)} bps`;

const USD_SCALE: Scale = { format: (value) => usd.format(value), step: 1 };
const PERCENT_SCALE: Scale = { format: (value) => percent.format(value), step: 0.001 };

const VIEWS: readonly { value: View; label: string }[] = [
  { value: 'value', label: 'Value' },
  { value: 'weights', label: 'Weights' },
  { value: 'drawdown', label: 'Drawdown' },
  { value: 'costs', label: 'Costs' },
];

/** What came of a backtest, beside the same basket that nobody traded. */
export function BacktestResults({ backtest }: { backtest: Backtest }) {
  const { metrics, held } = backtest;
  const [view, setView] = useState<View>('value');
  const lines = useMemo(() => linesOf(backtest, view), [backtest, view]);
  return (
    <Stack gap="large">
      <Stats>
        <Stat
          label="Return"
          value={change.format(metrics.totalReturn)}
          detail={`holding: ${change.format(held.totalReturn)}`}
        />
        <Stat
          label="Deepest fall"
          value={percent.format(metrics.maxDrawdown)}
          detail={`holding: ${percent.format(held.maxDrawdown)}`}
        />
        <Stat
          label="Tracking error a year"
          value={percent.format(metrics.trackingError)}
          detail={`holding: ${percent.format(held.trackingError)}`}
        />
        <Stat
          label="Cost of trades a year"
          value={bps(metrics.costPerYear)}
          detail={`${metrics.trades} trades, ${usd.format(metrics.costUsd)}`}
        />
      </Stats>
      <Stack>
        <Segments label="What to draw" value={view} options={VIEWS} onChange={setView} />
        <LineChart
          key={view}
          title={VIEWS.find(({ value }) => value === view)?.label ?? ''}
          lines={lines}
          scale={view === 'value' || view === 'costs' ? USD_SCALE : PERCENT_SCALE}
        />
        <ChartCredit />
      </Stack>
      <Table
        caption="The vault beside holding"
        columns={[
          { key: 'name', header: 'Figure', cell: ({ name }) => name, onPhone: 'title' },
          { key: 'vault', header: 'This vault', cell: ({ of }) => of(metrics), isNumber: true },
          { key: 'held', header: 'Holding', cell: ({ of }) => of(held), isNumber: true },
        ]}
        rows={ROWS}
        rowKey={({ name }) => name}
      />
      <Asides backtest={backtest} />
    </Stack>
  );
}

const ROWS: readonly { name: string; of: (metrics: BacktestMetrics) => string }[] = [
  { name: 'Return over the whole time', of: ({ totalReturn }) => change.format(totalReturn) },
  { name: 'Volatility a year', of: ({ volatility }) => percent.format(volatility) },
  { name: 'Tracking error a year, against the targets', of: ({ trackingError }) => percent.format(trackingError) },
  { name: 'Deepest fall from a high', of: ({ maxDrawdown }) => percent.format(maxDrawdown) },
  { name: 'Turnover a year', of: ({ turnoverPerYear }) => percent.format(turnoverPerYear) },
  { name: 'Cost a year', of: ({ costPerYear }) => bps(costPerYear) },
  { name: 'Growth beyond the assets’, a year', of: ({ excessGrowth }) => change.format(excessGrowth) },
];

/** What kept the vault from trading, and how good the data is. */
function Asides({ backtest: { halts, dormant, refused, missing, trades } }: { backtest: Backtest }) {
  const counted = (list: Backtest['halts']) =>
    list.map(({ name, count }) => `${name} ${count.toLocaleString('en-US')}`).join(', ');
  return (
    <Stack gap="small">
      <Muted>
        {trades.length === 0 ? 'It never traded. ' : ''}
        {halts.length === 0 ? 'No breaker tripped.' : `Breakers tripped: ${counted(halts)}.`}
        {refused > 0 && ` ${refused} trades were refused by the checks after the swap.`}
        {missing > 0 && ` ${missing} hourly prices are missing; the vault does not trade on stale ones.`}
      </Muted>
      {dormant.length > 0 && <Muted>Why there was no trade, hour by hour: {counted(dormant)}.</Muted>}
    </Stack>
  );
}

function linesOf({ assets, series, trades }: Backtest, view: View): Line[] {
  const line = (name: string, colour: string, values: readonly number[]): Line => ({
    name,
    colour,
    points: points(series, values),
  });
  const vault = series.map(({ navUsd }) => navUsd);
  const holding = series.map(({ heldUsd }) => heldUsd);
  const [accent, muted] = ['var(--accent)', 'var(--line-strong)'];
  switch (view) {
    case 'value':
      return [line('Holding', muted, holding), line('This vault', accent, vault)];
    case 'drawdown':
      return [line('Holding', muted, drawdowns(holding)), line('This vault', accent, drawdowns(vault))];
    case 'costs':
      return [
        line(
          'Cost of all trades',
          accent,
          costsAt(
            series.map(({ time }) => time),
            trades,
          ),
        ),
      ];
    case 'weights':
      return assets
        .map((name, place) =>
          line(
            name,
            assetColour(place),
            series.map(({ weights }) => weights[place] ?? 0),
          ),
        )
        .filter(({ points: all }) => all.some(({ value }) => value > 0));
  }
}
