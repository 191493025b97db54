import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { judged, missing, stepOf } from './checks.js';
import { EMPTY_DRAFT, withAsset, withAssetFields, withOverride, withRoles, withTargets, type Draft } from './draft.js';

const [SOL, USDC, ADMIN, GUARDIAN] = [
  'So11111111111111111111111111111111111111112',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
].map((text) => address(text)) as [Addr, Addr, Addr, Addr];
type Addr = ReturnType<typeof address>;

function complete(): Draft {
  const feed = { feedId: 'ab'.repeat(32) };
  const one = withAsset(EMPTY_DRAFT, { symbol: 'SOL', mint: SOL, feed });
  const two = withAsset(one, { symbol: 'USDC', mint: USDC, feed });
  return withRoles(two, { guardian: GUARDIAN });
}

const paths = (draft: Draft, admin: Addr | null = ADMIN) => missing(draft, admin).map(({ path }) => path);

describe('a draft', () => {
  it('that is complete lacks nothing', () => {
    expect(missing(complete(), ADMIN)).toEqual([]);
  });

  it('needs two assets whose targets are the whole vault', () => {
    expect(missing(EMPTY_DRAFT, null)[0]).toMatchObject({
      step: 'assets',
      message: 'Add the assets that the vault will hold.',
    });
    const [off] = missing(withTargets(complete(), ['60', '39.5']), ADMIN);
    expect(off).toEqual({
      step: 'targets',
      path: 'assets',
      message: 'The targets must sum to 100 % exactly: 0.5 % of the vault have no asset yet.',
    });
    expect(missing(withTargets(complete(), ['60', '41']), ADMIN)[0]?.message).toContain('1 % more than the vault');
  });

  it('names each percentage that is none', () => {
    const wrong = withAssetFields(withTargets(complete(), ['60', 'x']), SOL, { bandAbs: '1.234' });
    expect(missing(wrong, ADMIN).map(({ message }) => message)).toEqual([
      'The band of SOL must be a percentage from 0 to 100, no finer than 0.01.',
      'The target of USDC must be a percentage from 0 to 100, no finer than 0.01.',
    ]);
  });

  it('names each parameter that is no value of its unit, on the step where it is entered', () => {
    const wrong = withOverride(withOverride(complete(), 'limits.timelock_secs', '72'), 'gate.min_ratio_bps', 'much');
    expect(missing(wrong, ADMIN)).toEqual([
      {
        step: 'roles',
        path: 'limits.timelock_secs',
        message: 'Write a whole number and its unit: 90s, 15m, 48h or 7d.',
      },
      { step: 'strategy', path: 'gate.min_ratio_bps', message: 'Write a percentage such as 2.5, no finer than 0.01.' },
    ]);
  });

  it('needs a guardian who is not the admin, unless that is confirmed', () => {
    expect(paths(withRoles(complete(), { guardian: '' }))).toEqual(['deployment.guardian']);
    expect(paths(withRoles(complete(), { guardian: 'me' }))).toEqual(['deployment.guardian']);
    expect(paths(withRoles(complete(), { guardian: ADMIN }))).toEqual(['deployment.guardian']);
    expect(paths(withRoles(complete(), { guardian: ADMIN, isOwnGuardian: true }))).toEqual([]);
    expect(paths(withRoles(complete(), { guardian: ADMIN }), null)).toEqual([]);
    expect(paths(withRoles(complete(), { manager: 'x', feeRecipient: '' }))).toEqual(['deployment.manager']);
    expect(paths({ ...complete(), vaultId: '-1' })).toEqual(['deployment.vault_id']);
  });
});

describe('what the rules say', () => {
  it('goes to the step where the field is', () => {
    const expected = {
      'assets.0.mint': 'assets',
      'assets.1.feed': 'assets',
      'assets.0': 'targets',
      'assets.0.target_bps': 'targets',
      'deployment.guardian': 'roles',
      'deployment.pools': 'routes',
      'deployment.vault_id': 'review',
      'limits.timelock_secs': 'roles',
      'limits.max_trade_bps': 'strategy',
      'gate.horizon_secs': 'strategy',
    };
    expect(Object.fromEntries(Object.keys(expected).map((path) => [path, stepOf(path)]))).toEqual(expected);
    expect(judged([{ path: 'limits.max_trade_bps', line: 4, message: 'it must lie between 1 and 2500' }])).toEqual([
      { step: 'strategy', path: 'limits.max_trade_bps', message: 'It must lie between 1 and 2500.' },
    ]);
  });
});
