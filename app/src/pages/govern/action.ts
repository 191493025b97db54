/**
 * What somebody may do to a vault, before they do it.
 *
 * @module
 */

import type { ReactNode } from 'react';
import type { Work } from '../../transaction/index.js';
import type { Need } from './roles.js';

/** Something to do to a vault: whose signature it takes, and what follows from it. */
export type Action = {
  /** What is signed. Its label heads the review. */
  work: Work;
  /** Whose signature it takes. */
  need: Need;
  /** When others may, too, as a sentence: the program looks, before anything is signed. */
  exception?: string;
  /** What will be, in whole sentences. */
  consequences: readonly ReactNode[];
  /** What it changes, line by line. */
  details?: ReactNode;
  /** It loses something, or cannot be undone: the review asks for this sentence to be confirmed. */
  acknowledgement?: string;
  /** Called once it is done, such as to empty the form that asked for it. */
  onDone?: () => void;
};
