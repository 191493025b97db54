/**
 * A vault's figures as the list tells them.
 *
 * @module
 */

import type { Next, VaultFigures, VaultState } from '../../rules/types.js';
import type { BadgeProps } from '../../ui/index.js';

/** An asset's part of a vault. */
export type Holding = { index: number; name: string; weightE8: number };

/** What a vault holds, in its order; targets where the value is unknown. */
export function holdings({ assets }: Pick<VaultFigures, 'assets'>, names: readonly string[]): Holding[] {
  return assets
    .filter(({ status }) => status !== 'removed')
    .map(({ index, weightE8, targetE8 }) => ({
      index,
      name: names[index] ?? `asset ${index}`,
      weightE8: weightE8 ?? targetE8,
    }));
}

const STATES: Record<VaultState['kind'], { tone: NonNullable<BadgeProps['tone']>; label: string }> = {
  live: { tone: 'good', label: 'Live' },
  paused: { tone: 'caution', label: 'Paused' },
  halted: { tone: 'bad', label: 'Halted' },
  closing: { tone: 'neutral', label: 'Closing' },
  empty: { tone: 'neutral', label: 'Empty' },
};

/** A vault's state in a word, and why, or what comes next. */
export function stateOf(figures: Pick<VaultFigures, 'state' | 'halt' | 'next'>) {
  return { ...STATES[figures.state.kind], why: why(figures) };
}

function why({ state, halt, next }: Pick<VaultFigures, 'state' | 'halt' | 'next'>): string {
  switch (state.kind) {
    case 'live':
      return comes(next);
    case 'halted':
      return halt?.meaning ?? state.words.join(', ');
    default:
      return state.words.join(', ');
  }
}

/** The drift has a column of its own, and the vault's page has the trade. */
function comes({ kind, words }: Next): string {
  switch (kind) {
    case 'drift':
      return 'every asset is inside its band';
    case 'due':
      return 'a trade is due now';
    default:
      return words;
  }
}
