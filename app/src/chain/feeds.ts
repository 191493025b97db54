/**
 * Whether a vault prices its tokens by what the configuration knows of them. Whoever creates a vault chooses its feeds, and a known
 * token at another token's price would look as valuable as that.
 *
 * @module
 */

import { AssetStatus, OracleKind, type Asset } from '@ballast/client';
import { getBase16Decoder } from '@solana/kit';
import type { TokenConfig } from '../config.js';

/**
 * The places of those assets whose price is another one than the configuration's of the same token. Tokens of which it knows no price
 * are not judged.
 */
export function foreignFeeds(
  assets: readonly Pick<Asset, 'mint' | 'oracle' | 'feed' | 'status'>[],
  tokens: readonly Pick<TokenConfig, 'mint' | 'feedId'>[],
): number[] {
  return assets.flatMap(({ mint, oracle, feed, status }, index) => {
    const known = tokens.find((token) => token.mint === mint)?.feedId;
    const isKnown =
      oracle === OracleKind.PythPull && getBase16Decoder().decode(feed) === known?.replace(/^0x/i, '').toLowerCase();
    return known === undefined || isKnown || status === AssetStatus.Removed ? [] : [index];
  });
}
