/**
 * Decisions on routes, as people read them: what is due one by one, and what rests for the same reason together.
 *
 * @module
 */

import type { RoutePreview } from '../../rules/types.js';

/** Decisions that say the same. */
export type PreviewGroup = readonly [RoutePreview, ...RoutePreview[]];

/** Groups decisions: trades and halts first, each alone; then the routes that rest, by why. */
export function grouped(previews: readonly RoutePreview[]): PreviewGroup[] {
  const groups = new Map<string, [RoutePreview, ...RoutePreview[]]>();
  for (const preview of previews) {
    const key = isAtRest(preview) ? `${preview.reason} ${preview.words}` : preview.route;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [preview]);
    } else {
      group.push(preview);
    }
  }
  return [...groups.values()].sort(([a], [b]) => Number(isAtRest(a)) - Number(isAtRest(b)));
}

/** Whether there is a trade. */
export function isTrade({ reason, breaker, error }: RoutePreview): boolean {
  return reason === 0 && breaker === 0 && error === null;
}

/** Whether nothing is to be said of the route but why it rests: no trade, no halt, no figures of its own. */
function isAtRest(preview: RoutePreview): boolean {
  const { breaker, halt, error, benefitUsd, costUsd } = preview;
  return !isTrade(preview) && breaker === 0 && halt === null && error === null && benefitUsd === 0n && costUsd === 0n;
}
