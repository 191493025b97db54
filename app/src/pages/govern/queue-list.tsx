import type { Found, QueuedChange } from '@ballast/client';
import { getChangeEncoder } from '@ballast/client/generated';
import { getBase64Decoder } from '@solana/kit';
import { useMemo, useState } from 'react';
import { useNow } from '../../chain/index.js';
import { Address, Badge, Button, Card, Countdown, Muted, Notice, Row, Stack, Time } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import { applying, cancelling, type NewMint, type QueuedWords } from './change-actions.js';
import { ChangeLines } from './change-lines.js';
import { useGovern } from './context.js';
import { MintField } from './mint-field.js';
import { changeStatus, isApplicable, VOID_WORDS, type ChangeStatus } from './queue.js';
import styles from './govern.module.css';

/** The changes that wait for their time, or for somebody to drop them. */
export function Queue() {
  const { vault } = useGovern();
  return (
    <Card title="Queued changes">
      {vault.changes.length === 0 ? (
        <Muted>No changes are queued.</Muted>
      ) : (
        <ul className={styles.queue}>
          {vault.changes.map((queued) => (
            <li key={queued.address}>
              <Queued queued={queued} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Queued({ queued }: { queued: Found<QueuedChange> }) {
  const { vault, review } = useGovern();
  const { account } = useWallet();
  const [added, setAdded] = useState<NewMint>();
  const words = useWords(queued.data);
  const status = changeStatus(queued.data, vault.account, useNow());
  const isAddition = queued.data.change.__kind === 'AddAsset';
  const isReady = isApplicable(status) && (!isAddition || added !== undefined);
  return (
    <Stack gap="small">
      <Row gap="small" isSpread>
        <h3>{`Change ${queued.data.id}: ${words.kind}`}</h3>
        <StatusBadge status={status} />
      </Row>
      <ChangeLines lines={words.lines} />
      <When queued={queued.data} status={status} />
      {isAddition && isApplicable(status) && <MintField onChange={setAdded} />}
      <Row gap="small">
        <Button
          kind={isReady && account === vault.account.admin ? 'primary' : 'secondary'}
          size="small"
          disabled={!isReady}
          onClick={() => review(applying(vault, queued, words, added))}
        >
          Apply
        </Button>
        <Button kind="danger" size="small" onClick={() => review(cancelling(vault, queued, words))}>
          Cancel the change
        </Button>
      </Row>
    </Stack>
  );
}

/** What it says, against the vault as it is now. */
function useWords({ change }: QueuedChange): QueuedWords {
  const { vault, rules } = useGovern();
  const { data, names } = vault;
  return useMemo(() => {
    const bytes = getBase64Decoder().decode(getChangeEncoder().encode(change));
    const { kind, lines } = rules.describe({ vault: data, change: bytes, names: [...names] });
    return { kind, lines: lines.length === 0 ? ['nothing: the vault has this already'] : lines };
  }, [rules, data, names, change]);
}

const STATUSES: Readonly<Record<ChangeStatus['kind'], { tone: 'neutral' | 'good' | 'caution' | 'bad'; text: string }>> =
  {
    waiting: { tone: 'neutral', text: 'Waits for the timelock' },
    ready: { tone: 'good', text: 'Ready' },
    expiring: { tone: 'caution', text: 'Ready, expires soon' },
    expired: { tone: 'bad', text: 'Expired' },
    outdated: { tone: 'bad', text: 'Void: outdated' },
    foreign: { tone: 'bad', text: 'Void: of another admin' },
  };

function StatusBadge({ status: { kind } }: { status: ChangeStatus }) {
  const { tone, text } = STATUSES[kind];
  return <Badge tone={tone}>{text}</Badge>;
}

function When({ queued, status }: { queued: QueuedChange; status: ChangeStatus }) {
  switch (status.kind) {
    case 'waiting':
      return (
        <Muted>
          Can be applied in <Countdown until={status.until} />, from <Time at={status.until} /> to{' '}
          <Time at={queued.expiresAt} />. Queued by <Address address={queued.admin} />.
        </Muted>
      );
    case 'ready':
    case 'expiring':
      return (
        <Muted>
          Expires in <Countdown until={status.until} />, at <Time at={status.until} />. Queued by{' '}
          <Address address={queued.admin} />.
        </Muted>
      );
    default:
      return <Notice kind="caution">{VOID_WORDS[status.kind]}</Notice>;
  }
}
