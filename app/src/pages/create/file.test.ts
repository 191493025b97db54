import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import type { Configuration, ProfileConfiguration, VaultFileSummary } from '../../rules/types.js';
import { EMPTY_DRAFT, withAsset, withOverride, withTargets, type Draft } from './draft.js';
import { backtestFileOf, draftOf, fileOf, type Profiles } from './file.js';

const [BTC, USDC, GUARDIAN, POOL] = [
  'So11111111111111111111111111111111111111112',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
].map(address) as [
  ReturnType<typeof address>,
  ReturnType<typeof address>,
  ReturnType<typeof address>,
  ReturnType<typeof address>,
];

function configuration(bandAbsBps: number, riskAversion: number): ProfileConfiguration {
  return {
    limits: { max_trade_bps: 500, min_trade_usd: 1_000_000n },
    breakers: { cooldown_secs: 3_600 },
    stress: { max_loss_bps: 10_000, shocks: [{ moves_bps: [0, 0] }] },
    strategy: { gate: { risk_aversion_e2: riskAversion }, movement: { safe_asset: 0 } },
    allocations: [],
    bandAbsBps,
    bandRelBps: 2_500,
  };
}

const PROFILES: Profiles = {
  conservative: configuration(300, 100),
  balanced: configuration(150, 200),
  aggressive: configuration(50, 300),
};

function draft(): Draft {
  const btc = withAsset(EMPTY_DRAFT, { symbol: 'USDC', mint: USDC, feed: { priceAccount: POOL } });
  const both = withAsset(btc, { symbol: 'BTC', mint: BTC, feed: { feedId: 'ab'.repeat(32) } });
  const targets = withTargets(both, ['60', '40']);
  const roles = { ...targets.roles, guardian: GUARDIAN, manager: ` ${POOL} ` };
  return { ...targets, roles, vaultId: '7', pools: [POOL], profile: 'conservative' };
}

/** What the rules read from the file of `wanted`, were it written with every field. */
function read(wanted: Draft, changed: Partial<Configuration> = {}): VaultFileSummary {
  const { bandAbsBps, bandRelBps, ...preset } = PROFILES[wanted.profile];
  const file = fileOf(wanted);
  if (file === undefined) {
    throw new Error('the draft is incomplete');
  }
  return {
    assets: file.assets.map(({ name, mint, feed, targetBps, ...given }) => ({
      name,
      mint: address(mint),
      feed: 'feedId' in feed ? feed : { priceAccount: address(feed.priceAccount) },
      allocation: { minBps: 0, maxBps: 10_000, bandAbsBps, bandRelBps, targetBps, ...given },
    })),
    vaultId: file.vaultId,
    guardian: address(file.guardian),
    manager: file.manager === undefined ? null : address(file.manager),
    forecaster: null,
    feeRecipient: null,
    pools: file.pools.map((pool) => address(pool)),
    configuration: {
      ...preset,
      strategy: { ...preset.strategy, movement: { safe_asset: file.assets.length - 1 } },
      ...changed,
    },
  };
}

describe('the file of a draft', () => {
  it('has the cash last, targets in basis points, roles that are there, and nothing the profile has', () => {
    expect(fileOf(draft())).toEqual({
      profile: 'conservative',
      assets: [
        { name: 'BTC', mint: BTC, feed: { feedId: 'ab'.repeat(32) }, targetBps: 6_000 },
        { name: 'USDC', mint: USDC, feed: { priceAccount: POOL }, targetBps: 4_000 },
      ],
      vaultId: 7n,
      guardian: GUARDIAN,
      manager: POOL,
      pools: [POOL],
      overrides: {},
    });
  });

  it('has changed parameters in their tables, and shocks', () => {
    const changed = withOverride(withOverride(draft(), 'limits.max_trade_bps', '3%'), 'gate.risk_aversion_e2', '9');
    const file = fileOf({ ...changed, shocks: [{ BTC: -1_595 }] });
    expect(file?.overrides).toEqual({
      limits: { max_trade_bps: 300 },
      gate: { risk_aversion_e2: 900 },
      stress: { shocks: [{ BTC: -1_595 }] },
    });
    expect(fileOf(withOverride(changed, 'limits.max_trade_bps', undefined))?.overrides).not.toHaveProperty('limits');
  });

  it('is there only where nothing is missing that it needs', () => {
    const complete = draft();
    const withRoles = (roles: Partial<Draft['roles']>) => ({ ...complete, roles: { ...complete.roles, ...roles } });
    expect(fileOf(withTargets(complete, ['', '40']))).toBeUndefined();
    expect(fileOf({ ...complete, assets: [] })).toBeUndefined();
    expect(fileOf({ ...complete, vaultId: 'one' })).toBeUndefined();
    expect(fileOf({ ...complete, vaultId: '' })?.vaultId).toBe(0n);
    expect(fileOf(withRoles({ guardian: ' x ' }))?.guardian).toBe('x');
    expect(fileOf(withOverride(complete, 'limits.timelock_secs', 'long'))).toBeUndefined();
    expect(backtestFileOf(withRoles({ guardian: '' }))?.assets).toHaveLength(2);
    expect(backtestFileOf(withTargets(complete, ['x', '40']))).toBeUndefined();
  });
});

describe('the draft of a file', () => {
  it('is the one that the file was written from', () => {
    const wanted = draft();
    wanted.roles.manager = POOL;
    wanted.assets[0] = { ...wanted.assets[0]!, bandAbs: '1.25', max: '70' };
    expect(draftOf(read(wanted), PROFILES)).toEqual(wanted);
  });

  it('is on the profile with the fewest differences, and has the others as changes', () => {
    const limits = { max_trade_bps: 300, min_trade_usd: 5_000_000n };
    const found = draftOf(read(draft(), { limits }), PROFILES);
    expect(found.profile).toBe('conservative');
    expect(found.overrides).toEqual({ 'limits.max_trade_bps': '3', 'limits.min_trade_usd': '5' });
  });

  it('has the shocks by name, up to the first that is none', () => {
    const stress = {
      max_loss_bps: 4_000,
      shocks: [{ moves_bps: [-1_595, 0] }, { moves_bps: [0, -200] }, { moves_bps: [0, 0] }],
    };
    const found = draftOf(read(draft(), { stress }), PROFILES);
    expect(found.shocks).toEqual([{ BTC: -1_595 }, { USDC: -200 }]);
    expect(found.overrides).toEqual({ 'stress.max_loss_bps': '40' });
  });
});
