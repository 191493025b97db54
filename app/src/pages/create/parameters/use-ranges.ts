import { useQuery } from '@tanstack/react-query';
import type { Rules } from '../../../rules/types.js';
import type { Draft } from '../draft.js';
import { backtestFileOf } from '../file.js';
import type { ParameterValue } from './catalogue.js';
import { findRanges, type Ranges } from './range.js';

const NO_RANGES: Ranges = new Map();

/** What is allowed for these parameters while all others are the profile's; nothing until it is found. */
export function useRanges(draft: Draft, rules: Rules, parameters: readonly ParameterValue[]): Ranges {
  const paths = parameters.map(({ path }) => path);
  const file = backtestFileOf({ ...draft, overrides: {}, shocks: [] });
  const { data } = useQuery({
    queryKey: ['ranges', draft.profile, draft.assets.length, paths],
    queryFn: () => findRanges(rules, file === undefined ? '' : rules.writeVaultFile(file).toml, paths),
    enabled: file !== undefined,
  });
  return data ?? NO_RANGES;
}
