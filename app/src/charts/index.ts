/**
 * Lines over time.
 *
 * @module
 */

export type { Line, Scale } from './canvas.js';
export { ChartCredit, LineChart, type LineChartProps } from './line-chart.js';
export type { Point } from './series.js';
