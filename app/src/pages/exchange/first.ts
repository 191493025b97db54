/**
 * The amounts of a first deposit while they are typed: those that are not follow one that is, at the vault's targets.
 *
 * @module
 */

import { parseAmount } from '../../format/index.js';
import type { BasketAsset } from './basket.js';
import { atTargets, valueOf } from './proportion.js';

/** What is typed: amounts by the assets' places, and the shares to create. */
export type FirstForm = { typed: Readonly<Record<number, string>>; shares: string };

/** Nothing yet. */
export const EMPTY_FIRST: FirstForm = { typed: {}, shares: '' };

/** The form with this text for an asset; one without text follows the others again. */
export function withTyped(form: FirstForm, asset: number, text: string): FirstForm {
  const { [asset]: _, ...others } = form.typed;
  return { ...form, typed: text === '' ? others : { ...others, [asset]: text } };
}

/** Raw units of each asset, by its place: as typed, or following the first one in the vault's order that is; `undefined` where neither what is typed nor a price tells. */
export function followed(basket: readonly BasketAsset[], { typed }: FirstForm): Map<number, bigint | undefined> {
  const own = new Map(basket.map((asset) => [asset.index, read(asset, typed[asset.index])]));
  const lead = basket.find(({ index }) => own.get(index) !== undefined);
  const valueUsd = lead && valueOf(lead, own.get(lead.index)!);
  const others = valueUsd === undefined ? undefined : atTargets(basket, valueUsd);
  return new Map(basket.map(({ index }) => [index, typed[index] === undefined ? others?.get(index) : own.get(index)]));
}

/** The most that can be deposited at the targets: the asset that is scarcest, and all of it. `undefined` where something has no price. */
export function maxFirst(
  basket: readonly BasketAsset[],
  has: (asset: BasketAsset) => bigint,
): { lead: BasketAsset; amount: bigint } | undefined {
  const needed = basket.filter(({ targetE8 }) => targetE8 > 0);
  const values = needed.map((lead) => ({ lead, valueUsd: valueOf(lead, has(lead)) }));
  if (values.some(({ valueUsd }) => valueUsd === undefined)) {
    return undefined;
  }
  const [scarcest] = values.sort((one, other) => (one.valueUsd! < other.valueUsd! ? -1 : 1));
  return scarcest && { lead: scarcest.lead, amount: has(scarcest.lead) };
}

function read({ decimals }: BasketAsset, text: string | undefined): bigint | undefined {
  const parsed = text === undefined ? undefined : parseAmount(text, decimals);
  return parsed?.kind === 'amount' ? parsed.amount : undefined;
}
