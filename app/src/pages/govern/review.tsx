import { useState } from 'react';
import type { ReadyVault } from '../../chain/index.js';
import { ExportUnsigned, TransactionProgress, useSubmit } from '../../transaction/index.js';
import { Address, Button, Checkbox, Dialog, Muted, Notice, Row, Stack } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import type { Action } from './action.js';
import styles from './govern.module.css';
import { isEnough, needed, roleName, rolesOf, signers, type Need } from './roles.js';

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
  const { account, choose } = useWallet();
  const work = { lookupTables: vault.lookupTables, ...action.work };
  const isSigner = account !== null && isEnough(vault.account, action.need, account);
  const canSign = isSigner || action.exception !== undefined;
  const suggested = signers(vault.account, action.need)[0]?.address ?? account ?? vault.account.admin;
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
      {!isDone && <Signer vault={vault} action={action} />}
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

/** Who has to sign, and whether the wallet may. */
function Signer({ vault, action: { need, exception } }: { vault: ReadyVault; action: Action }) {
  const { account, name } = useWallet();
  if (account === null) {
    return <Muted>{`It takes the signature of ${needed(need)}: connect a wallet, or export it unsigned.`}</Muted>;
  }
  if (!isEnough(vault.account, need, account)) {
    return <Refused vault={vault} need={need} account={account} exception={exception} />;
  }
  const roles = rolesOf(vault.account, account).map((role) => roleName(role).toLowerCase());
  return (
    <Muted>
      {need === 'anybody' ? 'Anybody may do this. ' : ''}Signed and paid by{' '}
      <Address address={account} name={name ?? undefined} />
      {roles.length > 0 && `, the vault’s ${roles.join(', ')}`}.
    </Muted>
  );
}

type RefusedProps = { vault: ReadyVault; need: Need; account: string; exception: string | undefined };

function Refused({ vault, need, account, exception }: RefusedProps) {
  const holders = signers(vault.account, need);
  return (
    <Notice kind="caution" title={`Only ${needed(need)} may do this`}>
      Your wallet <Address address={account} /> is not {holders.length === 0 && 'that, and nobody is at the moment. '}
      {holders.map(({ role, address }, index) => (
        <span key={role}>
          {index > 0 && ' or '}the {roleName(role).toLowerCase()} <Address address={address} />
        </span>
      ))}
      {holders.length > 0 && '. Connect that wallet, or export the transaction for it to sign.'} {exception}
    </Notice>
  );
}
