import type { ReadyVault } from '../../chain/index.js';
import type { Tokens } from './history/words.js';

/** What amounts of a vault are of. */
export function tokensOf({ names, figures }: Pick<ReadyVault, 'names' | 'figures'>): Tokens {
  return { names, decimals: figures.assets.map(({ decimals }) => decimals), shareDecimals: figures.shareDecimals };
}
