import type { Rules } from '../../../rules/types.js';
import type { DraftProblem } from '../checks.js';
import type { Draft } from '../draft.js';
import type { Profiles } from '../file.js';
import type { UpdateDraft } from '../use-draft.js';

/** What every step of the wizard gets. */
export type StepProps = {
  draft: Draft;
  update: UpdateDraft;
  /** What is wrong on this step, to be shown: nothing before somebody has tried to go on. */
  problems: readonly DraftProblem[];
  rules: Rules;
  profiles: Profiles;
};

/** What is wrong with the field of this path, if anything. */
export function problemAt(problems: readonly DraftProblem[], path: string): string | undefined {
  return problems.find((problem) => problem.path === path)?.message;
}
