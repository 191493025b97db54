import { useState } from 'react';
import { useChain, type ReadyVault } from '../../chain/index.js';
import type { Submit } from '../../transaction/index.js';
import { Badge, Button, Notice, Row } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import { sentence, sol } from '../vault/history/words.js';
import { tokensOf } from '../vault/tokens.js';
import type { Duty } from './duties.js';
import { instructionsOf } from './instructions.js';
import styles from './keepers.module.css';
import { happened, trial, trialLines, type Trial } from './trial.js';

const STATES = { due: 'due now', possible: 'possible', waiting: 'not now' } as const;

export type DutyItemProps = {
  vault: ReadyVault;
  duty: Duty;
  crank: Submit;
  /** What came of simulating it, if anybody has. */
  result: Trial | undefined;
  onResult: (result: Trial | undefined) => void;
};

/** Something to do for a vault, to be tried out and to be done. */
export function DutyItem({ vault, duty, crank, result, onResult }: DutyItemProps) {
  const { rpc } = useChain();
  const { account, choose } = useWallet();
  const [isTrying, setIsTrying] = useState(false);
  const simulate = async () => {
    if (account === null) {
      choose();
      return;
    }
    setIsTrying(true);
    onResult(await trial(rpc, vault, duty.task, account));
    setIsTrying(false);
  };
  const submit = () => {
    if (account === null) {
      choose();
      return;
    }
    onResult(undefined);
    void crank.submit({
      label: duty.title,
      build: (signer) => instructionsOf(vault, duty.task, signer),
      lookupTables: vault.lookupTables,
      summarize: ({ events }) => happened(events, tokensOf(vault)).join(' '),
    });
  };
  return (
    <li className={styles.duty}>
      <div className={styles.what}>
        <h3 className={styles.title}>
          {duty.title} <Badge tone={duty.state === 'due' ? 'accent' : 'neutral'}>{STATES[duty.state]}</Badge>
        </h3>
        <p className={styles.words}>
          {sentence(duty.words)}
          {duty.rewardLamports > 0n && ` Pays ${sol(duty.rewardLamports)}.`}
        </p>
      </div>
      <Row gap="small">
        <Button size="small" isBusy={isTrying} aria-label={`Simulate: ${duty.title}`} onClick={() => void simulate()}>
          Simulate
        </Button>
        <Button
          size="small"
          kind={duty.state === 'due' ? 'primary' : 'secondary'}
          disabled={crank.isBusy || duty.state === 'waiting'}
          aria-label={`Crank: ${duty.title}`}
          onClick={submit}
        >
          Crank
        </Button>
      </Row>
      {result !== undefined && <TrialNotice result={result} vault={vault} onDismiss={() => onResult(undefined)} />}
    </li>
  );
}

function TrialNotice({ result, vault, onDismiss }: { result: Trial; vault: ReadyVault; onDismiss: () => void }) {
  const dismiss = (
    <Button kind="plain" size="small" onClick={onDismiss}>
      Dismiss
    </Button>
  );
  return (
    <div className={styles.result}>
      {result.ok ? (
        <Notice kind="good" title="It would succeed now" action={dismiss} isLive>
          <ul>
            {trialLines(result, tokensOf(vault)).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice
          kind="caution"
          title={result.isRefused ? 'It would fail now' : 'It could not be simulated'}
          action={dismiss}
          isLive
        >
          {sentence(result.message)}
        </Notice>
      )}
    </div>
  );
}
