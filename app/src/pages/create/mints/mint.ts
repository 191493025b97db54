/**
 * What the chain says of a mint, and whether it can be an asset of a vault.
 *
 * @module
 */

import { address as programs, type ClusterRpc } from '@ballast/client';
import type { Address } from '@solana/kit';
import type { AccountData } from '../../../rules/types.js';

/** An account that was asked for as a mint. */
export type MintAccount =
  | { kind: 'missing' }
  /** It belongs to something else. */
  | { kind: 'other'; owner: Address }
  | {
      kind: 'mint';
      /** As the node has it, for the rules to judge. */
      account: NonNullable<AccountData>;
      tokenProgram: Address;
      decimals: number;
      /** Whether its issuer can freeze accounts. */
      canBeFrozen: boolean;
      /** Token-2022's extensions, by the names that nodes give them. */
      extensions: string[];
    };

/** What an RPC node answers for a token program's account. */
type ParsedMint = {
  type?: string;
  info?: { decimals?: number; freezeAuthority?: string | null; extensions?: { extension?: string }[] };
};

/** Asks the cluster for a mint. */
export async function fetchMint(rpc: ClusterRpc, mint: Address): Promise<MintAccount> {
  const ask = { commitment: 'confirmed' } as const;
  const [{ value: raw }, { value: parsed }] = await Promise.all([
    rpc.getAccountInfo(mint, { ...ask, encoding: 'base64' }).send(),
    rpc.getAccountInfo(mint, { ...ask, encoding: 'jsonParsed' }).send(),
  ]);
  if (raw === null || parsed === null) {
    return { kind: 'missing' };
  }
  const { owner, lamports, data } = raw;
  const told = 'parsed' in parsed.data ? (parsed.data.parsed as ParsedMint) : undefined;
  return readMint({ owner, lamports, data: data[0] }, told);
}

/** Reads an account, and what a node tells of it. */
export function readMint(account: NonNullable<AccountData>, told: ParsedMint | undefined): MintAccount {
  const { decimals, freezeAuthority, extensions = [] } = told?.info ?? {};
  if (told?.type !== 'mint' || typeof decimals !== 'number') {
    return { kind: 'other', owner: account.owner };
  }
  return {
    kind: 'mint',
    account,
    tokenProgram: account.owner,
    decimals,
    canBeFrozen: freezeAuthority != null,
    extensions: extensions.map(({ extension }) => extension ?? 'an unknown one'),
  };
}

/** The token program's name. */
export function tokenProgramName(tokenProgram: Address): string {
  return tokenProgram === programs.TOKEN_2022_PROGRAM ? 'Token-2022' : 'SPL Token';
}
