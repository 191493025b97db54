import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readShocks, shocksFor, suggestedLimitBps, worstLossBps } from './shocks.js';

const bundled = readShocks(readFileSync(new URL('../../../../data/stress.toml', import.meta.url), 'utf8'));

describe('the worst days', () => {
  it('are those of the bundled file, none milder than nothing', () => {
    expect(bundled).toHaveLength(8);
    expect(bundled[0]).toEqual({ BTC: -1_595, ETH: -3_349, SOL: -3_999 });
    expect(bundled.flatMap((shock) => Object.values(shock)).every((move) => move < 0)).toBe(true);
  });

  it('are under the names of the vault, without what it does not hold', () => {
    const [first] = shocksFor(
      bundled,
      new Map([
        ['WBTC', 'BTC'],
        ['USDC', 'USDC'],
      ]),
    );
    expect(first).toEqual({ WBTC: -1_595 });
    expect(shocksFor(bundled, new Map([['USDC', 'USDC']]))).toEqual([]);
  });

  it('cost a basket what its weights lose', () => {
    expect(
      worstLossBps(
        [{ BTC: -1_000 }, { BTC: -2_000, SOL: 500 }],
        new Map([
          ['BTC', 6_000],
          ['SOL', 2_000],
        ]),
      ),
    ).toBe(1_100);
    expect(worstLossBps([{ BTC: 1_000 }], new Map([['BTC', 10_000]]))).toBe(0);
    expect([2_235, 1_000, 9_900].map(suggestedLimitBps)).toEqual([2_500, 1_100, 10_000]);
  });
});
