import { useEffect, useRef } from 'react';
import { Button, Card, ExplorerLink, Muted, Notice, Progress as Steps, Row, Stack } from '../ui/index.js';
import { Failure } from './failure.js';
import { announcementOf, stepsOf } from './steps.js';
import { isUnderWay, transactions } from './store.js';
import styles from './transaction.module.css';
import type { Part, Progress } from './types.js';
import type { Submit } from './use-submit.js';

/**
 * How far the transaction of this part of the app has come, and what came of it. Stands beside the form that submits, or, while
 * `isUnderWay`, in its place; empty while idle. Takes the focus when a transaction begins.
 */
export function TransactionProgress({ of }: { of: Submit }) {
  useEffect(() => transactions.view(of.owner), [of.owner]);
  return <ProgressView progress={of.progress} submit={of.submit} />;
}

/** The same, of any progress. */
export function ProgressView({ progress, submit }: Pick<Submit, 'progress' | 'submit'>) {
  const region = useRef<HTMLDivElement>(null);
  const isBusy = isUnderWay(progress);
  useEffect(() => {
    if (isBusy) {
      region.current?.focus();
    }
  }, [isBusy]);
  return (
    <div ref={region} tabIndex={-1} className={progress.step === 'idle' ? styles.idle : styles.region}>
      <div className="visually-hidden" role="status">
        {announcementOf(progress)}
      </div>
      {isBusy && <UnderWay progress={progress} />}
      {progress.step === 'confirmed' && <Confirmed progress={progress} />}
      {progress.step === 'failed' && (
        <Failure problem={progress.problem} work={progress.work} onRetry={() => void submit(progress.work)} />
      )}
    </div>
  );
}

function UnderWay({ progress }: { progress: Progress }) {
  if (progress.step === 'idle') {
    return null;
  }
  return (
    <Card title={progress.work.label} aside={'part' in progress && <PartOf part={progress.part} />}>
      <Stack>
        <Steps label="Progress of the transaction" steps={stepsOf(progress)} />
        {progress.step === 'wallet' && (
          <div>
            <Button kind="plain" size="small" onClick={() => transactions.stopWaiting()}>
              Stop waiting for the wallet
            </Button>
          </div>
        )}
        {progress.step === 'sent' && <ExplorerLink signature={progress.signature} />}
      </Stack>
    </Card>
  );
}

function PartOf({ part: { number, of } }: { part: Part }) {
  return of > 1 ? <Muted>{`Transaction ${number} of ${of}`}</Muted> : null;
}

function Confirmed({ progress }: { progress: Extract<Progress, { step: 'confirmed' }> }) {
  return (
    <Notice
      kind="good"
      title={progress.summary}
      action={
        <Button kind="plain" size="small" onClick={() => transactions.dismiss()}>
          Dismiss
        </Button>
      }
    >
      <Row gap="small">
        <span>Confirmed.</span>
        <ExplorerLink signature={progress.sent.signature} />
      </Row>
    </Notice>
  );
}
