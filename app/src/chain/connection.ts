/**
 * What the banner says: derived from how requests and subscriptions fare.
 *
 * @module
 */

import type { Connection } from './types.js';

/** How one of the two ways to the node fares. */
export type Health = { isUp: boolean | undefined; error: string | undefined };

/** Both ways, and what they come to. */
export type Line = { http: Health; socket: Health; failures: number; connection: Connection };

/** Something that happened on one of the ways. */
export type LineEvent =
  | { way: 'http' | 'socket'; isUp: true }
  /** `error` says what failed. */
  | { way: 'http' | 'socket'; isUp: false; error: string };

/** One request may get lost. */
const FAILURES_TO_BE_DOWN = 2;

const UNKNOWN: Health = { isUp: undefined, error: undefined };

/** Before anything has been heard. */
export function newLine(at: number): Line {
  const connection: Connection = { state: 'connecting', since: at, error: undefined };
  return { http: UNKNOWN, socket: UNKNOWN, failures: 0, connection };
}

/** The line after an event. `at`: this machine's time in milliseconds. */
export function afterEvent(line: Line, event: LineEvent, at: number): Line {
  const health: Health = { isUp: event.isUp, error: event.isUp ? undefined : event.error };
  const next = { ...line, [event.way]: health };
  if (event.way === 'http') {
    next.failures = event.isUp ? 0 : line.failures + 1;
  }
  const { state, error } = derive(next);
  const isChanged = state !== line.connection.state;
  const connection = { state, error, since: isChanged ? at : line.connection.since };
  return { ...next, connection: isSame(connection, line.connection) ? line.connection : connection };
}

/** Whether the node answers requests. */
export function isHeard({ state }: Connection): boolean {
  return state === 'live' || state === 'polling';
}

function derive({ http, socket, failures, connection }: Line): Pick<Connection, 'state' | 'error'> {
  if (http.isUp === false) {
    const isDown = failures >= FAILURES_TO_BE_DOWN;
    return isDown ? { state: 'down', error: http.error } : { state: connection.state, error: connection.error };
  }
  if (http.isUp === undefined || socket.isUp === undefined) {
    return { state: 'connecting', error: undefined };
  }
  return socket.isUp ? { state: 'live', error: undefined } : { state: 'polling', error: socket.error };
}

function isSame(a: Connection, b: Connection): boolean {
  return a.state === b.state && a.error === b.error && a.since === b.since;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next attempt, after this many failed ones.
 *
 * @param chance from 0 to 1: spreads the attempts of many readers whom the same node has left.
 */
export function backoffMs(failures: number, chance: number): number {
  const longest = Math.min(FIRST_MS * 2 ** Math.max(failures - 1, 0), LONGEST_MS);
  return longest * (0.5 + chance / 2);
}
