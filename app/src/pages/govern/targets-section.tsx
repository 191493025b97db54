import { instruction } from '@ballast/client';
import { formatPercentBps } from '../../format/index.js';
import type { ChangeRequest } from '../../rules/types.js';
import { Button, Card, Countdown, Muted, Notice, Row, Stack, Time } from '../../ui/index.js';
import { useNow } from '../../chain/index.js';
import { queueing } from './change-actions.js';
import { useGovern } from './context.js';
import { TargetsForm } from './forms/targets-form.js';
import { formatSecs } from './settings.js';

/** Moves the target weights: slowly and at once, or at any speed after the timelock. */
export function TargetsSection() {
  const { vault } = useGovern();
  const speed = formatPercentBps(vault.account.limits.maxRampBpsPerDay);
  return (
    <Card title="Move the targets">
      <Running />
      <Muted>
        {`The manager or the admin starts a ramp at once, if no target moves by more than ${speed} a day. A faster one is queued as a change.`}
      </Muted>
      <TargetsForm>{(request) => <Ways request={request} />}</TargetsForm>
    </Card>
  );
}

function Running() {
  const now = useNow();
  const { endAt } = useGovern().vault.account.state.ramp;
  if (endAt <= now) {
    return null;
  }
  return (
    <Notice kind="info" title="The targets are moving">
      They arrive in <Countdown until={endAt} />, at <Time at={endAt} />. Another ramp starts from where they are by
      then; one to where they are now stops them.
    </Notice>
  );
}

function Ways({ request }: { request: ChangeRequest | null }) {
  const { vault, rules, review } = useGovern();
  if (request?.kind !== 'targets') {
    return <Muted>Say the target of every asset; 0% is one.</Muted>;
  }
  const { targetsBps, durationSecs } = request;
  const start = () =>
    review({
      work: {
        label: 'Start a ramp',
        build: async (signer) => [instruction.startRamp(signer, vault.address, targetsBps, durationSecs)],
        summarize: () => 'The targets move',
        hints: { RampTooFast: 'Take longer, or queue the targets as a change.' },
      },
      need: 'manager',
      consequences: [
        `The targets begin to move at once, and arrive in ${formatSecs(BigInt(durationSecs))}.`,
        'Keepers trade towards them as they move, within the vault’s limits and at its cost.',
      ],
    });
  const queue = () =>
    review(
      queueing(
        vault,
        rules.change({ vault: vault.data, now: vault.chain.now, change: request, names: [...vault.names] }),
      ),
    );
  return (
    <Stack gap="small">
      <Row gap="small">
        <Button kind="primary" onClick={start}>
          Start the ramp
        </Button>
        <Button onClick={queue}>Queue as a change</Button>
      </Row>
    </Stack>
  );
}
