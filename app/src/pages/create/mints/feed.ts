/**
 * Where an asset's price is published.
 *
 * @module
 */

import { address as programs, type ClusterRpc } from '@ballast/client';
import { address, getBase16Encoder, isAddress, type Address } from '@solana/kit';
import type { Feed } from '../../../rules/types.js';

/** How a price is published, as people choose it. */
export type FeedKind = 'feedId' | 'priceAccount';

/** What the chain has of a feed. */
export type FeedAccount =
  /** Nobody publishes it here, at least not where keepers look. */
  | { kind: 'missing'; account: Address }
  /** The account belongs to another program than that which publishes such prices. */
  | { kind: 'other'; account: Address; owner: Address }
  | { kind: 'published'; account: Address };

/** Reads what was typed; `undefined` where it is neither 64 hexadecimal digits (0x before them or not), nor an address. */
export function parseFeed(kind: FeedKind, text: string): Feed | undefined {
  const trimmed = text.trim();
  if (kind === 'priceAccount') {
    return isAddress(trimmed) ? { priceAccount: address(trimmed) } : undefined;
  }
  const digits = trimmed.replace(/^0x/i, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? { feedId: digits } : undefined;
}

/** Looks for the account that publishes a feed: for a pull feed, the one that Pyth's sponsors keep up to date. */
export async function fetchFeed(rpc: ClusterRpc, feed: Feed): Promise<FeedAccount> {
  const isPull = 'feedId' in feed;
  const account = isPull
    ? await programs.sponsoredFeed(getBase16Encoder().encode(feed.feedId.replace(/^0x/i, '')))
    : feed.priceAccount;
  const { value } = await rpc.getAccountInfo(account, { commitment: 'confirmed', encoding: 'base64' }).send();
  if (value === null) {
    return { kind: 'missing', account };
  }
  const publisher = isPull ? programs.PULL_ORACLE : programs.PUSH_ORACLE;
  return value.owner === publisher ? { kind: 'published', account } : { kind: 'other', account, owner: value.owner };
}
