import { address } from '@ballast/client';
import type { Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { effects } from './extensions.js';
import { readMint, tokenProgramName } from './mint.js';

const { TOKEN_PROGRAM, TOKEN_2022_PROGRAM, ASSOCIATED_TOKEN_PROGRAM } = address;

const account = (owner: Address) => ({ owner, lamports: 1n, data: '' });

describe('a mint', () => {
  it('has decimals, program and extensions as the node tells them', () => {
    const info = { decimals: 6, freezeAuthority: null, extensions: [{ extension: 'transferFeeConfig' }, {}] };
    expect(readMint(account(TOKEN_2022_PROGRAM), { type: 'mint', info })).toEqual({
      kind: 'mint',
      account: account(TOKEN_2022_PROGRAM),
      tokenProgram: TOKEN_2022_PROGRAM,
      decimals: 6,
      canBeFrozen: false,
      extensions: ['transferFeeConfig', 'an unknown one'],
    });
    expect(
      readMint(account(TOKEN_PROGRAM), { type: 'mint', info: { decimals: 0, freezeAuthority: 'x' } }),
    ).toMatchObject({
      canBeFrozen: true,
      extensions: [],
    });
  });

  it('is none where the account is something else', () => {
    expect(readMint(account(TOKEN_PROGRAM), { type: 'account', info: { decimals: 6 } })).toEqual({
      kind: 'other',
      owner: TOKEN_PROGRAM,
    });
    expect(readMint(account(ASSOCIATED_TOKEN_PROGRAM), undefined)).toEqual({
      kind: 'other',
      owner: ASSOCIATED_TOKEN_PROGRAM,
    });
  });

  it('is named by its program', () => {
    expect([TOKEN_PROGRAM, TOKEN_2022_PROGRAM].map(tokenProgramName)).toEqual(['SPL Token', 'Token-2022']);
  });
});

describe('the effects of extensions', () => {
  it('are told where they would do something to a vault', () => {
    expect(effects(['metadataPointer', 'permanentDelegate', 'tokenMetadata'])).toEqual([
      'It lets somebody take tokens out of every account, the vault’s included (permanentDelegate).',
    ]);
  });
});
