import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import type { ReadyVault } from '../../chain/index.js';
import type { Rules } from '../../rules/types.js';
import type { Action } from './action.js';
import { Review } from './review.js';

/** What every part of the page needs. */
export type Govern = {
  vault: ReadyVault;
  rules: Rules;
  /** Shows what an action would do, and lets it be signed or exported. */
  review: (action: Action) => void;
};

const GovernContext = createContext<Govern | null>(null);

/** The vault that is governed. */
export function useGovern(): Govern {
  const govern = useContext(GovernContext);
  if (govern === null) {
    throw new Error('outside of GovernProvider');
  }
  return govern;
}

/** Gives the vault to the parts of the page, and shows the one review that may be open. */
export function GovernProvider({ vault, rules, children }: Omit<Govern, 'review'> & { children: ReactNode }) {
  const [action, setAction] = useState<Action | null>(null);
  const govern = useMemo(() => ({ vault, rules, review: setAction }), [vault, rules]);
  return (
    <GovernContext value={govern}>
      {children}
      <Review vault={vault} action={action} onClose={() => setAction(null)} />
    </GovernContext>
  );
}
