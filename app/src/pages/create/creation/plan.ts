/**
 * What creating the vault still takes. The steps are the migrations' own: the chain is asked anew before each transaction, so that a
 * creation that broke off, for whatever reason, goes on where it was.
 *
 * @module
 */

import { getBase64Encoder, type Address, type Instruction } from '@solana/kit';
import type { DeploymentPlan, RawInstruction } from '../../../rules/types.js';
import type { Step as ProgressStep } from '../../../ui/index.js';

/** What is still to do, step by step. */
export type Plan = Extract<DeploymentPlan, { steps: unknown }>;

/** What a creation is doing. */
export type Activity = 'idle' | 'looking' | 'sending' | 'stopped';

/** The next transaction. */
export type NextTransaction = {
  /** What it is for. */
  about: string;
  instructions: RawInstruction[];
  /** Its number in its step, and how many of the step are known to be missing. */
  number: number;
  of: number;
};

/** The first transaction that is missing; `undefined` where nothing is. */
export function nextTransaction({ steps }: Plan): NextTransaction | undefined {
  const step = steps.find(({ isDone }) => !isDone);
  const [instructions] = step?.transactions ?? [];
  if (step === undefined || instructions === undefined) {
    return undefined;
  }
  return { about: step.about, instructions, number: 1, of: step.transactions.length };
}

/** Whether the vault is as its file wants it. */
export function isDone({ steps }: Plan): boolean {
  return steps.every((step) => step.isDone);
}

/** How often the wallet will ask, as far as that is known: more may come once the vault exists. */
export function signatures({ steps }: Plan): string {
  const known = steps.reduce((sum, { transactions }) => sum + transactions.length, 0);
  const isAll = steps.every((step) => step.isDone || step.transactions.length > 0);
  const words = known === 1 ? 'one signature' : `${known} signatures, one after the other`;
  return isAll
    ? `Your wallet asks for ${words}.`
    : `Your wallet asks for ${words}, and for more once the vault exists.`;
}

/** Whether two transactions do the same: a node that has not caught up yet asks for what has been done already. */
export function isSame(one: NextTransaction, other: NextTransaction): boolean {
  return JSON.stringify(one.instructions) === JSON.stringify(other.instructions);
}

/** The steps as a list of progress. */
export function progressOf({ steps }: Plan, activity: Activity): ProgressStep[] {
  const first = steps.findIndex((step) => !step.isDone);
  return steps.map(({ about, isDone: done, transactions }, index) => {
    const label = about.charAt(0).toUpperCase() + about.slice(1);
    if (done) {
      return { label, state: 'done' };
    }
    const missing = transactions.length;
    const detail = missing === 0 ? 'As many transactions as it takes, known once the vault exists' : count(missing);
    return { label, state: index === first ? stateOf(activity) : 'waiting', detail };
  });
}

/** Instructions as kit has them. */
export function toInstructions(instructions: readonly RawInstruction[]): Instruction[] {
  return instructions.map(({ programAddress, accounts, data }) => ({
    programAddress,
    accounts,
    data: getBase64Encoder().encode(data),
  }));
}

/** The command that does the same, and what this page leaves to it. */
export function migrateCommand(file: string): string {
  return `ballast migrate -f ${file}`;
}

/** Where the vault file of this vault is kept, by a name that tells it from others. */
export function fileName(vault: Address | undefined): string {
  return vault === undefined ? 'vault.toml' : `vault-${vault.slice(0, 6)}.toml`;
}

function stateOf(activity: Activity): ProgressStep['state'] {
  switch (activity) {
    case 'sending':
    case 'looking':
      return 'current';
    case 'stopped':
      return 'failed';
    case 'idle':
      return 'waiting';
  }
}

function count(transactions: number): string {
  return transactions === 1 ? 'One transaction' : `${transactions} transactions`;
}
