/**
 * What is still wrong in a draft, and on which step to mend it. The rules judge the file; here is only what they cannot see: fields
 * that are still empty, texts that are no numbers, and who would hold two roles at once.
 *
 * @module
 */

import { isAddress, type Address } from '@solana/kit';
import type { FileProblem } from '../../rules/types.js';
import type { Draft, DraftAsset, Step } from './draft.js';
import { exampleOf, formatWithSign, parseValue, unitOf } from './parameters/unit.js';
import { parsePercentBps, targetSum } from './targets.js';

/** Something to mend. */
export type DraftProblem = {
  step: Step;
  /** The field: a path of the vault file, such as `limits.max_trade_bps` or `assets.0`. */
  path: string;
  /** What is wrong, and what to do: a sentence. */
  message: string;
};

/** Parameters that are about who does what for how much; they stand on the step of the roles. */
export const ROLE_PARAMETERS: readonly string[] = [
  'limits.timelock_secs',
  'limits.change_window_secs',
  'limits.max_ramp_bps_per_day',
  'limits.entry_fee_bps',
  'limits.exit_fee_bps',
  'limits.management_fee_bps',
  'limits.crank_reward_lamports',
  'limits.max_daily_crank_lamports',
];

/** Percentages of an asset besides its target. */
const BOUNDS: readonly (readonly [field: 'min' | 'max' | 'bandAbs' | 'bandRel', name: string])[] = [
  ['min', 'least target'],
  ['max', 'largest target'],
  ['bandAbs', 'band'],
  ['bandRel', 'relative band'],
];

const OTHER_ROLES: readonly (readonly [role: 'manager' | 'forecaster' | 'feeRecipient', path: string])[] = [
  ['manager', 'deployment.manager'],
  ['forecaster', 'deployment.forecaster'],
  ['feeRecipient', 'deployment.fee_recipient'],
];

/** What the draft lacks before there is a file to judge. `admin` is who would create the vault, if that is known. */
export function missing(draft: Draft, admin: Address | null): DraftProblem[] {
  return [
    ...assetProblems(draft),
    ...targetProblems(draft),
    ...parameterProblems(draft),
    ...roleProblems(draft, admin),
  ];
}

/** What the rules say of the draft's file, by step. */
export function judged(problems: readonly FileProblem[]): DraftProblem[] {
  return problems.map(({ path, message }) => ({ step: stepOf(path), path, message: sentence(message) }));
}

/** The step on which a field of the vault file is entered. */
export function stepOf(path: string): Step {
  const [table = '', , field] = path.split('.');
  if (table === 'assets') {
    return field !== undefined && ['name', 'mint', 'feed', 'price_account'].includes(field) ? 'assets' : 'targets';
  }
  if (path === 'deployment.vault_id') {
    return 'review';
  }
  if (path === 'deployment.pools' || path.startsWith('deployment.pools.')) {
    return 'routes';
  }
  return table === 'deployment' || ROLE_PARAMETERS.includes(path) ? 'roles' : 'strategy';
}

function assetProblems({ assets }: Draft): DraftProblem[] {
  if (assets.length >= 2) {
    return [];
  }
  const message =
    assets.length === 0
      ? 'Add the assets that the vault will hold.'
      : 'Add another asset: a vault balances at least two.';
  return [{ step: 'assets', path: 'assets', message }];
}

function targetProblems({ assets }: Draft): DraftProblem[] {
  const fields = assets.flatMap((asset, index) => percentProblems(asset, `assets.${index}`));
  const sum = targetSum(assets.map(({ target }) => target));
  if (fields.length > 0 || assets.length < 2 || sum.kind !== 'off') {
    return fields;
  }
  const size = formatWithSign('bps', BigInt(Math.abs(sum.missingBps)));
  const what =
    sum.missingBps > 0 ? `${size} of the vault have no asset yet` : `the targets are ${size} more than the vault`;
  return [{ step: 'targets', path: 'assets', message: `The targets must sum to 100 % exactly: ${what}.` }];
}

function percentProblems(asset: DraftAsset, path: string): DraftProblem[] {
  const wrong = (what: string): DraftProblem => ({
    step: 'targets',
    path,
    message: `The ${what} of ${asset.symbol} must be a percentage from 0 to 100, no finer than 0.01.`,
  });
  const bounds = BOUNDS.filter(([field]) => asset[field].trim() !== '' && parsePercentBps(asset[field]) === undefined);
  const target = parsePercentBps(asset.target) === undefined ? [wrong('target')] : [];
  return [...target, ...bounds.map(([, name]) => wrong(name))];
}

function parameterProblems({ overrides }: Draft): DraftProblem[] {
  return Object.entries(overrides)
    .filter(([path, text]) => parseValue(unitOf(path), text) === undefined)
    .map(([path]) => ({ step: stepOf(path), path, message: `Write ${exampleOf(unitOf(path))}.` }));
}

function roleProblems({ roles, vaultId }: Draft, admin: Address | null): DraftProblem[] {
  const at = (path: string, message: string): DraftProblem => ({ step: 'roles', path, message });
  const found: DraftProblem[] = [];
  const guardian = roles.guardian.trim();
  if (guardian === '') {
    found.push(at('deployment.guardian', 'Name a guardian: somebody must be able to stop the vault.'));
  } else if (!isAddress(guardian)) {
    found.push(at('deployment.guardian', 'This is not an address.'));
  } else if (guardian === admin && !roles.isOwnGuardian) {
    found.push(
      at(
        'deployment.guardian',
        'The guardian is the admin: name somebody else, or confirm below that one key may hold both.',
      ),
    );
  }
  for (const [role, path] of OTHER_ROLES) {
    const holder = roles[role].trim();
    if (holder !== '' && !isAddress(holder)) {
      found.push(at(path, 'This is not an address; leave it empty for nobody.'));
    }
  }
  if (vaultId !== '' && !/^\d+$/.test(vaultId)) {
    const path = 'deployment.vault_id';
    found.push({ step: stepOf(path), path, message: 'The number of the vault must be a whole number from 0.' });
  }
  return found;
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
