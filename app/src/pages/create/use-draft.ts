import { useCallback, useEffect, useState } from 'react';
import { useConfig } from '../../config-context.js';
import type { Draft, Step } from './draft.js';
import { browserStore, forget, load, NOTHING_KEPT, save, type Creation, type Kept } from './storage.js';

/** Changes the draft. */
export type UpdateDraft = (change: (draft: Draft) => Draft) => void;

/** The draft of this cluster, kept in the browser. */
export type DraftState = Kept & {
  update: UpdateDraft;
  goTo: (step: Step) => void;
  /** Fixes what is created, before its first transaction; `undefined` to be free to change it again. */
  setCreation: (creation: Creation | undefined) => void;
  /** Forgets everything. */
  clear: () => void;
  /** Whether the browser keeps the draft. */
  isKept: boolean;
};

/** The draft that was begun on this cluster, or an empty one. */
export function useDraft(): DraftState {
  const { cluster } = useConfig();
  const [kept, setKept] = useState<Kept>(() => load(browserStore(), cluster));
  const [isKept, setIsKept] = useState(true);
  useEffect(() => {
    if (kept === NOTHING_KEPT) {
      forget(browserStore(), cluster);
    } else {
      setIsKept(save(browserStore(), cluster, kept));
    }
  }, [kept, cluster]);
  const update = useCallback<UpdateDraft>((change) => setKept((now) => ({ ...now, draft: change(now.draft) })), []);
  const goTo = useCallback((step: Step) => setKept((now) => ({ ...now, step })), []);
  const setCreation = useCallback((creation: Creation | undefined) => setKept((now) => ({ ...now, creation })), []);
  const clear = useCallback(() => setKept(NOTHING_KEPT), []);
  return { ...kept, update, goTo, setCreation, clear, isKept };
}
