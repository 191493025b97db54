import type { Progress } from './types.js';

/** One of the steps that every transaction takes. */
export type Step = {
  label: string;
  state: 'waiting' | 'current' | 'done' | 'failed';
  /** What happens in it now. */
  detail?: string;
};

const LABELS = ['Prepare', 'Sign in the wallet', 'Send', 'Confirmed'] as const;
const PLACES = { preparing: 0, wallet: 1, sent: 2 } as const;
const DETAILS = {
  preparing: 'Simulating it first: what cannot work is not sent.',
  wallet: 'Look at the request in your wallet, and approve it.',
  sent: 'The cluster confirms it within seconds. You may go to another page, but do not close this window.',
} as const;

/** The steps of a transaction, and how far it has come. None while there is no transaction. */
export function stepsOf(progress: Progress): Step[] {
  switch (progress.step) {
    case 'idle':
      return [];
    case 'confirmed':
      return stepsTo(LABELS.length, 'done');
    case 'failed':
      return stepsTo(PLACES[progress.at], 'failed');
    default:
      return stepsTo(PLACES[progress.step], 'current', DETAILS[progress.step]);
  }
}

/** How far it has come in a sentence, to be read out. */
export function announcementOf(progress: Progress): string {
  switch (progress.step) {
    case 'idle':
      return '';
    case 'confirmed':
      return `Confirmed: ${progress.summary}`;
    case 'failed':
      return `${progress.problem.title}: ${progress.problem.message}`;
    default:
      return `${LABELS[PLACES[progress.step]]}: ${DETAILS[progress.step]}`;
  }
}

function stepsTo(place: number, state: Step['state'], detail?: string): Step[] {
  return LABELS.map((label, index) => ({
    label,
    state: index === place ? state : index < place ? 'done' : 'waiting',
    ...(index === place && detail !== undefined && { detail }),
  }));
}
