import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../../rules/types.js';
import { parameterGroups, parameterTitle, parameterValues, profileGroups, searchGroups } from './catalogue.js';

const CONFIGURATION: Configuration = {
  limits: { min_trade_usd: 1_000_000n, max_trade_bps: 500, max_ramp_bps_per_day: 500 },
  breakers: { hard_mask: 24 },
  stress: { max_loss_bps: 10_000, shocks: [{ moves_bps: [0, 0] }] },
  strategy: { gate: { horizon_secs: 2_592_000, max_drift_bps: 2_000 } },
  allocations: [],
};

describe('the catalogue', () => {
  const groups = parameterGroups(CONFIGURATION);

  it('has every number of a configuration under its path in a vault file', () => {
    expect(groups.map(({ table }) => table)).toEqual(['limits', 'breakers', 'stress', 'gate']);
    expect(parameterValues(CONFIGURATION)).toEqual(
      new Map([
        ['limits.min_trade_usd', 1_000_000n],
        ['limits.max_trade_bps', 500n],
        ['limits.max_ramp_bps_per_day', 500n],
        ['breakers.hard_mask', 24n],
        ['stress.max_loss_bps', 10_000n],
        ['gate.horizon_secs', 2_592_000n],
        ['gate.max_drift_bps', 2_000n],
      ]),
    );
  });

  it('takes the last asset of a basket for the safe one', () => {
    const profile = { ...CONFIGURATION, strategy: { movement: { max_change_bps: 0, safe_asset: 0 } } };
    const values = profileGroups(profile, 4).find(({ table }) => table === 'movement')?.parameters;
    expect(values?.map(({ name, value }) => [name, value])).toEqual([
      ['max_change_bps', 0n],
      ['safe_asset', 3n],
    ]);
  });

  it('is searched by all words of names and descriptions', () => {
    const words = ({ path }: { path: string }) =>
      path === 'limits.max_trade_bps' ? 'Largest trade, as a part of NAV.' : '';
    const paths = (search: string) =>
      searchGroups(groups, search, words).flatMap(({ parameters }) => parameters.map(({ path }) => path));
    expect(paths('max trade')).toEqual(['limits.max_trade_bps']);
    expect(paths('LARGEST nav')).toEqual(['limits.max_trade_bps']);
    expect(paths('gate')).toEqual(['gate.horizon_secs', 'gate.max_drift_bps']);
    expect(paths('')).toHaveLength(7);
    expect(paths('nothing of this')).toEqual([]);
  });

  it('names parameters for people', () => {
    expect(['max_trade_bps', 'max_ramp_bps_per_day', 'hard_mask', 'risk_aversion_e2'].map(parameterTitle)).toEqual([
      'Max trade',
      'Max ramp per day',
      'Hard mask',
      'Risk aversion',
    ]);
  });
});
