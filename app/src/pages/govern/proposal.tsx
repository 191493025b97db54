import { useMemo, useState, type ComponentType } from 'react';
import type { BuiltChange, ChangeRequest } from '../../rules/types.js';
import { Badge, Button, Muted, Notice, Row, Stack } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import { queueing, tightening } from './change-actions.js';
import { ChangeLines } from './change-lines.js';
import { useGovern } from './context.js';
import type { ChangeFormProps } from './forms/form.js';
import { isEnough } from './roles.js';
import { formatSecs, settingLabel } from './settings.js';

/** What became of a request. */
type Asked = { kind: 'built'; built: BuiltChange } | { kind: 'refused'; message: string };

type ProposalProps = {
  request: ChangeRequest | null;
  /** Called once the change is made or queued. */
  onDone: () => void;
};

/** A form about a change, what that would do, and the ways to make it. Once it is made or queued, the form is empty again. */
export function ChangeForm({ Form }: { Form: ComponentType<ChangeFormProps> }) {
  const [round, setRound] = useState(0);
  return (
    <Form key={round}>{(request) => <Proposal request={request} onDone={() => setRound((round) => round + 1)} />}</Form>
  );
}

function Proposal({ request, onDone }: ProposalProps) {
  const asked = useAsked(request);
  if (asked === null) {
    return <Muted>Nothing is changed yet.</Muted>;
  }
  if (asked.kind === 'refused') {
    return (
      <Notice kind="bad" title="This change is not possible">
        {asked.message}
      </Notice>
    );
  }
  return asked.built.lines.length === 0 ? (
    <Muted>This is what the vault has already.</Muted>
  ) : (
    <Built built={asked.built} onDone={onDone} />
  );
}

function useAsked(request: ChangeRequest | null): Asked | null {
  const { vault, rules } = useGovern();
  const { data, names } = vault;
  // By what it says: forms make their request anew whenever they are drawn. The clock does not count, as it changes no answer.
  const key = JSON.stringify(request);
  return useMemo(() => {
    const change = JSON.parse(key) as ChangeRequest | null;
    if (change === null) {
      return null;
    }
    try {
      return { kind: 'built', built: rules.change({ vault: data, now: vault.chain.now, change, names: [...names] }) };
    } catch (error) {
      return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
    }
  }, [rules, data, names, key]);
}

function Built({ built, onDone }: { built: BuiltChange; onDone: () => void }) {
  const { vault, review } = useGovern();
  const { account } = useWallet();
  const isFree = built.loosens === null;
  const isAdmin = account !== null && isEnough(vault.account, 'admin', account);
  return (
    <Stack gap="small">
      <ChangeLines lines={built.lines} />
      <Direction built={built} />
      <Row gap="small">
        {isFree && (
          <Button kind="primary" onClick={() => review({ ...tightening(vault, built), onDone })}>
            Tighten now
          </Button>
        )}
        <Button
          kind={!isFree && isAdmin ? 'primary' : 'secondary'}
          onClick={() => review({ ...queueing(vault, built), onDone })}
        >
          {isFree ? 'Queue instead' : 'Queue the change'}
        </Button>
      </Row>
    </Stack>
  );
}

function Direction({ built: { loosens } }: { built: BuiltChange }) {
  const { vault } = useGovern();
  const { totalShares, limits } = vault.account;
  if (loosens === null) {
    return (
      <Row gap="small">
        <Badge tone="good">Loosens nothing</Badge>
        <Muted>It can be made at once, by the guardian or the admin.</Muted>
      </Row>
    );
  }
  return (
    <Row gap="small">
      <Badge tone="caution">{`Loosens: ${settingLabel(loosens)}`}</Badge>
      <Muted>
        {totalShares === 0n
          ? 'The vault is empty: once queued, it can be applied at once.'
          : `Once queued, it waits for the timelock of ${formatSecs(BigInt(limits.timelockSecs))}.`}
      </Muted>
    </Row>
  );
}
