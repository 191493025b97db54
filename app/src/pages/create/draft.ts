/**
 * The vault that somebody is about to create: what was entered so far, as it was entered. Holds public things only, so that it may be
 * kept in the browser's storage.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { Feed, Profile } from '../../rules/types.js';
import { equalTargets } from './targets.js';

/** Steps of the wizard, in order. */
export const STEPS = ['assets', 'targets', 'strategy', 'roles', 'routes', 'review', 'create'] as const;

/** A step of the wizard. */
export type Step = (typeof STEPS)[number];

/** The name by which the backtester knows its cash, whose price is always one dollar. A basket that has it lists it last. */
export const CASH = 'USDC';

/** An asset of the basket. Percentages are as typed; empty bounds and bands are left to the profile. */
export type DraftAsset = {
  /** Capital letters and digits: what vault files call it. */
  symbol: string;
  mint: Address;
  feed: Feed;
  target: string;
  min: string;
  max: string;
  bandAbs: string;
  bandRel: string;
};

/** Addresses as typed; empty for nobody. */
export type DraftRoles = {
  guardian: string;
  /** Whether the admin may be the guardian, too. */
  isOwnGuardian: boolean;
  manager: string;
  forecaster: string;
  feeRecipient: string;
};

/** A vault to be. */
export type Draft = {
  assets: DraftAsset[];
  profile: Profile;
  /** Parameters by path, such as `limits.max_trade_bps`, where they are not the profile's; as typed, in the notation of their unit. */
  overrides: Record<string, string>;
  /** Sudden moves to test trades with: moves in basis points by the asset's symbol. */
  shocks: Record<string, number>[];
  roles: DraftRoles;
  /** The creator's number for the vault, in digits; empty for the first free one. */
  vaultId: string;
  pools: Address[];
};

/** A draft with nothing in it. */
export const EMPTY_DRAFT: Draft = {
  assets: [],
  profile: 'balanced',
  overrides: {},
  shocks: [],
  roles: { guardian: '', isOwnGuardian: false, manager: '', forecaster: '', feeRecipient: '' },
  vaultId: '',
  pools: [],
};

/** What an asset is before anybody gives it a weight. */
export type NewAsset = Pick<DraftAsset, 'symbol' | 'mint' | 'feed'>;

/** The draft with one asset more, before the cash if there is any. Targets become equal ones. */
export function withAsset(draft: Draft, asset: NewAsset): Draft {
  const added: DraftAsset = { ...asset, target: '', min: '', max: '', bandAbs: '', bandRel: '' };
  return withEqualTargets({ ...draft, assets: cashLast([...draft.assets, added]) });
}

/** The draft without this asset, and without its part in shocks. Targets become equal ones. */
export function withoutAsset(draft: Draft, mint: Address): Draft {
  const removed = draft.assets.find((asset) => asset.mint === mint)?.symbol;
  const without = (shock: Record<string, number>) =>
    Object.fromEntries(Object.entries(shock).filter(([symbol]) => symbol !== removed));
  const shocks = draft.shocks.map(without).filter((shock) => Object.keys(shock).length > 0);
  return withEqualTargets({ ...draft, assets: draft.assets.filter((asset) => asset.mint !== mint), shocks });
}

/** The draft with equal targets. */
export function withEqualTargets(draft: Draft): Draft {
  return withTargets(draft, equalTargets(draft.assets.length));
}

/** The draft with these targets, in the order of its assets. */
export function withTargets(draft: Draft, targets: readonly string[]): Draft {
  return {
    ...draft,
    assets: draft.assets.map((asset, index) => ({ ...asset, target: targets[index] ?? asset.target })),
  };
}

/** The draft with some fields of an asset replaced. */
export function withAssetFields(draft: Draft, mint: Address, fields: Partial<DraftAsset>): Draft {
  return { ...draft, assets: draft.assets.map((asset) => (asset.mint === mint ? { ...asset, ...fields } : asset)) };
}

/** The draft with this parameter as typed; `undefined` leaves it to the profile. */
export function withOverride(draft: Draft, path: string, text: string | undefined): Draft {
  const { [path]: _, ...others } = draft.overrides;
  return { ...draft, overrides: text === undefined ? others : { ...others, [path]: text } };
}

/** The draft with these fields of its roles replaced. */
export function withRoles(draft: Draft, roles: Partial<DraftRoles>): Draft {
  return { ...draft, roles: { ...draft.roles, ...roles } };
}

function cashLast(assets: readonly DraftAsset[]): DraftAsset[] {
  const isCash = ({ symbol }: DraftAsset) => symbol === CASH;
  return [...assets.filter((asset) => !isCash(asset)), ...assets.filter(isCash)];
}
