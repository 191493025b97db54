/**
 * The prices that come with the project, for the backtester: files of the repository's `data` folder, loaded only when asked for.
 *
 * @module
 */

import type { TokenConfig } from '../../../config.js';
import { CASH, type DraftAsset } from '../draft.js';

/** Where the prices of each symbol are. */
const FILES = import.meta.glob<string>('../../../../../data/*-USD-1h-*.csv', { query: '?url', import: 'default' });
const SYMBOL = /\/([A-Z0-9]+)-USD-[^/]*$/;

/** Loaders of the addresses of the price files, by symbol. */
const LOADERS = new Map(
  Object.entries(FILES).flatMap(([path, load]) => {
    const symbol = SYMBOL.exec(path)?.[1];
    return symbol === undefined ? [] : [[symbol, load] as const];
  }),
);

/** Which bundled prices stand for each of these assets, by the asset's symbol; those that have none are left out. Cash needs none. */
export function bundledPrices(
  assets: readonly Pick<DraftAsset, 'symbol' | 'mint'>[],
  tokens: readonly Pick<TokenConfig, 'mint' | 'bundledPrices'>[],
): Map<string, string> {
  return new Map(
    assets.flatMap(({ symbol, mint }) => {
      const prices = tokens.find((token) => token.mint === mint)?.bundledPrices;
      const isKnown = prices !== undefined && (LOADERS.has(prices) || prices === CASH);
      return isKnown ? [[symbol, prices] as const] : [];
    }),
  );
}

/** Assets whose past nobody knows: without them there is no backtest. */
export function withoutPrices(
  assets: readonly Pick<DraftAsset, 'symbol' | 'mint'>[],
  tokens: readonly Pick<TokenConfig, 'mint' | 'bundledPrices'>[],
): string[] {
  const known = bundledPrices(assets, tokens);
  return assets.filter(({ symbol }) => symbol !== CASH && !known.has(symbol)).map(({ symbol }) => symbol);
}

/** The addresses of the price files that a backtest of these assets reads, by the asset's symbol. */
export async function priceFiles(known: ReadonlyMap<string, string>): Promise<Record<string, string>> {
  const files = [...known].flatMap(([symbol, prices]) => {
    const load = symbol === CASH ? undefined : LOADERS.get(prices);
    return load === undefined ? [] : [load().then((url) => [symbol, url] as const)];
  });
  return Object.fromEntries(await Promise.all(files));
}
