import type { ReadyVault } from '../../chain/index.js';
import type { Halt } from '../../rules/types.js';
import { Badge, Card, Countdown, Muted, Stack, Time } from '../../ui/index.js';
import { beyond, breaker, plain } from './history/words.js';
import { pairName } from './pair.js';
import styles from './vault.module.css';

/** A halt, and what it stops. */
type Stopped = { what: string; halt: Halt };

/** What breakers have halted, with their evidence. */
export function Breakers({ vault }: { vault: ReadyVault }) {
  const halts = standing(vault);
  return (
    <Card
      title="Breakers"
      aside={halts.length === 0 ? <Badge tone="good">None has tripped</Badge> : <Badge tone="bad">Tripped</Badge>}
    >
      {halts.length > 0 && (
        <Stack>
          {halts.map(({ what, halt }) => (
            <Evidence key={what} what={what} halt={halt} vault={vault} />
          ))}
        </Stack>
      )}
      <Muted>
        Anybody can trip a breaker whose condition holds, and nobody one whose condition does not. A halt stops trades,
        never redemption in kind.
      </Muted>
    </Card>
  );
}

function standing(vault: ReadyVault): Stopped[] {
  const { halt, previews } = vault.figures;
  const ofVault = halt === null ? [] : [{ what: 'The vault', halt }];
  const ofRoutes = previews.flatMap(({ route, halt }) =>
    halt === null ? [] : [{ what: `The route ${pairName(vault, route)}`, halt }],
  );
  return [...ofVault, ...ofRoutes];
}

function Evidence({ what, halt, vault }: Stopped & { vault: ReadyVault }) {
  return (
    <div className={styles.evidence}>
      <h3>
        {what}: {plain(halt.name)}
      </h3>
      <p className={styles.words}>
        {breaker(halt.breaker, halt.asset ?? -1, vault)} {beyond(halt.breaker, halt.measured, halt.limit)}
      </p>
      <Muted>
        Since <Time at={halt.trippedAt} />;{' '}
        {halt.endsAt === null ? (
          'until the admin ends it.'
        ) : (
          <>
            cools off in <Countdown until={halt.endsAt} done="no time" />.
          </>
        )}
      </Muted>
    </div>
  );
}
