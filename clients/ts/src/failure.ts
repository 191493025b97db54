/**
 * Failed transactions in words: which program failed, with which of its errors, and what to do next.
 *
 * @module
 */

import type { Address, Instruction, TransactionError } from '@solana/kit';
import { TOKEN_PROGRAMS } from './codes.js';
import {
  BALLAST_ERRORS,
  BALLAST_PROGRAM_ADDRESS,
  PROGRAM_ERRORS,
  PROGRAM_NAMES,
  REFUSED,
  STOPPED,
  STOPPED_TOKEN,
  type Explanation,
} from './generated/index.js';
import { failedProgram, written } from './logs.js';

/** The name of one of the program's own errors. */
export type BallastErrorName = (typeof BALLAST_ERRORS)[keyof typeof BALLAST_ERRORS]['name'];

/** What is known about a failed transaction. */
export type FailureDetails = Explanation & {
  /** Which of the transaction's instructions failed, from 0; `undefined` where the transaction was refused as a whole. */
  instruction: number | undefined;
  /** The program that failed: the innermost one where a program called another. */
  program: Address | undefined;
  /** The program's own number of the error; `undefined` where the runtime stopped it. */
  code: number | undefined;
  /** The log up to the failure; empty where it is not known. */
  logs: readonly string[];
};

/** A failed instruction, or a transaction that was refused. Its `message` is for people. */
export class ProgramFailure extends Error {
  override readonly name = 'ProgramFailure';

  constructor(readonly details: FailureDetails) {
    super(summary(details));
  }

  /** The error's name, where it is Ballast's own. */
  get ballast(): BallastErrorName | undefined {
    const { program, code } = this.details;
    return program === BALLAST_PROGRAM_ADDRESS ? own(code)?.name : undefined;
  }
}

/**
 * Explains the error of a transaction of these instructions. Without the log, errors of programs that were called by others cannot
 * be told from their callers'.
 */
export function programFailure(
  error: TransactionError,
  logs: readonly string[],
  instructions: readonly Instruction[],
): ProgramFailure {
  const known = { instruction: undefined, program: undefined, code: undefined, logs };
  if (typeof error === 'string' || !('InstructionError' in error)) {
    const name = typeof error === 'string' ? error : Object.keys(error)[0]!;
    return new ProgramFailure({
      ...known,
      errorName: name,
      explanation: REFUSED[name] ?? 'the transaction was refused',
    });
  }
  const [index, cause] = error.InstructionError;
  // JSON-RPC clients differ in which integers they turn into bigints.
  const instruction = Number(index);
  const program = failedProgram(logs) ?? instructions[instruction]?.programAddress;
  if (typeof cause === 'object' && 'Custom' in cause) {
    const code = Number(cause.Custom);
    return new ProgramFailure({ ...known, instruction, program, code, ...explain(program, code, logs) });
  }
  const name = typeof cause === 'string' ? cause : Object.keys(cause)[0]!;
  const isToken = program !== undefined && TOKEN_PROGRAMS.includes(program);
  const explanation = (isToken ? STOPPED_TOKEN : STOPPED)[name] ?? 'the program could not go on';
  return new ProgramFailure({ ...known, instruction, program, errorName: name, explanation });
}

function summary({ errorName, code, program, explanation }: FailureDetails): string {
  const number = code === undefined ? '' : ` (${code})`;
  const where =
    program === undefined || program === BALLAST_PROGRAM_ADDRESS ? '' : ` in ${PROGRAM_NAMES[program] ?? program}`;
  return `${errorName}${number}${where}: ${explanation}`;
}

/** A program's error of this number, with what the program noted about it in the log. */
function explain(program: Address | undefined, code: number, logs: readonly string[]): Explanation {
  const texts = written(logs)
    .filter((line) => line.program === program && line.kind === 'log')
    .map(({ content }) => content);
  const at = texts.findIndex((text) => anchorError(text) !== undefined);
  const line = anchorError(texts[at] ?? '');
  const known = knownError(program, code) ?? line;
  if (known) {
    return { errorName: known.errorName, explanation: known.explanation + note(line?.account, texts[at - 1]) };
  }
  const last = texts.at(-1);
  const said = last === undefined ? 'its documentation lists its errors' : `it said: ${last}`;
  return { errorName: 'Custom', explanation: `the program failed with its error ${code}; ${said}` };
}

function knownError(program: Address | undefined, code: number): Explanation | undefined {
  const error = program === BALLAST_PROGRAM_ADDRESS ? own(code) : undefined;
  return error ? { errorName: error.name, explanation: error.message } : PROGRAM_ERRORS[program ?? '']?.[code];
}

function own(code: number | undefined) {
  return (BALLAST_ERRORS as Record<number, (typeof BALLAST_ERRORS)[keyof typeof BALLAST_ERRORS]>)[code ?? -1];
}

/** What the program added to its error: the account that it is about, or what it noted just before. */
function note(account: string | undefined, before: string | undefined): string {
  if (account !== undefined) {
    return ` (account \`${account}\`)`;
  }
  return before === undefined || before.startsWith('Instruction: ') ? '' : ` (log: ${before})`;
}

/** The line that Anchor programs log about any error of theirs. */
function anchorError(text: string): (Explanation & { account: string | undefined }) | undefined {
  const line =
    /^AnchorError (?:caused by account: (?<account>\w+))?.*?Error Code: (?<name>\w+)\. Error Number: \d+\. Error Message: (?<message>.*?)\.*$/s;
  const { account, name, message } = line.exec(text)?.groups ?? {};
  return name === undefined || message === undefined ? undefined : { account, errorName: name, explanation: message };
}
