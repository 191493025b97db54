/**
 * Between a draft and a vault file. The rules write and read files; here is what they write from, and what becomes of what they read.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type {
  AllocationParameters,
  Configuration,
  Parameter,
  Profile,
  ProfileConfiguration,
  VaultDraft,
  VaultFileSummary,
} from '../../rules/types.js';
import { type Draft, type DraftAsset, EMPTY_DRAFT } from './draft.js';
import { parameterValues, profileGroups } from './parameters/catalogue.js';
import { formatValue, parseValue, unitOf } from './parameters/unit.js';
import { formatPercentBps, parsePercentBps, WHOLE_BPS } from './targets.js';

/** The profiles' parameters. */
export type Profiles = Record<Profile, ProfileConfiguration>;

/** The backtester has no use for roles: its files have this address where a draft has none yet. */
const NOBODY = '11111111111111111111111111111111';
/** Numbers beyond it are not exact in JSON. */
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** What the vault file is written from; `undefined` while a weight or another number is none. What else is wrong, the rules tell. */
export function fileOf(draft: Draft): VaultDraft | undefined {
  const { guardian, ...others } = draft.roles;
  const { manager, forecaster, feeRecipient } = others;
  const given = Object.entries({ manager, forecaster, feeRecipient }).filter(([, holder]) => holder.trim() !== '');
  if (!/^\d*$/.test(draft.vaultId)) {
    return undefined;
  }
  return withSettings(draft, {
    vaultId: BigInt(draft.vaultId),
    guardian: guardian.trim(),
    ...Object.fromEntries(given.map(([role, holder]) => [role, holder.trim()])),
    pools: draft.pools,
  });
}

/** The same for the backtester, to whom roles and pools are nothing; `undefined` while the draft lacks a weight. */
export function backtestFileOf(draft: Draft): VaultDraft | undefined {
  return withSettings(draft, { vaultId: 0n, guardian: NOBODY, pools: [] });
}

/** The draft that a file describes: on the profile with which it has most in common. */
export function draftOf(summary: VaultFileSummary, profiles: Profiles): Draft {
  const profile = nearestProfile(summary, profiles);
  const overrides = differences(summary.configuration, profiles[profile], summary.assets.length);
  const role = (holder: Address | null) => holder ?? '';
  return {
    ...EMPTY_DRAFT,
    profile,
    overrides: Object.fromEntries(overrides.map(([path, value]) => [path, formatValue(unitOf(path), value)])),
    assets: summary.assets.map(({ name, mint, feed, allocation }) => ({
      symbol: name,
      mint,
      feed,
      ...allocationTexts(allocation, profiles[profile]),
    })),
    shocks: shocks(summary),
    roles: {
      guardian: summary.guardian,
      isOwnGuardian: false,
      manager: role(summary.manager),
      forecaster: role(summary.forecaster),
      feeRecipient: role(summary.feeRecipient),
    },
    vaultId: summary.vaultId.toString(),
    pools: summary.pools,
  };
}

/** Parameters that differ from the profile's, by path. */
export function differences(
  configuration: Configuration,
  profile: Configuration,
  assetCount: number,
): [path: string, value: bigint][] {
  const before = new Map(
    profileGroups(profile, assetCount).flatMap(({ parameters }) => parameters.map(({ path, value }) => [path, value])),
  );
  return [...parameterValues(configuration)].filter(([path, value]) => before.get(path) !== value);
}

function withSettings(draft: Draft, deployment: Omit<VaultDraft, 'profile' | 'assets'>): VaultDraft | undefined {
  const assets = draft.assets.map(fileAsset);
  const complete = assets.filter((asset) => asset !== undefined);
  const overrides = overrideTables(draft);
  if (complete.length < assets.length || complete.length === 0 || overrides === undefined) {
    return undefined;
  }
  return { profile: draft.profile, assets: complete, ...deployment, overrides };
}

function fileAsset({ symbol, mint, feed, ...texts }: DraftAsset): VaultDraft['assets'][number] | undefined {
  const targetBps = parsePercentBps(texts.target);
  const { min, max, bandAbs, bandRel } = texts;
  const given = Object.entries({ minBps: min, maxBps: max, bandAbsBps: bandAbs, bandRelBps: bandRel })
    .filter(([, text]) => text.trim() !== '')
    .map(([field, text]) => [field, parsePercentBps(text)] as const);
  if (targetBps === undefined || given.some(([, bps]) => bps === undefined)) {
    return undefined;
  }
  return { name: symbol, mint, feed, targetBps, ...Object.fromEntries(given) };
}

function overrideTables({ overrides, shocks: moves }: Draft): Record<string, Parameter> | undefined {
  const tables: Record<string, Record<string, Parameter>> = {};
  for (const [path, text] of Object.entries(overrides)) {
    const [table = '', name = ''] = path.split('.');
    const value = parseValue(unitOf(path), text);
    if (value === undefined) {
      return undefined;
    }
    tables[table] = { ...tables[table], [name]: value > MOST_EXACT ? value : Number(value) };
  }
  return moves.length === 0 ? tables : { ...tables, stress: { ...tables.stress, shocks: moves } };
}

function nearestProfile(summary: VaultFileSummary, profiles: Profiles): Profile {
  const distance = (profile: Profile) => {
    const preset = profiles[profile];
    const otherBands = summary.assets.filter(
      ({ allocation }) => allocation.bandAbsBps !== preset.bandAbsBps || allocation.bandRelBps !== preset.bandRelBps,
    );
    return differences(summary.configuration, preset, summary.assets.length).length + otherBands.length;
  };
  const names = Object.keys(profiles) as Profile[];
  return names.reduce((nearest, profile) => (distance(profile) < distance(nearest) ? profile : nearest), 'balanced');
}

function allocationTexts(allocation: AllocationParameters, profile: ProfileConfiguration) {
  const unless = (usual: number, bps: number) => (bps === usual ? '' : formatPercentBps(bps));
  return {
    target: formatPercentBps(allocation.targetBps),
    min: unless(0, allocation.minBps),
    max: unless(WHOLE_BPS, allocation.maxBps),
    bandAbs: unless(profile.bandAbsBps, allocation.bandAbsBps),
    bandRel: unless(profile.bandRelBps, allocation.bandRelBps),
  };
}

/** The core's shocks are rows of moves by place; those from the first row of zeros on are none. */
function shocks({ assets, configuration }: VaultFileSummary): Record<string, number>[] {
  const rows = (configuration.stress.shocks ?? []) as { moves_bps: number[] }[];
  const moves = rows.map(({ moves_bps }) =>
    Object.fromEntries(
      assets.map(({ name }, place) => [name, moves_bps[place] ?? 0]).filter(([, moved]) => moved !== 0),
    ),
  );
  const end = moves.findIndex((shock) => Object.keys(shock).length === 0);
  return end === -1 ? moves : moves.slice(0, end);
}
