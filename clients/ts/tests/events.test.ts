import { expect, it } from 'vitest';
import { EVENTS } from '../src/generated/index.js';
import { decode } from '../src/index.js';
import { fixture } from './support/fixtures.js';
import { parseDebug, shown } from './support/rust.js';

const events = fixture<{ name: string; log: string; debug: string }[]>('events');

it.each(events)('reads $name as the Rust client does', ({ name, log, debug }) => {
  const [event, ...others] = decode.events([log]);
  expect(others).toEqual([]);
  expect(event?.name).toBe(name);
  expect(shown(event?.data)).toEqual(parseDebug(debug));
});

it('knows every event', () => {
  expect(EVENTS.map(({ name }) => name)).toEqual(events.map(({ name }) => name));
});

it('reads events in order, between other lines', () => {
  const [first, second] = events;
  const logs = ['Program log: hello', second!.log, 'Program data: AAAA', 'Program data: %', first!.log];
  expect(decode.events(logs).map(({ name }) => name)).toEqual([second!.name, first!.name]);
});

it('passes over an event that is cut short', () => {
  const log = events[0]!.log;
  expect(decode.events([log.slice(0, log.length - 8)])).toEqual([]);
});
