import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentation } from './documentation.js';

const idl = JSON.parse(readFileSync(new URL('../../../../../idl/ballast.json', import.meta.url), 'utf8'));

describe('the documentation', () => {
  const docs = documentation(idl);

  it('has words for every table and parameter', () => {
    const tables = ['limits', 'breakers', 'stress', 'sampling', 'gate', 'execution', 'floor', 'momentum', 'movement'];
    expect(tables.filter((table) => !docs.get(table))).toEqual([]);
    expect([...docs].filter(([, words]) => words === '')).toEqual([]);
    expect([...docs.keys()].filter((path) => path.startsWith('limits.')).length).toBeGreaterThan(15);
  });

  it("has the core's own words, without code marks", () => {
    expect(docs.get('limits.max_price_age_secs')).toBe('Oldest price that may be used.');
    expect([...docs.values()].some((words) => words.includes('`'))).toBe(false);
  });

  it('leaves out the units of the core', () => {
    expect(docs.get('limits.min_trade_usd')).toBe('Smallest trade worth making.');
    expect(docs.get('gate.risk_aversion_e2')).toMatch(/^Price of variance: /);
    expect(docs.get('sampling.winsor_e2')).toContain('in standard deviations');
    const own = [...docs].filter(([path]) => !path.startsWith('stress.'));
    expect(own.filter(([, words]) => /micro-dollars|lamports|hundredths/.test(words))).toEqual([]);
  });
});
