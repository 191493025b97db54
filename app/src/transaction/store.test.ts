import type { TransactionSigner } from '@solana/kit';
import { expect, it } from 'vitest';
import type { Means } from './perform.js';
import { TransactionStore } from './store.js';
import type { Outcome, Progress, Work } from './types.js';

const work: Work = { label: 'Deposit', build: async () => [] };
const confirmed = { step: 'confirmed', work, sent: {} as never, summary: 'Done.' } as const;

/** A store whose work is done by the test. */
function store() {
  const runs: { means: Means; end: (outcome: Outcome) => void }[] = [];
  const made = new TransactionStore((_, means) => new Promise((end) => runs.push({ means, end })));
  const submit = (owner: symbol) => made.submit(owner, work, {} as never, {} as TransactionSigner);
  const steps: Progress['step'][] = [];
  made.subscribe(() => steps.push(made.snapshot().progress.step));
  return { made, runs, submit, steps };
}

it('does one transaction at a time', async () => {
  const { runs, submit } = store();
  void submit(Symbol());
  const second = await submit(Symbol());
  expect(second).toMatchObject({ ok: false, problem: { kind: 'busy' } });
  expect(runs).toHaveLength(1);
  runs[0]!.means.report(confirmed);
  void submit(Symbol());
  expect(runs).toHaveLength(2);
});

it('tells everybody how far it has come', () => {
  const { runs, submit, steps } = store();
  void submit(Symbol());
  runs[0]!.means.report({ step: 'wallet', work, part: { number: 1, of: 1 }, prepared: {} as never });
  runs[0]!.means.report(confirmed);
  expect(steps).toEqual(['preparing', 'wallet', 'confirmed']);
});

it('stops waiting for the wallet only while it waits', () => {
  const { made, runs, submit } = store();
  void submit(Symbol());
  const { patience, report } = runs[0]!.means;
  made.stopWaiting();
  expect(patience.aborted).toBe(false);
  report({ step: 'wallet', work, part: { number: 1, of: 1 }, prepared: {} as never });
  made.stopWaiting();
  expect(patience.aborted).toBe(true);
});

it('forgets what has ended, and nothing that has not', () => {
  const { made, runs, submit } = store();
  void submit(Symbol());
  made.dismiss();
  expect(made.snapshot().progress.step).toBe('preparing');
  runs[0]!.means.report(confirmed);
  made.dismiss();
  expect(made.snapshot()).toMatchObject({ progress: { step: 'idle' }, owner: undefined });
});

it('keeps failures, but no success, of a page that is left', () => {
  const { made, runs, submit } = store();
  const owner = Symbol();
  const leave = made.view(owner);
  expect(made.snapshot().viewers.has(owner)).toBe(true);
  void submit(owner);
  runs[0]!.means.report({ step: 'failed', work, at: 'sent', problem: {} as never });
  leave();
  expect(made.snapshot()).toMatchObject({ owner, progress: { step: 'failed' } });
  expect(made.snapshot().viewers.has(owner)).toBe(false);
  const leaveAgain = made.view(owner);
  made.resolve(confirmed);
  leaveAgain();
  expect(made.snapshot().progress.step).toBe('idle');
});
