// Errors of other programs and of the runtime in words: the Rust client's own, from what it wrote for the tests.

import { HEADER } from './tables.mjs';

/** A module with what the Rust client says about failures, from `tests/fixtures/failures.json`. */
export function explanationsModule(failures, ballast) {
  const custom = failures.filter(({ error }) => code(error) !== undefined);
  const stopped = failures.filter(({ error }) => error.InstructionError && code(error) === undefined);
  const refused = failures.filter(({ error }) => !error.InstructionError);
  const isOfBallast = ({ program }) => program === ballast;
  return `${HEADER}
/** An error in words: its name, and what went wrong and what to do about it. */
export type Explanation = { errorName: string; explanation: string };

/** What programs are called, by their addresses. */
export const PROGRAM_NAMES: Readonly<Record<string, string>> = ${json(programNames(custom))};

/** Errors of programs other than Ballast, and those of Anchor in Ballast, by the program's address and the error's number. */
export const PROGRAM_ERRORS: Readonly<Record<string, Readonly<Record<number, Explanation>>>> = ${json(programErrors(custom, ballast))};

/** What a program was stopped for, by the error's name. */
export const STOPPED: Readonly<Record<string, string>> = ${json(byName(stopped.filter(isOfBallast)))};

/** The same, where it was one of the token programs. */
export const STOPPED_TOKEN: Readonly<Record<string, string>> = ${json(byName(stopped.filter((failure) => !isOfBallast(failure))))};

/** Why a transaction was refused as a whole, by the error's name. */
export const REFUSED: Readonly<Record<string, string>> = ${json(byName(refused))};
`;
}

function programNames(failures) {
  const named = failures.map((failure) => {
    const { program, name, message, explanation } = failure;
    const before = `${name} (${code(failure.error)}) in `;
    return [program, message.startsWith(before) ? message.slice(before.length, -`: ${explanation}`.length) : undefined];
  });
  return Object.fromEntries(named.filter(([program, name]) => name !== undefined && name !== program));
}

function programErrors(failures, ballast) {
  const errors = {};
  // Ballast's own begin at 6000, and come from its IDL.
  const isWanted = ({ program, name, error }) => name !== 'Custom' && (program !== ballast || code(error) < 6000);
  for (const { program, name, explanation, error } of failures.filter(isWanted)) {
    errors[program] ??= {};
    errors[program][code(error)] = { errorName: name, explanation };
  }
  return errors;
}

function byName(failures) {
  return Object.fromEntries(failures.map(({ name, explanation }) => [name, explanation]));
}

/** The program's own number of an error, where it has one. */
function code(error) {
  return error.InstructionError?.[1]?.Custom;
}

function json(value) {
  return JSON.stringify(value, null, 2);
}
