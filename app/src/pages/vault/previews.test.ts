import { address } from '@solana/kit';
import { expect, it } from 'vitest';
import type { RoutePreview } from '../../rules/types.js';
import { DORMANT } from './fixture.js';
import { grouped } from './previews.js';

const ROUTES = [
  'A2kAwKGwSpv7wi6kD9aDD9gtFvbQKXPmB4zXubkXccVa',
  'D8TNkpDutnuiuEf7QDVKreioLE9LRbbqtpufvvezDpmo',
] as const;
const [FIRST, SECOND] = [address(ROUTES[0]), address(ROUTES[1])];

const preview = (other: Partial<RoutePreview>): RoutePreview => ({ ...DORMANT, ...other });

it('tells routes together that rest for the same reason', () => {
  const groups = grouped([preview({ route: FIRST }), preview({ route: SECOND })]);
  expect(groups.map((group) => group.map(({ route }) => route))).toEqual([[FIRST, SECOND]]);
});

it('tells apart what rests for different reasons, or with figures', () => {
  const costly = { reason: 12, words: 'It would cost more than it gains.' };
  const groups = (second: Partial<RoutePreview>) =>
    grouped([preview({ route: FIRST }), preview({ route: SECOND, ...second })]);
  expect(groups(costly)).toHaveLength(2);
  expect(groups({ benefitUsd: 1n })).toHaveLength(2);
  expect(groups({ error: 'The pool is not there.' })).toHaveLength(2);
});

it('has trades and halts first, each alone', () => {
  const trade = { reason: 0, words: 'Sell.' };
  const groups = grouped([
    preview({}),
    preview({ ...trade, route: FIRST }),
    preview({ ...trade, route: SECOND }),
    preview({ breaker: 1 }),
  ]);
  expect(groups.map(([{ reason, breaker }]) => [reason, breaker])).toEqual([
    [0, 0],
    [0, 0],
    [6, 1],
    [6, 0],
  ]);
});
