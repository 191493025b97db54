import { BREAKERS } from '@ballast/client';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../rules/governance.js';
import { breakerName, formatMeasure, limitText, subjectOf, usedPart, watches } from './evidence.js';

const JUMP: Evidence = {
  breaker: 1,
  isHard: false,
  asset: 0,
  route: null,
  days: null,
  measured: 750n,
  limit: 1_500n,
  isMet: false,
};

describe('evidence', () => {
  it('has a name for every breaker of the program', () => {
    const names = Object.keys(BREAKERS).map((number) => breakerName(Number(number)));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.startsWith('Breaker'))).toEqual([]);
    expect(breakerName(99)).toBe('Breaker 99');
  });

  it('is told in its unit', () => {
    expect(formatMeasure(1, 1_501n)).toBe('15.01%');
    expect(formatMeasure(7, 1_501_000_000n)).toBe('$1,501.00');
    expect(formatMeasure(6, 2n ** 64n - 1n)).toBe('beyond measure');
    expect(limitText(JUMP)).toBe('at most 15.00%');
    expect(limitText({ breaker: 7, limit: 1_000_000n })).toBe('at least $1.00');
    expect(limitText({ breaker: 7, limit: 0n })).toBe('off');
  });

  it('uses up a part of its limit', () => {
    const used = (part: Partial<Evidence>) => usedPart({ ...JUMP, ...part });
    expect(used({})).toBe(0.5);
    expect(used({ measured: 1_500n })).toBe(1);
    expect(used({ measured: 9_000n })).toBe(1);
    expect(used({ measured: null })).toBeNull();
    expect(used({ breaker: 7, measured: 4_000n, limit: 1_000n })).toBe(0.25);
    expect(used({ breaker: 7, measured: 4_000n, limit: 0n })).toBeNull();
    expect(used({ breaker: 7, measured: 0n, limit: 1_000n })).toBe(1);
  });

  it('names what is measured', () => {
    const subject = (part: Partial<Evidence>) => subjectOf({ ...JUMP, ...part }, ['BTC'], () => 'BTC/USDC');
    expect(subject({})).toBe('BTC');
    expect(subject({ asset: null, days: 7 })).toBe('high of 7 days');
    expect(subject({ asset: null, route: 'r' as Evidence['route'] })).toBe('BTC/USDC');
  });

  it('is gathered by breaker, the gravest first', () => {
    const met = { ...JUMP, asset: 2, measured: 1_501n, isMet: true };
    const stale = { ...JUMP, asset: 1, measured: null };
    const drawdown = { ...JUMP, breaker: 4, isHard: true, asset: null, days: 1 };
    const found = watches([drawdown, JUMP, stale, met]);
    expect(found.map(({ breaker, isHard, isMet }) => [breaker, isHard, isMet])).toEqual([
      [1, false, true],
      [4, true, false],
    ]);
    expect(found[0]?.evidence.map(({ asset }) => asset)).toEqual([2, 0, 1]);
  });
});
