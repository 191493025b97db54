import type { History } from '../../../chain/index.js';
import { Button, Loading, Muted, Notice, Time } from '../../../ui/index.js';
import styles from './history.module.css';

/** How far back the loaded transactions go, and a button for older ones. */
export function LoadOlder({ history }: { history: History }) {
  const { entries, hasMore, isLoadingMore, loadMore } = history;
  const oldest = entries.at(-1)?.time ?? null;
  return (
    <div className={styles.older}>
      <Muted>
        {entries.length === 1 ? '1 transaction' : `${entries.length} transactions`}
        {oldest !== null && (
          <>
            , back to <Time at={oldest} />
          </>
        )}
        {hasMore ? '.' : '; there are no older ones.'}
      </Muted>
      {hasMore && (
        <Button isBusy={isLoadingMore} onClick={loadMore}>
          {isLoadingMore ? 'Loading older ones …' : 'Load older'}
        </Button>
      )}
    </div>
  );
}

/** Why there is no history, or that it is coming; nothing where it is there. */
export function HistoryNotice({ history }: { history: History }) {
  if (history.status === 'loading') {
    return <Loading what="the history" />;
  }
  return history.error === undefined ? null : (
    <Notice kind="caution" title="The history could not be read">
      {history.error}
    </Notice>
  );
}
