import { useEffect, useRef, useState } from 'react';
import { formatTime } from '../format/index.js';
import type { Canvas, Line, Scale } from './canvas.js';
import styles from './line-chart.module.css';
import { summarise } from './series.js';
import { useTheme } from './theme.js';

/** What a chart shows. */
export type LineChartProps = {
  /** What the lines are of, such as `Share price`. */
  title: string;
  /** Each under a name of its own. */
  lines: readonly Line[];
  /** Must stay the same object while the chart is shown. */
  scale: Scale;
  /** Whether more is still to come, so that having nothing to draw says little. */
  isLoading?: boolean;
};

/** Lines over time, with a legend and a summary in words. It takes its room before anything is drawn. */
export function LineChart({ title, lines, scale, isLoading = false }: LineChartProps) {
  const isEmpty = lines.every(({ points }) => points.length < 2);
  return (
    <figure className={styles.figure}>
      {lines.length > 1 && <Legend lines={lines} scale={scale} />}
      <div className={styles.canvas} aria-hidden="true">
        {isEmpty ? (
          <p className={styles.empty}>{isLoading ? 'Loading …' : 'Nothing to draw yet.'}</p>
        ) : (
          <Drawing lines={lines} scale={scale} />
        )}
      </div>
      <figcaption className={styles.summary}>
        <Summary title={title} lines={lines} scale={scale} />
      </figcaption>
    </figure>
  );
}

/** Who made the charts: their licence asks for it, once on a page. */
export function ChartCredit() {
  return (
    <p className={styles.credit}>
      Charts by{' '}
      <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        TradingView
      </a>{' '}
      Lightweight Charts™, © TradingView, Inc.
    </p>
  );
}

function Drawing({ lines, scale }: Pick<LineChartProps, 'lines' | 'scale'>) {
  const container = useRef<HTMLDivElement>(null);
  const [canvas, setCanvas] = useState<Canvas | null>(null);
  const theme = useTheme();
  useEffect(() => {
    let made: Canvas | null = null;
    let isGone = false;
    import('./canvas.js').then(
      (module) => {
        if (!isGone && container.current) {
          made = new module.Canvas(container.current, scale);
          setCanvas(made);
        }
      },
      // Without the drawing there is still its summary; the next visit loads it again.
      () => {},
    );
    return () => {
      isGone = true;
      made?.remove();
      setCanvas(null);
    };
  }, [scale]);
  useEffect(() => {
    canvas?.paint();
    canvas?.draw(lines);
  }, [canvas, lines, theme]);
  return <div ref={container} style={{ position: 'absolute', inset: 0 }} />;
}

function Legend({ lines, scale }: Pick<LineChartProps, 'lines' | 'scale'>) {
  return (
    <ul className={styles.legend}>
      {lines.map(({ name, colour, points }) => (
        <li key={name} className={styles.key}>
          <span className={styles.swatch} style={{ background: colour }} />
          {name}
          {points.length > 0 && <strong>{scale.format(points.at(-1)!.value)}</strong>}
        </li>
      ))}
    </ul>
  );
}

function Summary({ title, lines, scale }: Omit<LineChartProps, 'isLoading'>) {
  const [only] = lines;
  if (only === undefined || lines.length > 1) {
    const sums = lines.map(({ name, points }) => ({ name, summary: summarise(points) }));
    const parts = sums.map(({ name, summary }) =>
      summary
        ? `${name} ${scale.format(summary.least.value)} to ${scale.format(summary.most.value)}`
        : `${name} unknown`,
    );
    return `${title}: ${parts.join(', ')}.`;
  }
  const summary = summarise(only.points);
  if (summary === null) {
    return `${title}: nothing is known yet.`;
  }
  const { first, last, least, most } = summary;
  return (
    `${title} since ${formatTime(BigInt(first.time))}: from ${scale.format(first.value)} to ${scale.format(last.value)}, ` +
    `lowest ${scale.format(least.value)}, highest ${scale.format(most.value)}.`
  );
}
