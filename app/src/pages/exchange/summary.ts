/**
 * What a landed transaction did, in a sentence.
 *
 * @module
 */

import type { BallastEvent, BallastEvents, Sent } from '@ballast/client';
import { formatAmount } from '../../format/index.js';
import type { Work } from '../../transaction/index.js';
import { listed } from './basket.js';

/** Decimals of every share mint. */
export const SHARE_DECIMALS = 6;

/** An asset, as sentences need it. */
export type Named = { name: string; decimals: number };

/** What a transaction of this label is called, and how what it did is told. */
export function titled(label: string, assets: readonly Named[]): Pick<Work, 'label' | 'summarize'> {
  return { label, summarize: (sent) => summaryOf(sent, assets) };
}

/** What the transaction did with the vault of these assets; `undefined` where the node kept no log of it. */
export function summaryOf({ events }: Pick<Sent, 'events'>, assets: readonly Named[]): string | undefined {
  const claimed = events.filter((event) => event.name === 'Claimed');
  if (claimed.length > 0) {
    return `Paid: ${listed(claimed.map(({ data: { asset, amount } }) => tokens(assets, asset, amount)))}.`;
  }
  return events.map((event) => exchanged(event, assets)).find((text) => text !== undefined);
}

/** Raw units of an asset with its name: `1.5 SOL`. */
export function tokens(assets: readonly Named[], asset: number, amount: bigint): string {
  const { name, decimals } = assets[asset] ?? { name: `of asset ${asset}`, decimals: 0 };
  return `${formatAmount(amount, decimals)} ${name}`;
}

/** Raw shares in words: `1 share`, `12.5 shares`. */
export function shareCount(shares: bigint): string {
  const one = 10n ** BigInt(SHARE_DECIMALS);
  return `${formatAmount(shares, SHARE_DECIMALS)} ${shares === one ? 'share' : 'shares'}`;
}

function exchanged(event: BallastEvent, assets: readonly Named[]): string | undefined {
  switch (event.name) {
    case 'SingleAssetExchange':
      return single(event.data, assets);
    case 'DepositedInKind':
      return `Deposited ${basket(event.data.amounts, assets)} for ${shareCount(event.data.shares)}.`;
    case 'RedeemedInKind':
      return inKind(event.data, assets);
    default:
      return undefined;
  }
}

function single({ isDeposit, asset, amount, shares }: BallastEvents['SingleAssetExchange'], assets: readonly Named[]) {
  const [paid, units] = [tokens(assets, asset, amount), shareCount(shares)];
  return isDeposit ? `Deposited ${paid} for ${units}.` : `Redeemed ${units} for ${paid}.`;
}

function inKind({ amounts, shares, skipMask, forfeitMask }: BallastEvents['RedeemedInKind'], assets: readonly Named[]) {
  const part = (isPart: (bit: number) => boolean) =>
    basket(
      amounts.map((amount, asset) => (isPart(1 << asset) ? amount : 0n)),
      assets,
    );
  const paid = part((bit) => (skipMask & bit) === 0);
  const claimed = part((bit) => (skipMask & ~forfeitMask & bit) !== 0);
  const claim = claimed === 'nothing' ? '' : ` The vault owes you ${claimed}.`;
  return `Redeemed ${shareCount(shares)} for ${paid}.${claim}`;
}

function basket(amounts: readonly bigint[], assets: readonly Named[]): string {
  const moved = amounts.flatMap((amount, asset) => (amount > 0n ? [tokens(assets, asset, amount)] : []));
  return moved.length === 0 ? 'nothing' : listed(moved);
}
