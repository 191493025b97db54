import { BALLAST_ERRORS, ClientError, programFailure } from '@ballast/client';
import { SOLANA_ERROR__RPC__TRANSPORT_HTTP_ERROR, SolanaError, type Instruction, type Signature } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { problemOf, StoppedWaiting, type Circumstances } from './problem.js';

const BALLAST = 'Ba11astVau1tRebaLancesToTargetWeightsoooooo';
const BELOW_MINIMUM = Number(Object.entries(BALLAST_ERRORS).find(([, { name }]) => name === 'BelowMinimum')?.[0]);
const SIGNATURE = '5'.repeat(88) as Signature;
const NONE_SENT = 'Nothing was sent, and nothing has changed.';

const at = (stage: Circumstances['at'], more: Partial<Circumstances> = {}): Circumstances => ({
  work: {},
  at: stage,
  signature: undefined,
  isSentByWallet: false,
  ...more,
});
const failure = (code: number) => {
  const logs = [`Program ${BALLAST} invoke [1]`, `Program ${BALLAST} failed: custom program error: ${code}`];
  return programFailure({ InstructionError: [0, { Custom: code }] } as never, logs, [] as Instruction[]);
};

describe('a program that refuses', () => {
  it('speaks for itself, and nothing was sent', () => {
    const problem = problemOf(failure(BELOW_MINIMUM), at('preparing'));
    expect(problem).toMatchObject({ kind: 'program', ballast: 'BelowMinimum', isSafeToRetry: true, next: NONE_SENT });
    expect(problem.message).toContain('lower the minimum or try later');
    expect(problem.message).toMatch(/^BelowMinimum \(\d+\): .*\.$/);
    expect(problem.logs).toHaveLength(2);
  });

  it('has a hint of the page before what became of the money', () => {
    const problem = problemOf(
      failure(BELOW_MINIMUM),
      at('preparing', { work: { hints: { BelowMinimum: 'Look again.' } } }),
    );
    expect(problem.next).toBe(`Look again. ${NONE_SENT}`);
  });

  it('cost the fee where it had landed', () => {
    const problem = problemOf(failure(BELOW_MINIMUM), at('sent', { signature: SIGNATURE }));
    expect(problem).toMatchObject({ title: 'The transaction failed', signature: SIGNATURE });
    expect(problem.next).toContain('only the network fee was paid');
  });
});

describe('a transaction that does not land', () => {
  it('is safe to try again once it has expired', () => {
    const problem = problemOf(new ClientError('Expired', 'too late', { signature: SIGNATURE }), at('sent'));
    expect(problem).toMatchObject({ kind: 'expired', isSafeToRetry: true, signature: SIGNATURE, message: 'Too late.' });
    expect(problem.next).toContain('safe to try again');
  });

  it('must be looked up where nobody knows', () => {
    const problem = problemOf(new ClientError('Unconfirmed', 'nobody can tell', { signature: SIGNATURE }), at('sent'));
    expect(problem).toMatchObject({ kind: 'unconfirmed', isSafeToRetry: false, signature: SIGNATURE });
    expect(problem.next).toContain('could do the same thing twice');
  });

  it('is not sent where it is too large', () => {
    const problem = problemOf(new ClientError('TooLarge', 'it takes 1300 bytes'), at('preparing'));
    expect(problem).toMatchObject({ kind: 'other', message: 'It takes 1300 bytes.', next: NONE_SENT });
  });
});

describe('a wallet', () => {
  const rejections: [string, unknown][] = [
    ['a code', { code: 4001, message: 'no' }],
    ['words', new Error('User rejected the request.')],
    [
      'the cause of another error',
      new Error('failed to sign', { cause: Object.assign(new Error('x'), { code: 4001 }) }),
    ],
    ['its name', Object.assign(new Error('…'), { name: 'WalletDeclinedError' })],
  ];
  it.each(rejections)('rejects by %s, and nothing is lost', (_, error) => {
    const problem = problemOf(error, at('wallet'));
    expect(problem).toMatchObject({ kind: 'rejected', title: 'Not signed', isSafeToRetry: true });
    expect(problem.next).toContain('nothing is lost');
  });

  it('fails in its own words', () => {
    expect(problemOf(new Error('locked'), at('wallet'))).toMatchObject({
      kind: 'wallet',
      message: 'The wallet says: locked.',
      isSafeToRetry: true,
    });
  });

  it('that sends by itself may have sent although it failed', () => {
    const problem = problemOf(new Error('lost'), at('wallet', { isSentByWallet: true }));
    expect(problem.isSafeToRetry).toBe(false);
    expect(problem.next).toContain('look at its activity');
  });

  it('that sends by itself tells a no of its user from that of a node', () => {
    const told = (error: unknown) => problemOf(error, at('wallet', { isSentByWallet: true }));
    expect(told(new Error('User rejected the request.'))).toMatchObject({ kind: 'rejected', isSafeToRetry: true });
    expect(told({ code: 4001, message: 'no' })).toMatchObject({ kind: 'rejected' });
    for (const words of ['The node rejected it after 30 s', 'Connection cancelled', '429: access denied']) {
      expect(told(new Error(words))).toMatchObject({ kind: 'wallet', isSafeToRetry: false });
    }
  });

  it('that changes what it is to sign has nothing sent', () => {
    const problem = problemOf(new ClientError('Changed', 'another transaction'), at('wallet'));
    expect(problem).toMatchObject({ kind: 'wallet', next: NONE_SENT, isSafeToRetry: true });
  });

  it('is no longer waited for', () => {
    expect(problemOf(new StoppedWaiting(), at('wallet'))).toMatchObject({ kind: 'rejected', isSafeToRetry: true });
    const sends = problemOf(new StoppedWaiting(), at('wallet', { isSentByWallet: true }));
    expect(sends).toMatchObject({
      isSafeToRetry: false,
      next: 'Reject the request in the wallet before you try again.',
    });
  });
});

describe('a node', () => {
  it('that cannot be reached is told from other errors', () => {
    expect(problemOf(new TypeError('Failed to fetch'), at('preparing'))).toMatchObject({ kind: 'node' });
    const http = new SolanaError(SOLANA_ERROR__RPC__TRANSPORT_HTTP_ERROR, { statusCode: 503 } as never);
    expect(problemOf(http, at('preparing'))).toMatchObject({ kind: 'node', isSafeToRetry: true });
    expect(problemOf(new TypeError('x is not a function'), at('preparing'))).toMatchObject({ kind: 'other' });
  });

  it('that refuses what was signed leaves a signature to look up', () => {
    const problem = problemOf(new TypeError('Failed to fetch'), at('sent', { signature: SIGNATURE }));
    expect(problem).toMatchObject({ isSafeToRetry: false, signature: SIGNATURE });
  });
});

it('says whatever was thrown', () => {
  expect(problemOf('broken', at('preparing')).message).toBe('Broken.');
  expect(problemOf({ message: 'odd' }, at('preparing')).message).toBe('Odd.');
});
