/**
 * Lines on a grid of equal steps. The chart library gives every point of time the same room, however far apart they are; on a grid,
 * an hour is as wide as every other.
 *
 * @module
 */

import type { Point } from './series.js';

/** As fine as the widest chart is drawn. */
const SLOTS = 600;

/** Lines that start and end in the same slots of a grid. */
export type Gridded = {
  /** Every slot's time, in order. */
  times: number[];
  /** The lines, at most one point a slot. */
  lines: Point[][];
};

/** Moves points to the nearest times of a grid from the first to the last of them all. */
export function onGrid(lines: readonly (readonly Point[])[], slots = SLOTS): Gridded {
  const all = lines.flatMap((line) => line.map(({ time }) => time));
  if (all.length === 0) {
    return { times: [], lines: lines.map(() => []) };
  }
  const first = all.reduce((least, time) => Math.min(least, time));
  const last = all.reduce((most, time) => Math.max(most, time));
  const step = Math.max(1, Math.ceil((last - first) / slots));
  const count = Math.ceil((last - first) / step) + 1;
  return {
    times: Array.from({ length: count }, (_, slot) => first + slot * step),
    lines: lines.map((line) => {
      const bySlot = inSlots(line, (time) => Math.round((time - first) / step));
      const slotted = [...bySlot].map(([slot, value]) => ({ time: first + slot * step, value }));
      return slotted.sort((a, b) => a.time - b.time);
    }),
  };
}

/** The last value of every slot. The one before it goes to the slot before, if that is free: a jump remains one. */
function inSlots(line: readonly Point[], slotOf: (time: number) => number): Map<number, number> {
  const bySlot = new Map<number, number>();
  for (const { time, value } of line) {
    const slot = slotOf(time);
    const before = bySlot.get(slot);
    if (before !== undefined && slot > 0 && !bySlot.has(slot - 1)) {
      bySlot.set(slot - 1, before);
    }
    bySlot.set(slot, value);
  }
  return bySlot;
}
