/**
 * Times and durations, from Unix time in seconds.
 *
 * @module
 */

const UNITS = [
  { secs: 86_400n, name: 'd' },
  { secs: 3_600n, name: 'h' },
  { secs: 60n, name: 'min' },
  { secs: 1n, name: 's' },
] as const;

/** A duration in its two largest units: `2 d 4 h`, `3 h`, `45 s`. What is left below them is dropped. */
export function formatDuration(secs: bigint | number): string {
  let rest = BigInt(secs);
  rest = rest < 0n ? -rest : rest;
  const first = UNITS.findIndex((unit) => rest >= unit.secs);
  if (first === -1) {
    return '0 s';
  }
  const parts = UNITS.slice(first, first + 2).map((unit) => {
    const count = rest / unit.secs;
    rest %= unit.secs;
    return count === 0n ? '' : `${count} ${unit.name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** How far a time is from now: `3 h ago`, `in 2 d 4 h`, `now`. */
export function formatFromNow(time: bigint, now: bigint): string {
  if (time === now) {
    return 'now';
  }
  return time < now ? `${formatDuration(now - time)} ago` : `in ${formatDuration(time - now)}`;
}

/** Date and time to the minute, in the reader's zone unless told otherwise: `1 Apr 2022, 14:05`. */
export function formatTime(time: bigint, timeZone?: string): string {
  return inCalendar(time, 'minute', timeZone);
}

/** The date alone. */
export function formatDate(time: bigint, timeZone?: string): string {
  return inCalendar(time, 'day', timeZone);
}

/** Accounts can hold any number for a time: what no calendar reaches must not break a page. */
function inCalendar(time: bigint, precision: 'minute' | 'day', timeZone: string | undefined): string {
  const at = new Date(Number(time) * 1_000);
  return Number.isNaN(at.getTime()) ? `second ${time}` : formatter(precision, timeZone).format(at);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Formatters are slow to make and live on. */
function formatter(precision: 'minute' | 'day', timeZone: string | undefined): Intl.DateTimeFormat {
  const key = `${precision} ${timeZone}`;
  const made =
    formatters.get(key) ??
    new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      ...(precision === 'minute' && { hour: '2-digit', minute: '2-digit' }),
      timeZone,
    });
  formatters.set(key, made);
  return made;
}
