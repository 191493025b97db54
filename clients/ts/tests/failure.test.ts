import type { Address, Instruction, TransactionError } from '@solana/kit';
import { expect, it } from 'vitest';
import { address, AMMS, BALLAST_ERRORS, BALLAST_PROGRAM_ADDRESS, programFailure } from '../src/index.js';
import { fixture } from './support/fixtures.js';

const BALLAST = BALLAST_PROGRAM_ADDRESS;
const TOKEN = address.TOKEN_PROGRAM;
const STRANGER = '11111111111111111111111111111112' as Address;
const instructions: Instruction[] = [{ programAddress: STRANGER }, { programAddress: BALLAST }];

type Failure = { program: Address; error: TransactionError; name: string; message: string };

it.each(fixture<Failure[]>('failures'))('says $message', ({ program, error, name, message }) => {
  const failure = programFailure(error, [], [{ programAddress: program }]);
  expect(failure.message).toBe(message);
  expect(failure.details.errorName).toBe(name);
});

it.each(Object.entries(BALLAST_ERRORS))("knows the program's own error %s", (code, { name, message }) => {
  const failure = custom(1, Number(code));
  expect(failure.ballast).toBe(name);
  expect(failure.message).toBe(`${name} (${code}): ${message}`);
  expect(failure.details).toMatchObject({ instruction: 1, program: BALLAST, code: Number(code) });
});

it('blames the innermost program', () => {
  const failure = custom(1, 1, [
    `Program ${BALLAST} invoke [1]`,
    'Program log: Instruction: DepositInKind',
    `Program ${TOKEN} invoke [2]`,
    'Program log: Error: insufficient funds',
    `Program ${TOKEN} failed: custom program error: 0x1`,
    `Program ${BALLAST} failed: custom program error: 0x1`,
  ]);
  expect(failure.message).toMatch(/^InsufficientFunds \(1\) in SPL Token: the token account holds less/);
  expect(failure.ballast).toBeUndefined();
});

it('tells what the program noted', () => {
  const failure = custom(1, 6005, [
    `Program ${BALLAST} invoke [1]`,
    'Program log: Instruction: Tighten',
    'Program log: max_slippage_bps',
    'Program log: AnchorError occurred. Error Code: LimitOutOfBounds. Error Number: 6005. Error Message: A limit.',
    `Program ${BALLAST} failed: custom program error: 0x1775`,
  ]);
  expect(failure.message).toBe(`LimitOutOfBounds (6005): ${BALLAST_ERRORS[6005].message} (log: max_slippage_bps)`);
});

it("names the account of Anchor's own errors", () => {
  const failure = custom(1, 3007, [
    `Program ${BALLAST} invoke [1]`,
    'Program log: AnchorError caused by account: vault. Error Code: AccountOwnedByWrongProgram. Error Number: 3007. ' +
      'Error Message: The given account is owned by a different program than expected.',
    'Program log: Left:',
    `Program ${BALLAST} failed: custom program error: 0xbbf`,
  ]);
  expect(failure.message).toBe(
    'AccountOwnedByWrongProgram (3007): The given account is owned by a different program than expected (account `vault`)',
  );
});

it('takes the errors of other Anchor programs from their logs', () => {
  const raydium = AMMS[1]!.program;
  const failure = custom(1, 6005, [
    `Program ${raydium} invoke [1]`,
    'Program log: AnchorError thrown in programs/cp-swap/src/x.rs:1. Error Code: ExceededSlippage. Error Number: 6005. ' +
      'Error Message: Exceeds desired slippage limit.',
    `Program ${raydium} failed: custom program error: 0x1775`,
  ]);
  expect(failure.message).toBe('ExceededSlippage (6005) in Raydium CPMM: Exceeds desired slippage limit');
  // The number is also one of Ballast's.
  expect(failure.ballast).toBeUndefined();
});

it('tells the last words of unknown programs', () => {
  const failure = custom(0, 16, [
    `Program ${STRANGER} invoke [1]`,
    'Program log: Error: exceeds desired slippage limit',
    `Program ${STRANGER} failed: custom program error: 0x10`,
  ]);
  expect(failure.message).toBe(
    `Custom (16) in ${STRANGER}: the program failed with its error 16; it said: Error: exceeds desired slippage limit`,
  );
  expect(custom(0, 16).details.program).toBe(STRANGER);
});

function custom(index: number, code: number, logs: string[] = []) {
  const error: TransactionError = { InstructionError: [index, { Custom: code }] };
  return programFailure(error, logs, instructions);
}
