import type { HistoryEntry } from '@ballast/client';
import type { Signature } from '@solana/kit';
import { expect, it } from 'vitest';
import { merged } from './history-follower.js';

it('puts newer entries before, and older ones behind', () => {
  expect(names(merged(entries('c', 'b'), entries('e', 'd'), true))).toEqual(['e', 'd', 'c', 'b']);
  expect(names(merged(entries('c', 'b'), entries('a'), false))).toEqual(['c', 'b', 'a']);
});

it('has each transaction once, wherever pages overlap', () => {
  expect(names(merged(entries('c', 'b'), entries('d', 'c'), true))).toEqual(['d', 'c', 'b']);
  expect(names(merged(entries('c', 'b'), entries('b', 'a'), false))).toEqual(['c', 'b', 'a']);
});

it("prefers the node's answer to what a notice had told", () => {
  const [notice] = entries('c');
  const answer = { ...notice!, slot: 9n };
  expect(merged([notice!], [answer], true)).toEqual([answer]);
});

function entries(...signatures: string[]): HistoryEntry[] {
  return signatures.map((signature) => ({
    signature: signature as Signature,
    slot: 1n,
    time: null,
    error: null,
    events: [],
  }));
}

function names(found: readonly HistoryEntry[]): string[] {
  return found.map(({ signature }) => signature);
}
