import { expect, it } from 'vitest';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { EVENTS } from '../src/generated/index.js';
import { BALLAST_PROGRAM_ADDRESS, decode } from '../src/index.js';
import { fixture } from './support/fixtures.js';
import { parseDebug, shown } from './support/rust.js';

const events = fixture<{ name: string; data: string; debug: string }[]>('events');

it.each(events)('reads $name as the Rust client does', ({ name, data, debug }) => {
  const [event, ...others] = decode.events(logged(data));
  expect(others).toEqual([]);
  expect(event?.name).toBe(name);
  expect(shown(event?.data)).toEqual(parseDebug(debug));
});

it('knows every event', () => {
  expect(EVENTS.map(({ name }) => name)).toEqual(events.map(({ name }) => name));
});

it('reads events in order, and passes over what is none', () => {
  const [first, second] = events;
  const cutShort = first!.data.slice(0, -8);
  const logs = [second!.data, 'AAAA', '%', cutShort, first!.data].flatMap((data) => logged(data));
  expect(decode.events(logs).map(({ name }) => name)).toEqual([second!.name, first!.name]);
});

it('passes over what other programs wrote', () => {
  const { data } = events[0]!;
  expect(decode.events(logged(data, TOKEN_PROGRAM_ADDRESS))).toEqual([]);
  const calledByOther = [`Program ${TOKEN_PROGRAM_ADDRESS} invoke [1]`, ...logged(data), `Program data: ${data}`];
  expect(decode.events(calledByOther)).toHaveLength(1);
});

/** The log of a program that wrote this. */
function logged(data: string, program: string = BALLAST_PROGRAM_ADDRESS): string[] {
  return [`Program ${program} invoke [1]`, `Program data: ${data}`, `Program ${program} success`];
}
