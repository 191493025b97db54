import { describe, expect, it } from 'vitest';
import { errorOf, readAddress, readFeedId, readPercent, readTarget, valueOf, wholeTargets } from './inputs.js';

describe('what is typed', () => {
  it('may be an address', () => {
    expect(readAddress(' ')).toEqual({ kind: 'empty' });
    expect(valueOf(readAddress(' So11111111111111111111111111111111111111112 '))).toBe(
      'So11111111111111111111111111111111111111112',
    );
    expect(errorOf(readAddress('So1'))).toMatch(/^Write an address/);
  });

  it('may be a feed', () => {
    expect(valueOf(readFeedId(`0x${'a'.repeat(64)}`))).toBe(`0x${'a'.repeat(64)}`);
    expect(errorOf(readFeedId('a'.repeat(63)))).toMatch(/64 hexadecimal digits/);
  });

  it('may be a percentage', () => {
    expect(['25', '25%', '0.01', '100'].map((text) => valueOf(readPercent(text)))).toEqual([2_500, 2_500, 1, 10_000]);
    expect(errorOf(readPercent('100.01'))).toBe('At most 100%.');
    expect(errorOf(readPercent('0.001'))).toBe('Write at most 2 decimals.');
    expect(readPercent('').kind).toBe('empty');
  });
});

describe('a target', () => {
  it('stays within its bounds', () => {
    const bounds = { minBps: 1_000, maxBps: 4_000 };
    expect(['10', '40%'].map((text) => valueOf(readTarget(text, bounds)))).toEqual([1_000, 4_000]);
    expect(['9.99', '40.01'].map((text) => errorOf(readTarget(text, bounds)))).toEqual([
      'It may be 10.00% to 40.00%.',
      'It may be 10.00% to 40.00%.',
    ]);
    expect(readTarget('', bounds).kind).toBe('empty');
  });
});

describe('whole targets', () => {
  it('sum to the whole, each within a basis point of its weight', () => {
    expect(wholeTargets([33_333_333, 33_333_333, 33_333_334])).toEqual([3_333, 3_333, 3_334]);
    expect(wholeTargets([50_000_000, 50_000_000])).toEqual([5_000, 5_000]);
    expect(wholeTargets([12_345_678, 23_456_789, 64_197_533])).toEqual([1_234, 2_346, 6_420]);
  });
});
