import { useQuery } from '@tanstack/react-query';
import { loadRules } from '../../rules/index.js';
import type { Rules } from '../../rules/types.js';
import type { Profiles } from './file.js';

/** The rules, and the profiles as they have them. */
export type RulesResult =
  | { status: 'loading' }
  | { status: 'error'; error: string; retry: () => void }
  | { status: 'ready'; rules: Rules; profiles: Profiles };

/** Loads what the wizard decides by. */
export function useRules(): RulesResult {
  const { data, error, refetch } = useQuery({ queryKey: ['rules', 'profiles'], queryFn: load });
  if (data !== undefined) {
    return { status: 'ready', ...data };
  }
  return error === null
    ? { status: 'loading' }
    : { status: 'error', error: error.message, retry: () => void refetch() };
}

async function load(): Promise<{ rules: Rules; profiles: Profiles }> {
  const rules = await loadRules();
  const profiles: Profiles = {
    conservative: rules.profile({ name: 'conservative' }),
    balanced: rules.profile({ name: 'balanced' }),
    aggressive: rules.profile({ name: 'aggressive' }),
  };
  return { rules, profiles };
}
