import { instruction, type Pause } from '@ballast/client';
import { useState } from 'react';
import { Badge, Button, Card, Checkbox, Muted, Row, Stack } from '../../ui/index.js';
import { ACTIVITIES, ALWAYS, isPaused, listed, maskOf, type Activity } from './activities.js';
import { useGovern } from './context.js';

/** Stops activities at once, and resumes them. */
export function PauseSection() {
  const { vault, review } = useGovern();
  const [chosen, setChosen] = useState(0);
  const { paused } = vault.account;
  const toPause = ACTIVITIES.filter((activity) => isPaused(chosen, activity) && !isPaused(paused, activity));
  const toResume = ACTIVITIES.filter((activity) => isPaused(chosen, activity) && isPaused(paused, activity));
  const set = (activities: readonly Activity[], willPause: boolean) =>
    review({
      work: {
        label: `${willPause ? 'Pause' : 'Resume'}: ${listed(activities).toLowerCase()}`,
        build: async (signer) => [instruction.setPause(signer, vault.address, maskOf(activities) as Pause, willPause)],
        summarize: () => (willPause ? 'Paused' : 'Resumed'),
      },
      need: willPause ? 'guardian' : 'admin',
      consequences: [
        ...activities.map((activity) => (willPause ? activity.paused : activity.resumed)),
        ...(willPause ? ['Only the admin can resume.', ALWAYS] : []),
      ],
    });
  return (
    <Card title="Pause" aside={<Muted>Guardian or admin pause; only the admin resumes.</Muted>}>
      <Stack>
        {ACTIVITIES.map((activity) => (
          <Checkbox
            key={activity.bit}
            label={<ActivityLabel activity={activity} isPaused={isPaused(paused, activity)} />}
            isChecked={isPaused(chosen, activity)}
            onChange={() => setChosen((chosen) => chosen ^ activity.bit)}
          />
        ))}
      </Stack>
      <Muted>{ALWAYS}</Muted>
      <Row gap="small">
        <Button kind="danger" disabled={toPause.length === 0} onClick={() => set(toPause, true)}>
          Pause chosen
        </Button>
        <Button disabled={toResume.length === 0} onClick={() => set(toResume, false)}>
          Resume chosen
        </Button>
        <Button
          kind="plain"
          onClick={() => setChosen((chosen) => (chosen === maskOf(ACTIVITIES) ? 0 : maskOf(ACTIVITIES)))}
        >
          All
        </Button>
      </Row>
    </Card>
  );
}

function ActivityLabel({ activity, isPaused }: { activity: Activity; isPaused: boolean }) {
  return (
    <Stack gap="small">
      <Row gap="small">
        <strong>{activity.name}</strong>
        <Badge tone={isPaused ? 'caution' : 'good'}>{isPaused ? 'Paused' : 'Running'}</Badge>
      </Row>
      <Muted>{isPaused ? activity.paused : `When paused: ${lowered(activity.paused)}`}</Muted>
    </Stack>
  );
}

/** As it continues a sentence. */
function lowered(sentence: string): string {
  return sentence[0]!.toLowerCase() + sentence.slice(1);
}
