import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromJson } from './json.js';
import { createRules } from './rules.js';
import type { Chain } from './types.js';

const file = (name: string) => readFileSync(new URL(name, import.meta.url));
const { chain } = fromJson(file('fixture.json').toString()) as { chain: Chain };
const rules = createRules(new WebAssembly.Module(file('rules.wasm')));

describe('the rules about safeguards', () => {
  it('bound every setting about its present value', () => {
    const { limits, breakers } = rules.bounds({ vault: chain.vault });
    const { limits: presentLimits, breakers: presentBreakers } = rules.configuration({ vault: chain.vault });
    expect(limits.map(({ name }) => name).sort()).toEqual(Object.keys(presentLimits).sort());
    expect(breakers.map(({ name }) => name).sort()).toEqual(Object.keys(presentBreakers).sort());
    for (const { name, value, least, most } of [...limits, ...breakers]) {
      expect(least <= value && value <= most, name).toBe(true);
    }
    expect(limits.find(({ name }) => name === 'timelock_secs')).toMatchObject({ least: 86_400n, tightens: 'up' });
  });

  it('measure each asset, each high, the losses, and each pool', () => {
    const evidence = rules.evidence(chain);
    const of = (wanted: number) => evidence.filter(({ breaker }) => breaker === wanted);
    const { assets } = rules.figures(chain);
    expect([1, 2, 3].map((breaker) => of(breaker).length)).toEqual([assets.length, assets.length, assets.length]);
    expect(of(4).map(({ days }) => days)).toEqual([1, 7, 30]);
    expect([5, 6, 7].map((breaker) => of(breaker).length)).toEqual([1, chain.routes.length, chain.routes.length]);
    expect(of(6).map(({ route }) => route)).toEqual(chain.routes.map(({ address }) => address));
    expect(of(3)[0]).toMatchObject({ asset: 0, isMet: false, measured: expect.any(BigInt) as bigint });
  });

  it('know what a ramp starts from, and what is owed', () => {
    const { targetsE8 } = rules.baseTargets({ vault: chain.vault, now: chain.now });
    expect(targetsE8.reduce((sum, targetE8) => sum + targetE8, 0)).toBe(100_000_000);
    expect(rules.owedFees({ vault: chain.vault, now: chain.now }).shares).toBeGreaterThanOrEqual(0n);
  });
});
