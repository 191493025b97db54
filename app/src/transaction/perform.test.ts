import { instruction, type ClusterRpc } from '@ballast/client';
import { generateKeyPairSigner, type Address, type Instruction } from '@solana/kit';
import { expect, it } from 'vitest';
import { perform, type Means } from './perform.js';
import type { Progress, Work } from './types.js';

const VAULT = '11111111111111111111111111111112' as Address;
const observe = instruction.observe(VAULT);

/** A node on which everything succeeds at once. */
function node(sent: unknown[]): ClusterRpc {
  const answers: Record<string, (...args: unknown[]) => unknown> = {
    simulateTransaction: () => ({ value: { err: null, logs: [], unitsConsumed: 1_000n } }),
    getRecentPrioritizationFees: () => [],
    getLatestBlockhash: () => ({
      value: { blockhash: '4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM', lastValidBlockHeight: 100n },
    }),
    sendTransaction: (bytes) => sent.push(bytes),
    getSignatureStatuses: () => ({ value: [{ slot: 7n, err: null, confirmationStatus: 'confirmed' }] }),
    getTransaction: () => ({ meta: { logMessages: [], computeUnitsConsumed: 900n, fee: 5_000n } }),
  };
  const call =
    (_: unknown, method: string) =>
    (...args: unknown[]) => ({ send: async () => answers[method]!(...args) });
  return new Proxy({}, { get: call }) as ClusterRpc;
}

async function performed(work: Work, change: Partial<Means> = {}) {
  const sent: unknown[] = [];
  const reports: Progress[] = [];
  const means: Means = {
    rpc: node(sent),
    signer: await generateKeyPairSigner(),
    patience: new AbortController().signal,
    report: (progress) => reports.push(progress),
    ...change,
  };
  const outcome = await perform(work, means);
  return { outcome, sent, steps: reports.map(({ step }) => step), reports };
}

it('goes through every step, and says what happened', async () => {
  const work: Work = { label: 'Observe', build: async () => [observe], summarize: ({ slot }) => `In slot ${slot}.` };
  const { outcome, sent, steps, reports } = await performed(work);
  expect(outcome).toMatchObject({ ok: true, sent: { slot: 7n } });
  expect(sent).toHaveLength(1);
  expect(steps).toEqual(['preparing', 'wallet', 'sent', 'confirmed']);
  expect(reports.at(-1)).toMatchObject({ summary: 'In slot 7.' });
});

it('sends the setup along where all fits, and ahead where it does not', async () => {
  const small: Work = { label: 'Small', setup: async () => [observe], build: async () => [observe] };
  expect((await performed(small)).sent).toHaveLength(1);
  const many = await Promise.all(Array.from({ length: 9 }, (_, index) => wide(index)));
  const large: Work = { label: 'Large', setup: async () => many, build: async () => [observe] };
  const { outcome, sent, reports } = await performed(large);
  expect(outcome.ok).toBe(true);
  expect(sent).toHaveLength(3);
  const parts = reports.flatMap((report) => ('part' in report ? [report.part] : []));
  expect(parts.at(-1)).toEqual({ number: 3, of: 3 });
});

it('sends nothing that is signed after nobody waits any more', async () => {
  const patience = new AbortController();
  const signer = await generateKeyPairSigner();
  let hasSigned = () => {};
  const signed = new Promise<void>((resolve) => (hasSigned = resolve));
  const slow = {
    ...signer,
    signTransactions: async (...args: Parameters<typeof signer.signTransactions>) => {
      patience.abort();
      const signatures = await signer.signTransactions(...args);
      hasSigned();
      return signatures;
    },
  };
  const work: Work = { label: 'Observe', build: async () => [observe] };
  const { outcome, sent, steps } = await performed(work, { signer: slow, patience: patience.signal });
  await signed;
  expect(outcome).toMatchObject({ ok: false, problem: { kind: 'rejected' } });
  expect(steps).toEqual(['preparing', 'wallet', 'failed']);
  expect(sent).toEqual([]);
});

it('says where it failed', async () => {
  const work: Work = { label: 'Broken', build: async () => Promise.reject(new Error('no such asset')) };
  const { outcome, reports } = await performed(work);
  expect(outcome).toMatchObject({ ok: false, problem: { kind: 'other', message: 'No such asset.' } });
  expect(reports.at(-1)).toMatchObject({ step: 'failed', at: 'preparing' });
});

/** An instruction of which a transaction holds eight, but not nine. */
async function wide(index: number): Promise<Instruction> {
  const accounts = await Promise.all(Array.from({ length: 3 }, async () => (await generateKeyPairSigner()).address));
  return instruction.refreshPrices(VAULT, index, accounts);
}
