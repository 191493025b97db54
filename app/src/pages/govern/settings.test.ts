import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../rules/governance.js';
import {
  boundsText,
  formatSetting,
  inOrder,
  isLooser,
  parseSecs,
  readLine,
  readSetting,
  settingLabel,
  settingText,
  unitOf,
} from './settings.js';

const TRADE: Bounds = { name: 'max_trade_bps', value: 500n, least: 1n, most: 2_500n, tightens: 'down' };
const TIMELOCK: Bounds = { name: 'timelock_secs', value: 172_800n, least: 86_400n, most: 2_592_000n, tightens: 'up' };
const ENTRY: Bounds = { name: 'entry_fee_bps', value: 25n, least: 0n, most: 200n, tightens: 'never' };
const HARD: Bounds = { name: 'hard_mask', value: 24n, least: 0n, most: 127n, tightens: 'up' };

describe('settings', () => {
  it('have units by their names', () => {
    expect(
      ['max_ramp_bps_per_day', 'timelock_secs', 'min_trade_usd', 'max_daily_crank_lamports', 'hard_mask'].map(unitOf),
    ).toEqual(['bps', 'secs', 'usd', 'lamports', 'breakers']);
  });

  it('are written for people', () => {
    expect(formatSetting('max_trade_bps', 500n)).toBe('5.00%');
    expect(
      ['timelock_secs', 'min_interval_secs', 'max_price_age_secs'].map((name) => formatSetting(name, 5_400n)),
    ).toEqual(['90 min', '90 min', '90 min']);
    expect(formatSetting('timelock_secs', 172_800n)).toBe('2 d');
    expect(formatSetting('timelock_secs', 0n)).toBe('0 s');
    expect(formatSetting('min_trade_usd', 1_000_000n)).toBe('$1.00');
    expect(formatSetting('crank_reward_lamports', 5_000_000n)).toBe('0.005 SOL');
    expect(formatSetting('min_trade_usd', 1_004_000n)).toBe('$1.004');
    expect(formatSetting('hard_mask', 0n)).toBe('none');
    expect(formatSetting('hard_mask', 1n)).not.toBe(formatSetting('hard_mask', 2n));
    expect(formatSetting('hard_mask', 127n).split(', ')).toHaveLength(7);
    expect(boundsText(TRADE)).toBe('0.01% to 25.00%');
    expect(settingLabel('a_new_one')).toBe('a_new_one');
  });

  it('come in the order of their words', () => {
    const unknown: Bounds = { ...TRADE, name: 'a_new_one' };
    expect(inOrder([unknown, HARD, TIMELOCK, TRADE]).map(({ name }) => name)).toEqual([
      'max_trade_bps',
      'timelock_secs',
      'hard_mask',
      'a_new_one',
    ]);
  });

  it('are read exactly', () => {
    expect(readSetting(TRADE, '')).toEqual({ kind: 'same' });
    expect(readSetting(TRADE, '5')).toEqual({ kind: 'same' });
    expect(readSetting(TRADE, ' 3% ')).toEqual({ kind: 'changed', value: 300n });
    expect(readSetting(TRADE, '0.01')).toEqual({ kind: 'changed', value: 1n });
    expect(readSetting(TIMELOCK, '72h')).toEqual({ kind: 'changed', value: 259_200n });
    expect(settingText('timelock_secs', 259_200n)).toBe('timelock_secs=259200');
    const usd: Bounds = { name: 'min_trade_usd', value: 0n, least: 10_000n, most: 1_000_000_000_000n, tightens: 'up' };
    expect(readSetting(usd, '$2.5')).toEqual({ kind: 'changed', value: 2_500_000n });
    const sol: Bounds = { name: 'crank_reward_lamports', value: 0n, least: 0n, most: 10_000_000n, tightens: 'down' };
    expect(readSetting(sol, '0.005')).toEqual({ kind: 'changed', value: 5_000_000n });
  });

  it('say what is wrong with a value', () => {
    const message = (bounds: Bounds, text: string) => {
      const typed = readSetting(bounds, text);
      return typed.kind === 'error' ? typed.message : typed;
    };
    expect(message(TRADE, '30')).toBe('It may be 0.01% to 25.00%.');
    expect(message(TRADE, '0')).toBe('It may be 0.01% to 25.00%.');
    expect(message(TRADE, '0.001')).toBe('Write at most 2 decimals.');
    expect(message(TIMELOCK, '48')).toMatch(/^Write a whole number and its unit/);
    expect(message(TIMELOCK, '1h')).toBe('It may be 1 d to 30 d.');
    expect(parseSecs('1.5h')).toMatch(/^Write a whole number/);
  });

  it('tighten in one direction, or never', () => {
    expect([300n, 500n, 600n].map((next) => isLooser(TRADE, next))).toEqual([false, false, true]);
    expect([86_400n, 172_800n, 259_200n].map((next) => isLooser(TIMELOCK, next))).toEqual([true, false, false]);
    expect([24n, 25n, 26n].map((next) => isLooser(ENTRY, next))).toEqual([true, false, true]);
    expect(isLooser(HARD, 127n)).toBeUndefined();
  });

  it('are recognised in descriptions of changes', () => {
    expect(readLine('max_trade_bps 500 -> 300')).toEqual({ label: 'Largest trade', before: '5.00%', after: '3.00%' });
    expect(readLine('manager nobody -> 7xKX')).toEqual({ text: 'manager nobody -> 7xKX' });
    expect(readLine('gate.horizon_secs 1 -> 2')).toEqual({ text: 'gate.horizon_secs 1 -> 2' });
  });
});
