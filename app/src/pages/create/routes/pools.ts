/**
 * Which pools a vault can trade on.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { PoolConfig, TokenConfig } from '../../../config.js';
import type { Draft } from '../draft.js';

/** A pool of two assets of the basket. */
export type OfferedPool = { address: Address; symbols: readonly [string, string] };

/** The configured pools both of whose tokens are in the basket, under the basket's names. */
export function offeredPools(
  { assets }: Pick<Draft, 'assets'>,
  pools: readonly PoolConfig[],
  tokens: readonly Pick<TokenConfig, 'symbol' | 'mint'>[],
): OfferedPool[] {
  const nameOf = (symbol: string) => {
    const mint = tokens.find((token) => token.symbol === symbol)?.mint;
    return assets.find((asset) => asset.mint === mint)?.symbol;
  };
  return pools.flatMap(({ address, assets: [first, second] }) => {
    const names = [nameOf(first), nameOf(second)] as const;
    return names[0] === undefined || names[1] === undefined
      ? []
      : [{ address, symbols: [names[0], names[1]] as const }];
  });
}

/**
 * Assets that no way of trades leads from to the others. `undefined` where a pool is chosen whose tokens are not known here, so that
 * nothing can be told.
 */
export function unreachable(
  { assets, pools }: Pick<Draft, 'assets' | 'pools'>,
  offered: readonly OfferedPool[],
): string[] | undefined {
  const chosen = pools.map((pool) => offered.find(({ address }) => address === pool));
  const known = chosen.filter((pool) => pool !== undefined);
  if (known.length < chosen.length) {
    return undefined;
  }
  const reached = new Set(assets.slice(-1).map(({ symbol }) => symbol));
  let before: number;
  do {
    before = reached.size;
    const next = known.filter(({ symbols }) => symbols.some((symbol) => reached.has(symbol)));
    next.flatMap(({ symbols }) => symbols).forEach((symbol) => reached.add(symbol));
  } while (reached.size > before);
  return assets.map(({ symbol }) => symbol).filter((symbol) => !reached.has(symbol));
}
