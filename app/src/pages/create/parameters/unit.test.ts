import { describe, expect, it } from 'vitest';
import { formatValue, formatWithSign, parseValue, unitOf, type Unit } from './unit.js';

describe('units', () => {
  it('are what the names end in', () => {
    const names = [
      'limits.max_trade_bps',
      'limits.max_ramp_bps_per_day',
      'gate.horizon_secs',
      'limits.min_trade_usd',
      'limits.crank_reward_lamports',
      'gate.risk_aversion_e2',
      'breakers.hard_mask',
    ];
    expect(names.map(unitOf)).toEqual(['bps', 'bps', 'secs', 'micro-dollars', 'lamports', 'hundredths', 'number']);
  });

  it('are read exactly', () => {
    const cases: [Unit, string, bigint | undefined][] = [
      ['bps', '2.5', 250n],
      ['bps', '2.50 %', 250n],
      ['bps', '1000%', 100_000n],
      ['bps', '0.001', undefined],
      ['bps', '-1', undefined],
      ['secs', '72h', 259_200n],
      ['secs', '15 m', 900n],
      ['secs', '90', undefined],
      ['secs', '1.5h', undefined],
      ['micro-dollars', '0.01', 10_000n],
      ['micro-dollars', '1000000 USD', 1_000_000_000_000n],
      ['lamports', '0.000005', 5_000n],
      ['hundredths', '2', 200n],
      ['number', '24', 24n],
      ['number', '2.5', undefined],
      ['number', '', undefined],
    ];
    for (const [unit, text, expected] of cases) {
      expect(parseValue(unit, text), `${unit} ${text}`).toBe(expected);
    }
  });

  it('come back as they were, in the largest unit that divides them', () => {
    const units: Unit[] = ['bps', 'secs', 'micro-dollars', 'lamports', 'hundredths', 'number'];
    for (const unit of units) {
      for (const value of [0n, 1n, 59n, 100n, 5_400n, 86_400n, 123_456_789n, 10n ** 18n]) {
        expect(parseValue(unit, formatValue(unit, value)), `${unit} ${value}`).toBe(value);
      }
    }
    expect([259_200n, 5_400n, 0n].map((secs) => formatValue('secs', secs))).toEqual(['3d', '90m', '0s']);
    expect(formatWithSign('bps', 250n)).toBe('2.5 %');
  });
});
