/**
 * The draft in the browser's storage, one for each cluster: a reload loses nothing. It holds addresses and numbers, never a secret.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import { EMPTY_DRAFT, STEPS, type Draft, type Step } from './draft.js';

/** Changed when what is kept changes its form: older drafts are then forgotten. */
const VERSION = 1;

/** What the vault is being created as. Fixed when creation starts, so that going on cannot make a second, different vault. */
export type Creation = {
  /** Who creates it: pays, signs, and becomes its admin. */
  admin: Address;
  /** The vault file. */
  toml: string;
  /** A large basket's lookup table, from before it was made. */
  lookupTable?: Address;
};

/** All that is kept. */
export type Kept = {
  draft: Draft;
  step: Step;
  creation: Creation | undefined;
};

/** What of the browser's storage is needed. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Where nothing was kept yet. */
export const NOTHING_KEPT: Kept = { draft: EMPTY_DRAFT, step: 'assets', creation: undefined };

const NO_STORE: Store = { getItem: () => null, setItem: refuse, removeItem: () => undefined };

/** The browser's storage; one that keeps nothing where it is switched off. */
export function browserStore(): Store {
  try {
    return globalThis.localStorage;
  } catch {
    return NO_STORE;
  }
}

/** What was kept for this cluster; nothing where it cannot be read. */
export function load(store: Store, cluster: string): Kept {
  try {
    const kept: unknown = JSON.parse(store.getItem(key(cluster)) ?? 'null');
    return isKept(kept) ? { ...NOTHING_KEPT, ...kept } : NOTHING_KEPT;
  } catch {
    return NOTHING_KEPT;
  }
}

/** Keeps it. Returns whether that worked: storage may be full, or switched off. */
export function save(store: Store, cluster: string, kept: Kept): boolean {
  try {
    store.setItem(key(cluster), JSON.stringify({ version: VERSION, ...kept }));
    return true;
  } catch {
    return false;
  }
}

/** Forgets it. */
export function forget(store: Store, cluster: string): void {
  try {
    store.removeItem(key(cluster));
  } catch {
    // Switched off: nothing was kept.
  }
}

function refuse(): never {
  throw new Error('there is no storage');
}

function key(cluster: string): string {
  return `ballast.create.${cluster}`;
}

/** Only this page writes here: version and outline are enough to tell its own from anything else. */
function isKept(value: unknown): value is Kept {
  const kept = value as (Partial<Kept> & { version?: unknown }) | null;
  return (
    typeof kept === 'object' &&
    kept !== null &&
    kept.version === VERSION &&
    Array.isArray(kept.draft?.assets) &&
    (STEPS as readonly unknown[]).includes(kept.step)
  );
}
