import { useEffect, useState } from 'react';
import type { ReadyVault } from '../../chain/index.js';
import { ExportUnsigned, TransactionProgress, useSubmit, type Submit } from '../../transaction/index.js';
import { transactions } from '../../transaction/store.js';
import { Button, Checkbox, Dialog, Row, Stack } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import type { Action } from './action.js';
import styles from './govern.module.css';
import { ReviewSigner } from './review-signer.js';
import { isEnough, signers } from './roles.js';

/** What an action would do, before it is signed by the wallet or exported for somebody else to sign. */
export function Review({ vault, action, onClose }: { vault: ReadyVault; action: Action | null; onClose: () => void }) {
  return (
    <Dialog isOpen={action !== null} onClose={onClose} title={action?.work.label ?? ''}>
      {action !== null && <Reviewed vault={vault} action={action} onClose={onClose} />}
    </Dialog>
  );
}

function Reviewed({ vault, action, onClose }: { vault: ReadyVault; action: Action; onClose: () => void }) {
  const [isAcknowledged, setIsAcknowledged] = useState(action.acknowledgement === undefined);
  const submit = useSubmit();
  const { account, signer, choose } = useWallet();
  const work = { lookupTables: vault.lookupTables, ...action.work };
  const isHolder = account !== null && isEnough(vault.account, action.need, account);
  const canSign = signer !== null && (isHolder || action.exception !== undefined);
  const suggested = signers(vault.account, action.need)[0]?.address ?? account ?? vault.account.admin;
  // What could not be done is forgotten with the dialog that asked for it.
  useEffect(() => () => forgetFailure(submit.owner), [submit.owner]);
  const isDone = submit.progress.step === 'confirmed';
  const send = async () => {
    const outcome = await submit.submit(work);
    if (outcome.ok) {
      action.onDone?.();
    }
  };
  return (
    <Stack>
      <ul className={styles.consequences}>
        {action.consequences.map((consequence, index) => (
          <li key={index}>{consequence}</li>
        ))}
      </ul>
      {action.details}
      {action.acknowledgement !== undefined && !isDone && (
        <Checkbox label={action.acknowledgement} isChecked={isAcknowledged} onChange={setIsAcknowledged} />
      )}
      {!isDone && <ReviewSigner vault={vault} action={action} />}
      <TransactionProgress of={submit} />
      <Row isSpread>
        <ExportUnsigned work={work} signer={suggested} isDisabled={!isAcknowledged || isDone} />
        <Row gap="small">
          <Button onClick={onClose}>{isDone ? 'Close' : 'Back'}</Button>
          {account === null && (
            <Button kind="primary" onClick={choose}>
              Connect wallet
            </Button>
          )}
          {account !== null && !isDone && (
            <Button
              kind={action.acknowledgement === undefined ? 'primary' : 'danger'}
              disabled={!canSign || !isAcknowledged}
              isBusy={submit.isBusy}
              onClick={() => void send()}
            >
              Sign and send
            </Button>
          )}
        </Row>
      </Row>
    </Stack>
  );
}

/** Forgets a failure of this dialog, unless the transaction may yet land: that stays in sight on every page. */
function forgetFailure(owner: Submit['owner']): void {
  const state = transactions.snapshot();
  if (state.owner === owner && state.progress.step === 'failed' && state.progress.problem.isSafeToRetry) {
    transactions.dismiss();
  }
}
