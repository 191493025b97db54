/**
 * Errors of the runtime and of the token programs in words.
 *
 * @module
 */

/** An error in words. */
export type Explanation = {
  /** Its name. */
  errorName: string;
  /** What went wrong, and what to do about it. */
  explanation: string;
};

const NO_SUCH_PROGRAM = 'a program is not deployed on this cluster; check which cluster is meant';
const TOO_LITTLE_RENT = 'an account would be left with less SOL than it needs to exist; send SOL to it';
const CROWDED = 'the block is full or the accounts are in demand; try again, or offer a higher priority fee';
const UNSIGNED = 'a signature is missing or wrong; sign with the key of every account that must sign';
const UNITS =
  'it needs more compute units than the transaction asked for; allow a larger margin, or send its instructions in several';

/** What to do about a transaction that was refused as a whole, by the error's name. */
export const REFUSED: Readonly<Record<string, string>> = {
  AccountNotFound:
    'the account that pays the fee does not exist on this cluster; send SOL to it, or check which cluster is meant',
  InsufficientFundsForFee: 'the account that pays the fee has too little SOL; send SOL to it',
  InvalidAccountForFee: 'fees are paid by wallets only; use another account as the payer',
  InsufficientFundsForRent: TOO_LITTLE_RENT,
  InvalidRentPayingAccount: TOO_LITTLE_RENT,
  BlockhashNotFound: 'the transaction was too old, or the node is behind; make a fresh one',
  AlreadyProcessed: 'the transaction has landed before; look up what it did instead of sending it again',
  ProgramAccountNotFound: NO_SUCH_PROGRAM,
  InvalidProgramForExecution: NO_SUCH_PROGRAM,
  AddressLookupTableNotFound: 'the lookup table does not exist, or was closed; create one',
  InvalidAddressLookupTableIndex:
    'the lookup table lacks an address, or was extended in this very slot; wait a second, or extend it',
  DuplicateInstruction: 'leave compute budget instructions out; they are added when the transaction is made',
  AccountInUse: CROWDED,
  WouldExceedMaxBlockCostLimit: CROWDED,
  WouldExceedMaxAccountCostLimit: CROWDED,
  WouldExceedAccountDataBlockLimit: CROWDED,
  TooManyAccountLocks: 'the transaction names too many accounts; send its instructions in several',
  SignatureFailure: UNSIGNED,
  MissingSignatureForFee: UNSIGNED,
};

/** What to do about a program that the runtime stopped, by the error's name. */
export const STOPPED: Readonly<Record<string, string>> = {
  ComputationalBudgetExceeded: UNITS,
  ProgramFailedToComplete: UNITS,
  MissingRequiredSignature: 'sign with the key of every account that must sign',
  InsufficientFunds: 'an account has too little SOL; send SOL to it',
  UnsupportedProgramId: NO_SUCH_PROGRAM,
  IncorrectProgramId: NO_SUCH_PROGRAM,
  InvalidAccountData: 'an account is missing or of another kind; create token accounts before they are used',
  UninitializedAccount: 'an account does not exist yet; create it first',
};

/** The errors of both token programs that people meet, by their numbers. */
export const TOKEN_ERRORS: Readonly<Record<number, Explanation>> = {
  0: { errorName: 'NotRentExempt', explanation: 'the account has too few lamports to exist; send SOL to it' },
  1: {
    errorName: 'InsufficientFunds',
    explanation: 'the token account holds less than this takes; use a smaller amount, or add tokens first',
  },
  3: {
    errorName: 'MintMismatch',
    explanation: 'the token account is of another mint; use the account of the right one',
  },
  4: {
    errorName: 'OwnerMismatch',
    explanation: "the token account belongs to somebody else; sign with its owner's key",
  },
  9: { errorName: 'UninitializedState', explanation: 'the token account does not exist yet; create it first' },
  17: {
    errorName: 'AccountFrozen',
    explanation: "the token account is frozen; only the mint's freeze authority can thaw it",
  },
};
