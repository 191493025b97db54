import { useMemo } from 'react';
import type { Address } from '@solana/kit';
import { RulesError } from '../../rules/index.js';
import type { Rules, VaultFileSummary } from '../../rules/types.js';
import { judged, missing, type DraftProblem } from './checks.js';
import type { Draft } from './draft.js';
import { fileOf } from './file.js';

/** What a draft comes to. */
export type Judgement = {
  problems: readonly DraftProblem[];
  /** The vault file; absent while the draft lacks a number for it. It may have problems. */
  toml: string | undefined;
  /** What the file asks for, where it has no problem. */
  summary: VaultFileSummary | undefined;
};

/** Judges the draft, by the rules wherever they can. `admin` is who would create the vault, if that is known. */
export function useJudgement(draft: Draft, admin: Address | null, rules: Rules): Judgement {
  return useMemo(() => judge(draft, admin, rules), [draft, admin, rules]);
}

function judge(draft: Draft, admin: Address | null, rules: Rules): Judgement {
  const own = missing(draft, admin);
  const file = fileOf(draft);
  if (file === undefined) {
    return { problems: own, toml: undefined, summary: undefined };
  }
  try {
    const { toml } = rules.writeVaultFile(file);
    const reading = rules.vaultFile({ toml });
    const found = reading.ok ? [] : judged(reading.problems);
    // Where both see a problem, the own words are about the field as it is entered.
    const further = found.filter(
      ({ path, step }) => !own.some((one) => one.path === path || isSameSum(one, step, path)),
    );
    const problems = [...own, ...further];
    return { problems, toml, summary: reading.ok && problems.length === 0 ? reading.summary : undefined };
  } catch (error) {
    if (!(error instanceof RulesError)) {
      throw error;
    }
    return {
      problems: [...own, { step: 'review', path: '', message: error.message }],
      toml: undefined,
      summary: undefined,
    };
  }
}

/** The rules note a wrong sum, or too few assets, with one of the assets. */
function isSameSum(own: DraftProblem, step: DraftProblem['step'], path: string): boolean {
  return own.path === 'assets' && step === 'targets' && path.startsWith('assets');
}
