import type { Asset } from '@ballast/client';
import type { Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { blockers, openReserves } from './closing.js';
import { NOBODY } from './roles.js';

const VAULT = {
  names: ['BTC', 'USDC'],
  assets: [
    { owed: 0n, decimals: 8 },
    { owed: 0n, decimals: 6 },
  ],
};

describe('closing a vault', () => {
  it('waits for everybody', () => {
    expect(blockers(VAULT, 0n, 0n)).toEqual([]);
    expect(blockers(VAULT, 1_500_000n, 0n)).toEqual(['Holders still have 1.5 shares: they have to redeem them.']);
    expect(blockers(VAULT, 0n, 1n)).toEqual([
      'Management fees have accrued: collect them, and let their recipient redeem.',
    ]);
    const owing = { ...VAULT, assets: [VAULT.assets[0]!, { owed: 2_000_000n, decimals: 6 }] };
    expect(blockers(owing, 0n, 0n)).toEqual(['Claims of 2 USDC are not paid yet.']);
  });

  it('goes reserve by reserve', () => {
    const asset = (reserve: string) => ({ reserve: reserve as Address }) as Asset;
    const assets = ['a', NOBODY, 'c', NOBODY].map(asset);
    expect(openReserves({ assets, assetCount: 3 })).toEqual([0, 2]);
  });
});
