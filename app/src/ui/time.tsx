import { useNow } from '../chain/index.js';
import { formatDuration, formatFromNow, formatTime } from '../format/index.js';

/** A moment, as date and time. */
export function Time({ at }: { at: bigint }) {
  return <time dateTime={iso(at)}>{formatTime(at)}</time>;
}

/** How long ago, or how soon, something is by the cluster's clock; the date and time on pointing at it. */
export function Age({ at }: { at: bigint }) {
  const now = useNow();
  return (
    <time dateTime={iso(at)} title={formatTime(at)}>
      {formatFromNow(at, now)}
    </time>
  );
}

/** How long until something may happen; `done` once it may. */
export function Countdown({ until, done = 'now' }: { until: bigint; done?: string }) {
  const now = useNow();
  return (
    <time dateTime={iso(until)} title={formatTime(until)}>
      {until > now ? formatDuration(until - now) : done}
    </time>
  );
}

/** Accounts can hold any number for a time: what no calendar reaches has no such form. */
function iso(at: bigint): string | undefined {
  const date = new Date(Number(at) * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
