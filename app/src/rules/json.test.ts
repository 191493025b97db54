import { describe, expect, it } from 'vitest';
import { fromJson, toJson } from './json.js';

describe('JSON of the rules', () => {
  it('carries integers of any size', () => {
    const values = { small: 1, large: 2n ** 64n - 1n, negative: [-(2n ** 63n)], text: '1', nothing: null };
    expect(toJson(values)).toContain('{"$":"18446744073709551615"}');
    expect(fromJson(toJson(values))).toEqual(values);
  });

  it('leaves out what is undefined', () => {
    expect(toJson({ firstDeposit: undefined })).toBe('{}');
  });
});
