import { useState } from 'react';
import { useChain } from '../chain/index.js';
import { Button, ExplorerLink, Notice, Row, Stack } from '../ui/index.js';
import { lookUp } from './look-up.js';
import { problemOf } from './problem.js';
import { transactions } from './store.js';
import styles from './transaction.module.css';
import type { Problem, Work } from './types.js';

type FailureProps = { problem: Problem; work: Work; onRetry: () => void };

/** What went wrong, and what to do next. */
export function Failure({ problem, work, onRetry }: FailureProps) {
  const { kind, title, message, next, isSafeToRetry, signature, logs } = problem;
  return (
    <Notice kind={noticeKind(kind)} title={`${work.label}: ${lowerFirst(title)}`}>
      <Stack gap="small">
        <p>{message}</p>
        <p>{next}</p>
        {signature !== undefined && <ExplorerLink signature={signature} />}
        <Row gap="small">
          {isSafeToRetry && (
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          )}
          {signature !== undefined && kind !== 'program' && kind !== 'expired' && (
            <LookUp signature={signature} work={work} />
          )}
          <Button kind="plain" size="small" onClick={() => transactions.dismiss()}>
            Dismiss
          </Button>
        </Row>
        {logs !== undefined && <Logs logs={logs} />}
      </Stack>
    </Notice>
  );
}

function noticeKind(kind: Problem['kind']): 'info' | 'caution' | 'bad' {
  if (kind === 'rejected') {
    return 'info';
  }
  return kind === 'unconfirmed' || kind === 'expired' ? 'caution' : 'bad';
}

/** Asks the node what has become of a transaction. */
function LookUp({ signature, work }: { signature: NonNullable<Problem['signature']>; work: Work }) {
  const { rpc } = useChain();
  const [isAsking, setIsAsking] = useState(false);
  const [answer, setAnswer] = useState('');
  const ask = async () => {
    setIsAsking(true);
    setAnswer('');
    setAnswer(await resolved());
    setIsAsking(false);
  };
  /** What to say where the matter stays open. */
  const resolved = async (): Promise<string> => {
    try {
      const found = await lookUp(rpc, signature);
      if (found.kind === 'landed') {
        const summary = work.summarize?.(found.sent) ?? work.label;
        transactions.resolve({ step: 'confirmed', work, sent: found.sent, summary });
      } else if (found.kind === 'failed') {
        const about = { work, at: 'sent', signature, isSentByWallet: false } as const;
        transactions.resolve({ step: 'failed', work, at: 'sent', problem: problemOf(found.error, about) });
      } else {
        return 'The node does not know it, so far. What is unknown two minutes after it was signed will hardly ever land.';
      }
      return '';
    } catch {
      return 'The node does not answer; ask again in a moment.';
    }
  };
  return (
    <>
      <Button size="small" isBusy={isAsking} onClick={() => void ask()}>
        Look it up
      </Button>
      <span role="status">{answer}</span>
    </>
  );
}

function Logs({ logs }: { logs: readonly string[] }) {
  return (
    <details className={styles.logs}>
      <summary>What the programs logged</summary>
      <pre tabIndex={0}>{logs.join('\n')}</pre>
    </details>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
