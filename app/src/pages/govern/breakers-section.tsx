import { useState } from 'react';
import { Bar, Badge, Button, Card, Muted, Row, Select, Stack, Table } from '../../ui/index.js';
import { useGovern } from './context.js';
import {
  breakerMeaning,
  breakerName,
  formatMeasure,
  limitText,
  subjectOf,
  usedPart,
  watches,
  type Watch,
} from './evidence.js';
import type { Evidence } from '../../rules/governance.js';
import styles from './govern.module.css';
import type { ChangeFormProps } from './forms/form.js';
import { SettingsForm } from './forms/settings-form.js';
import { RouteHalts, VaultHalt } from './halts.js';
import { pairOf, routePair } from './pairs.js';
import { ChangeForm } from './proposal.js';
import { proofs, tripping } from './trip.js';

/** What stops trading by itself: what it looks at, what it has stopped, and its settings. */
export function BreakersSection() {
  return (
    <Stack gap="large">
      <Card title="Halts">
        <VaultHalt />
        <RouteHalts />
      </Card>
      <Watched />
      <Card title="Settings of the breakers">
        <ChangeForm Form={BreakerSettings} />
      </Card>
    </Stack>
  );
}

function Watched() {
  const { vault, rules } = useGovern();
  const evidence = rules.evidence(vault.chain);
  return (
    <Card title="What the breakers see now">
      <Table
        caption="Breakers, and what they measure"
        rows={watches(evidence)}
        rowKey={({ breaker }) => breaker}
        columns={[
          { key: 'breaker', header: 'Breaker', cell: (watch) => <Name watch={watch} />, onPhone: 'title' },
          { key: 'measured', header: 'Measured', cell: (watch) => <Measures watch={watch} /> },
          {
            key: 'ends',
            header: 'Ends',
            cell: ({ isHard }) => (isHard ? 'when the admin has looked' : 'by itself, once cooled off'),
          },
        ]}
      />
      <Trip />
    </Card>
  );
}

function Name({ watch: { breaker, isMet } }: { watch: Watch }) {
  return (
    <div>
      <strong>{breakerName(breaker)}</strong> {isMet && <Badge tone="bad">Would trip</Badge>}
      <Muted>{breakerMeaning(breaker)}</Muted>
    </div>
  );
}

function Measures({ watch }: { watch: Watch }) {
  return (
    <ul className={styles.measures}>
      {watch.evidence.map((row) => (
        <li key={`${row.asset} ${row.days} ${row.route}`}>
          <Measure row={row} />
        </li>
      ))}
    </ul>
  );
}

function Measure({ row }: { row: Evidence }) {
  const { vault } = useGovern();
  const used = usedPart(row);
  const colour = row.isMet ? 'var(--bad)' : 'var(--accent)';
  return (
    <>
      <Row gap="small" isSpread>
        <span>{subjectOf(row, vault.names, (route) => pairOf(vault, route))}</span>
        <span>
          {row.measured === null ? 'no fresh price' : formatMeasure(row.breaker, row.measured)}
          <span className={styles.quiet}>, {limitText(row)}</span>
        </span>
      </Row>
      {used !== null && (
        <Bar label={`${Math.round(used * 100)}% of what the limit allows`} parts={[{ key: 0, part: used, colour }]} />
      )}
    </>
  );
}

/** Anybody halts trading where a breaker’s condition holds. */
function Trip() {
  const { vault, review } = useGovern();
  const [key, setKey] = useState('vault');
  const choices = proofs(vault, (route) => routePair(vault, route));
  const proof = choices.find((proof) => proof.key === key) ?? choices[0]!;
  const isRoute = proof.route !== undefined;
  const trip = () =>
    review({
      work: {
        label: isRoute ? 'Trip a breaker of the route' : 'Trip a breaker of the vault',
        build: () => tripping(vault, proof),
        summarize: () => 'Halted',
        hints: { BreakerNotMet: 'Look at what the breakers see: nothing is beyond its limit at this moment.' },
      },
      need: 'anybody',
      consequences: [
        `The program judges by ${proof.label}, and halts ${isRoute ? 'this route' : 'the vault'} only if a breaker’s condition holds.`,
        isRoute
          ? 'The vault no longer trades on this route; others go on.'
          : 'Nobody trades, deposits or redeems a single asset any more; redemption in kind goes on.',
        'A soft halt cools off by itself; a hard one stays until the admin has looked.',
      ],
    });
  return (
    <Stack gap="small">
      <Select
        label="Trip, by the proof in"
        value={proof.key}
        options={choices.map(({ key, label }) => ({ value: key, label }))}
        onChange={setKey}
        hint="Anybody may halt trading where a breaker’s condition holds."
      />
      <div>
        <Button kind="danger" onClick={trip}>
          Trip the breaker
        </Button>
      </div>
    </Stack>
  );
}

function BreakerSettings(props: ChangeFormProps) {
  return <SettingsForm kind="breakers" {...props} />;
}
