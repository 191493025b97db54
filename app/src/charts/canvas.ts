/**
 * Drawing lines over time by lightweight-charts. Loaded only where there is something to draw.
 *
 * @module
 */

import {
  createChart,
  LineSeries,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type TickMarkType,
  type UTCTimestamp,
} from 'lightweight-charts';
import { formatTime } from '../format/index.js';
import { onGrid } from './grid.js';
import type { Point } from './series.js';
import { resolveColour } from './theme.js';

/** A line to draw. */
export type Line = {
  name: string;
  /** In CSS, such as `var(--accent)`. */
  colour: string;
  points: readonly Point[];
};

/** How a chart writes values, and how fine its scale may be. */
export type Scale = {
  /** A value in words. */
  format: (value: number) => string;
  /** The least difference that `format` shows. */
  step: number;
};

/** Marks of days and longer; all others are times. */
const DAY_MARKS: TickMarkType = 2;
/** Lines of few points would not be seen without marks. */
const FEW_POINTS = 12;

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A chart in a container, of which it takes the size. */
export class Canvas {
  readonly #container: HTMLElement;
  readonly #chart: IChartApi;
  readonly #scale: Scale;
  /** Has no values, but every slot of the grid. */
  readonly #grid: ISeriesApi<'Line'>;
  readonly #series: ISeriesApi<'Line'>[] = [];

  constructor(container: HTMLElement, scale: Scale) {
    this.#container = container;
    this.#scale = scale;
    this.#chart = createChart(container, {
      autoSize: true,
      // Its logo would come with a style element, which the content security policy refuses. The page names its makers in a link.
      layout: { attributionLogo: false, fontSize: 12, fontFamily: getComputedStyle(container).fontFamily },
      // The chart always shows all that there is; wheel and fingers scroll the page.
      handleScroll: false,
      handleScale: false,
      localization: { timeFormatter: (time: Time) => formatTime(BigInt(time as UTCTimestamp)) },
      timeScale: { timeVisible: true, tickMarkFormatter: mark, rightOffset: 6 },
      rightPriceScale: { scaleMargins: { top: 0.15, bottom: 0.1 }, entireTextOnly: true },
    });
    // The axis takes the format of the first series.
    this.#grid = this.#chart.addSeries(LineSeries, { priceFormat: priceFormat(scale), lastValueVisible: false });
  }

  /** Draws in the colours that now hold. */
  paint() {
    const colour = (css: string) => resolveColour(this.#container, css);
    const [text, line] = [colour('var(--text-muted)'), colour('var(--line)')];
    this.#chart.applyOptions({
      layout: { background: { color: 'transparent' }, textColor: text },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      rightPriceScale: { borderVisible: false },
      timeScale: { borderColor: line },
      crosshair: { vertLine: { labelBackgroundColor: text }, horzLine: { labelBackgroundColor: text } },
    });
  }

  /** Draws these lines instead of those before. */
  draw(lines: readonly Line[]) {
    while (this.#series.length > lines.length) {
      this.#chart.removeSeries(this.#series.pop()!);
    }
    const gridded = onGrid(lines.map(({ points }) => points));
    this.#grid.setData(gridded.times.map((time) => ({ time: time as UTCTimestamp })));
    lines.forEach(({ colour }, index) => {
      const points = gridded.lines[index]!;
      const series = (this.#series[index] ??= this.#chart.addSeries(LineSeries));
      series.applyOptions({
        color: resolveColour(this.#container, colour),
        lineWidth: 2,
        priceLineVisible: false,
        lastValueVisible: lines.length === 1,
        pointMarkersVisible: points.length <= FEW_POINTS,
        pointMarkersRadius: 2.5,
        priceFormat: priceFormat(this.#scale),
      });
      series.setData(points.map(({ time, value }) => ({ time: time as UTCTimestamp, value })));
    });
    this.#chart.timeScale().fitContent();
  }

  /** Ends it. */
  remove() {
    this.#chart.remove();
  }
}

function priceFormat({ format, step }: Scale) {
  return { type: 'custom', formatter: format, minMove: step } as const;
}

/** A mark of the time axis in the reader's time zone. */
function mark(time: Time, type: TickMarkType): string {
  const at = new Date((time as UTCTimestamp) * 1_000);
  return (type <= DAY_MARKS ? date : clock).format(at);
}
