import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evidence, PROFILES } from './profiles.js';

const study = readFileSync(new URL('../../../../docs/profiles.md', import.meta.url), 'utf8');

describe('the evidence', () => {
  it('is in the study for every profile, and falls and rises as profiles do', () => {
    const found = PROFILES.map((profile) => evidence(study, profile));
    const errors = found.map((one) => one?.trackingErrorPercent.most ?? Number.NaN);
    const costs = found.map((one) => one?.costBps.most ?? Number.NaN);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    expect([...errors, ...costs].every(Number.isFinite)).toBe(true);
  });

  it('goes from the least to the most of all markets and samples', () => {
    const rows = [
      'pools       sample  profile       tracking error    cost/y  threshold  saved   calendar  saved       edge  saved',
      'within fee  in      balanced             1.939 %  53.0 bps  114.5 bps   54 %  200.9 bps   74 %   83.4 bps   36 %',
      'at market   out     balanced             1.985 %  18.2 bps   35.4 bps   -8 %   81.3 bps   78 %   17.1 bps   -7 %',
    ].join('\n');
    expect(evidence(rows, 'balanced')).toEqual({
      trackingErrorPercent: { least: 1.939, most: 1.985 },
      costBps: { least: 18.2, most: 53 },
      savedPercent: { least: -8, most: 54 },
    });
    expect(evidence(rows, 'aggressive')).toBeUndefined();
  });
});
