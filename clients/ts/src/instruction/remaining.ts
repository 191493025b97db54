import {
  AccountRole,
  type AccountMeta,
  type Address,
  type Instruction,
  type InstructionWithAccounts,
  type InstructionWithData,
  type ReadonlyUint8Array,
} from '@solana/kit';

/** An instruction as the builders return it. Signers ride along in its accounts, as everywhere in Kit. */
export type BuiltInstruction = Instruction &
  InstructionWithAccounts<readonly AccountMeta[]> &
  InstructionWithData<ReadonlyUint8Array>;

/** Appends the accounts that the IDL does not name. */
export function withRemaining(instruction: BuiltInstruction, remaining: readonly AccountMeta[]): BuiltInstruction {
  return Object.freeze({ ...instruction, accounts: [...instruction.accounts, ...remaining] });
}

/** An account that an instruction reads. */
export function readonly(address: Address): AccountMeta {
  return { address, role: AccountRole.READONLY };
}

/** An account that an instruction writes. */
export function writable(address: Address): AccountMeta {
  return { address, role: AccountRole.WRITABLE };
}
