import { useEffect, useSyncExternalStore } from 'react';
import { isUnderWay, transactions } from './store.js';
import { ProgressView } from './transaction-progress.js';
import styles from './transaction.module.css';
import { useSubmit } from './use-submit.js';

/**
 * The current transaction where the page that asked for it is left, in a corner of every page; and the browser's question before the
 * window is closed while one is under way. Stands once in the app's frame.
 */
export function TransactionDock() {
  const { submit } = useSubmit();
  const { progress, owner, viewers } = useSyncExternalStore(transactions.subscribe, transactions.snapshot);
  const isBusy = isUnderWay(progress);
  useEffect(() => (isBusy ? askBeforeLeaving() : undefined), [isBusy]);
  if (owner === undefined || viewers.has(owner)) {
    return null;
  }
  return (
    <aside className={styles.dock} aria-label="Transaction">
      <ProgressView progress={progress} submit={submit} />
    </aside>
  );
}

/** Until the returned function is called, the browser asks before it closes or reloads the window. */
function askBeforeLeaving(): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
}
