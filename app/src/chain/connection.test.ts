import { expect, it } from 'vitest';
import { afterEvent, backoffMs, newLine, type LineEvent } from './connection.js';

const HTTP_UP: LineEvent = { way: 'http', isUp: true };
const SOCKET_UP: LineEvent = { way: 'socket', isUp: true };
const HTTP_DOWN: LineEvent = { way: 'http', isUp: false, error: 'no answer' };
const SOCKET_DOWN: LineEvent = { way: 'socket', isUp: false, error: 'closed' };

it.each<[string, LineEvent[], string]>([
  ['nothing', [], 'connecting'],
  ['answers only', [HTTP_UP], 'connecting'],
  ['answers and subscriptions', [HTTP_UP, SOCKET_UP], 'live'],
  ['subscriptions before answers', [SOCKET_UP, HTTP_UP], 'live'],
  ['no subscriptions from the beginning', [HTTP_UP, SOCKET_DOWN], 'polling'],
  ['subscriptions that fail', [HTTP_UP, SOCKET_UP, SOCKET_DOWN], 'polling'],
  ['subscriptions that come back', [HTTP_UP, SOCKET_UP, SOCKET_DOWN, SOCKET_UP], 'live'],
  ['one lost answer', [HTTP_UP, SOCKET_UP, HTTP_DOWN], 'live'],
  ['two lost answers', [HTTP_UP, SOCKET_UP, HTTP_DOWN, HTTP_DOWN], 'down'],
  ['lost answers with others between', [HTTP_UP, SOCKET_UP, HTTP_DOWN, HTTP_UP, HTTP_DOWN], 'live'],
  ['no answers from the beginning', [HTTP_DOWN, HTTP_DOWN], 'down'],
  ['answers that come back', [HTTP_UP, SOCKET_UP, HTTP_DOWN, HTTP_DOWN, HTTP_UP], 'live'],
  ['answers that come back alone', [HTTP_UP, SOCKET_DOWN, HTTP_DOWN, HTTP_DOWN, HTTP_UP], 'polling'],
  ['subscriptions that fail while down', [HTTP_UP, SOCKET_UP, HTTP_DOWN, HTTP_DOWN, SOCKET_DOWN], 'down'],
])('after %s', (_, events, state) => {
  expect(after(events).connection.state).toBe(state);
});

it('says what failed last, and since when', () => {
  expect(after([HTTP_UP, SOCKET_DOWN]).connection).toEqual({ state: 'polling', since: 2, error: 'closed' });
  expect(after([HTTP_UP, SOCKET_UP, HTTP_DOWN, HTTP_DOWN, HTTP_DOWN]).connection).toEqual({
    state: 'down',
    since: 4,
    error: 'no answer',
  });
});

it('is the same while nothing changes, so that nobody draws it anew', () => {
  const line = after([HTTP_UP, SOCKET_UP]);
  expect(afterEvent(line, HTTP_UP, 9).connection).toBe(line.connection);
});

it('waits longer after each failure, up to half a minute, and not all at once', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map((failures) => backoffMs(failures, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  expect(backoffMs(3, 0)).toBe(2_000);
});

function after(events: LineEvent[]) {
  return events.reduce((line, event, index) => afterEvent(line, event, index + 1), newLine(0));
}
