import { useCallback, useState, useSyncExternalStore } from 'react';
import { useChain, useRefresh } from '../chain/index.js';
import { useWallet } from '../wallet/index.js';
import { ownProblem } from './problem.js';
import { isUnderWay, transactions, type Owner } from './store.js';
import type { Outcome, Progress, Work } from './types.js';

/** What a part of the app does transactions with. */
export type Submit = {
  /** Has work signed by the connected wallet, and sent. Never throws; what goes wrong is shown by `<TransactionProgress>`. */
  submit: (work: Work) => Promise<Outcome>;
  /** How far this part's own transaction has come. */
  progress: Progress;
  /** Whether any transaction is under way, also one of another part: buttons that submit are then disabled. */
  isBusy: boolean;
  /** Whether one of this part's own is: what it changes is on its way, so a form of it had better not be looked at meanwhile. */
  isUnderWay: boolean;
  /** Whose transactions `<TransactionProgress>` shows. */
  owner: Owner;
};

/** Transactions for a part of the app, such as a form: one at a time in the whole app. */
export function useSubmit(): Submit {
  const [owner] = useState(() => Symbol());
  const { rpc } = useChain();
  const { signer } = useWallet();
  const refresh = useRefresh();
  const state = useSyncExternalStore(transactions.subscribe, transactions.snapshot);
  const submit = useCallback(
    async (work: Work): Promise<Outcome> => {
      if (!signer) {
        return { ok: false, problem: ownProblem('disconnected') };
      }
      const outcome = await transactions.submit(owner, work, rpc, signer);
      // Whatever it has changed is asked for, should the node not tell of it.
      refresh();
      return outcome;
    },
    [owner, rpc, signer, refresh],
  );
  const progress: Progress = state.owner === owner ? state.progress : { step: 'idle' };
  return { submit, progress, isBusy: isUnderWay(state.progress), isUnderWay: isUnderWay(progress), owner };
}
