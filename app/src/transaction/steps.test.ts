import { expect, it } from 'vitest';
import { announcementOf, stepsOf } from './steps.js';
import type { Progress, Work } from './types.js';

const work: Work = { label: 'Deposit', build: async () => [] };
const part = { number: 1, of: 1 };
const states = (progress: Progress) => stepsOf(progress).map(({ state }) => state);

it('has no steps while there is no transaction', () => {
  expect(stepsOf({ step: 'idle' })).toEqual([]);
  expect(announcementOf({ step: 'idle' })).toBe('');
});

it('goes from step to step', () => {
  expect(states({ step: 'preparing', work, part })).toEqual(['current', 'waiting', 'waiting', 'waiting']);
  const sent = { step: 'sent', work, part, signature: 'x' as never } as const;
  expect(states(sent)).toEqual(['done', 'done', 'current', 'waiting']);
  expect(stepsOf(sent)[2]?.detail).toContain('confirms it');
  expect(states({ step: 'confirmed', work, sent: {} as never, summary: 'Done.' })).toEqual(Array(4).fill('done'));
});

it('shows where it failed, and reads out why', () => {
  const problem = { kind: 'wallet', title: 'No', message: 'Locked.', next: '', isSafeToRetry: true } as const;
  const failed = { step: 'failed', work, at: 'wallet', problem } as const;
  expect(states(failed)).toEqual(['done', 'failed', 'waiting', 'waiting']);
  expect(announcementOf(failed)).toBe('No: Locked.');
});
