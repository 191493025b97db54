import { address } from '@ballast/client';
import { describe, expect, it } from 'vitest';
import { isDone, isSame, nextTransaction, progressOf, signatures, toInstructions, type Plan } from './plan.js';

const { TOKEN_PROGRAM } = address;

function instruction(byte: number) {
  return {
    programAddress: TOKEN_PROGRAM,
    accounts: [{ address: TOKEN_PROGRAM, role: 3 }],
    data: btoa(String.fromCharCode(byte)),
  };
}

const done = (about: string) => ({ name: about, about, transactions: [], isDone: true });
const missing = (about: string, ...transactions: ReturnType<typeof instruction>[][]) => ({
  name: about,
  about,
  transactions,
  isDone: false,
});

function plan(...steps: Plan['steps']): Plan {
  return { vault: TOKEN_PROGRAM, lookupTable: null, steps };
}

/** The vault is there, and two routes are missing. What comes then cannot be told yet. */
const HALFWAY = plan(done('the vault'), missing('routes', [instruction(1)], [instruction(2)]), missing('the strategy'));

describe('a plan', () => {
  it('goes on with the first transaction that is missing', () => {
    expect(nextTransaction(HALFWAY)).toEqual({ about: 'routes', instructions: [instruction(1)], number: 1, of: 2 });
    expect(isDone(HALFWAY)).toBe(false);
  });

  it('is done where every step is', () => {
    const all = plan(done('the vault'), done('routes'));
    expect([isDone(all), nextTransaction(all)]).toEqual([true, undefined]);
  });

  it('has nothing to send while a step cannot be told, and is not done', () => {
    const unknown = plan(done('the vault'), missing('the strategy'));
    expect([isDone(unknown), nextTransaction(unknown)]).toEqual([false, undefined]);
  });

  it('tells how often the wallet asks, as far as that is known', () => {
    expect(signatures(HALFWAY)).toBe(
      'Your wallet asks for 2 signatures, one after the other, and for more once the vault exists.',
    );
    expect(signatures(plan(missing('the vault', [instruction(1)])))).toBe('Your wallet asks for one signature.');
  });

  it('knows a transaction again, for a node that lags behind', () => {
    const [first, again] = [nextTransaction(HALFWAY)!, nextTransaction(HALFWAY)!];
    const other = nextTransaction(plan(missing('routes', [instruction(2)])))!;
    expect([isSame(first, again), isSame(first, other)]).toEqual([true, false]);
  });

  it('is shown step by step', () => {
    const states = (activity: Parameters<typeof progressOf>[1]) =>
      progressOf(HALFWAY, activity).map(({ state }) => state);
    expect(states('idle')).toEqual(['done', 'waiting', 'waiting']);
    expect(states('sending')).toEqual(['done', 'current', 'waiting']);
    expect(states('stopped')).toEqual(['done', 'failed', 'waiting']);
    expect(progressOf(HALFWAY, 'idle').map(({ label, detail }) => [label, detail])).toEqual([
      ['The vault', undefined],
      ['Routes', '2 transactions'],
      ['The strategy', 'As many transactions as it takes, known once the vault exists'],
    ]);
  });
});

describe('instructions', () => {
  it('have their bytes', () => {
    expect(toInstructions([instruction(7)])).toEqual([
      { programAddress: TOKEN_PROGRAM, accounts: [{ address: TOKEN_PROGRAM, role: 3 }], data: new Uint8Array([7]) },
    ]);
  });
});
