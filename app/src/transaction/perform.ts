/**
 * From work to a landed transaction, telling on the way how far it is.
 *
 * @module
 */

import { ClientError, prepare, submit, type ClusterRpc, type Prepared, type Sent } from '@ballast/client';
import type { Instruction, Signature, TransactionSigner } from '@solana/kit';
import { problemOf, sendsByItself, StoppedWaiting } from './problem.js';
import type { Outcome, Part, Progress, Work } from './types.js';

/** Token accounts to create in a transaction of their own. */
const SETUP_PER_TRANSACTION = 8;

/** What work is done with. */
export type Means = {
  rpc: ClusterRpc;
  signer: TransactionSigner;
  /** Aborted once the user no longer waits for the wallet: what is signed afterwards is not sent. */
  patience: AbortSignal;
  /** Told every step but `idle`. */
  report: (progress: Progress) => void;
};

/** Does the work; never throws. What is reported last is `confirmed` or `failed`. */
export async function perform(work: Work, means: Means): Promise<Outcome> {
  const { signer, report } = means;
  let last: Progress = { step: 'idle' };
  const tell = (progress: Progress) => {
    last = progress;
    report(progress);
  };
  try {
    const sent = await inParts(work, { ...means, report: tell });
    tell({ step: 'confirmed', work, sent, summary: work.summarize?.(sent) ?? work.label });
    return { ok: true, sent };
  } catch (error) {
    const { at, signature } = reached(last);
    const problem = problemOf(error, { work, at, signature, isSentByWallet: sendsByItself(signer) });
    tell({ step: 'failed', work, at, problem });
    return { ok: false, problem };
  }
}

/** All in one transaction, or the setup first where that is too large. */
async function inParts(work: Work, means: Means): Promise<Sent> {
  const whole: Part = { number: 1, of: 1 };
  means.report({ step: 'preparing', work, part: whole });
  const setup = (await work.setup?.(means.signer)) ?? [];
  const main = await work.build(means.signer);
  const prepared = await preparedIfItFits(work, [...setup, ...main], means, setup.length > 0);
  if (prepared) {
    return signAndSend(work, whole, prepared, means);
  }
  const of = Math.ceil(setup.length / SETUP_PER_TRANSACTION) + 1;
  for (let number = 1; number < of; number++) {
    const chunk = setup.slice((number - 1) * SETUP_PER_TRANSACTION, number * SETUP_PER_TRANSACTION);
    await one(work, { number, of }, chunk, means);
  }
  // Made anew: prices and balances may have moved while the setup was signed.
  return one(work, { number: of, of }, await work.build(means.signer), means);
}

async function one(work: Work, part: Part, instructions: readonly Instruction[], means: Means): Promise<Sent> {
  means.report({ step: 'preparing', work, part });
  const prepared = await prepare(means.rpc, means.signer, instructions, options(work));
  return signAndSend(work, part, prepared, means);
}

async function preparedIfItFits(
  work: Work,
  instructions: readonly Instruction[],
  { rpc, signer }: Means,
  canBeSplit: boolean,
): Promise<Prepared | undefined> {
  try {
    return await prepare(rpc, signer, instructions, options(work));
  } catch (error) {
    if (canBeSplit && error instanceof ClientError && error.kind === 'TooLarge') {
      return undefined;
    }
    throw error;
  }
}

async function signAndSend(
  work: Work,
  part: Part,
  prepared: Prepared,
  { rpc, patience, report }: Means,
): Promise<Sent> {
  report({ step: 'wallet', work, part, prepared });
  const onSigned = (signature: Signature) => {
    patience.throwIfAborted();
    report({ step: 'sent', work, part, signature });
  };
  return Promise.race([submit(rpc, prepared, onSigned), givenUp(patience)]);
}

/** Fails once the user no longer waits. */
function givenUp(patience: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new StoppedWaiting());
    patience.addEventListener('abort', stop, { once: true });
    if (patience.aborted) {
      stop();
    }
  });
}

function options({ lookupTables }: Work) {
  return lookupTables === undefined ? {} : { lookupTables };
}

function reached(last: Progress): { at: 'preparing' | 'wallet' | 'sent'; signature: Signature | undefined } {
  switch (last.step) {
    case 'sent':
      return { at: 'sent', signature: last.signature };
    case 'wallet':
      return { at: 'wallet', signature: undefined };
    default:
      return { at: 'preparing', signature: undefined };
  }
}
