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
    expect(docs.get('gate.risk_aversion_e2')).toContain('Price of variance, in hundredths');
    expect([...docs.values()].some((words) => words.includes('`'))).toBe(false);
  });
});
