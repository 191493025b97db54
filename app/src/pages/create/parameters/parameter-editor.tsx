import { useMemo, useState } from 'react';
import { Badge, Button, Card, Muted, Notice, Row, Stack, TextInput } from '../../../ui/index.js';
import { problemAt, type StepProps } from '../steps/types.js';
import { withOverride, type Draft } from '../draft.js';
import { profileGroups, searchGroups, title, type ParameterGroup, type ParameterValue } from './catalogue.js';
import type { Documentation } from './documentation.js';
import { isChanged, ParameterField } from './parameter-field.js';
import type { Ranges } from './range.js';
import { useDocumentation } from './use-documentation.js';
import { useRanges } from './use-ranges.js';
import { formatValue, parseValue } from './unit.js';
import styles from './parameters.module.css';

/** Every parameter, to look up and to change: grouped by the parts of the strategy, searchable, with changes marked. */
export function ParameterEditor(props: StepProps) {
  const { draft, update, problems, profiles } = props;
  const [isOpen, setIsOpen] = useState(false);
  const { profile, assets } = draft;
  const groups = useMemo(() => profileGroups(profiles[profile], assets.length), [profiles, profile, assets.length]);
  const fields = new Set(groups.flatMap(({ parameters }) => parameters.map(({ path }) => path)));
  const changed = groups.flatMap(({ parameters }) => parameters.filter((parameter) => isChanged(draft, parameter)));
  return (
    <Card title="Every parameter" aside={changed.length > 0 && <Badge tone="accent">{changed.length} changed</Badge>}>
      <Muted>The profile gives each a value. Change what you have a reason to change; what is changed is marked.</Muted>
      <Row gap="small">
        <Button aria-expanded={isOpen} onClick={() => setIsOpen((now) => !now)}>
          {isOpen ? 'Hide the parameters' : 'Show the parameters'}
        </Button>
        {changed.length > 0 && (
          <Button
            kind="plain"
            onClick={() => update((now) => changed.reduce((all, { path }) => withOverride(all, path, undefined), now))}
          >
            Back to the {draft.profile} profile
          </Button>
        )}
      </Row>
      <Problems problems={problems.filter(({ path }) => !isOpen || !fields.has(path))} />
      {isOpen && <Groups {...props} groups={groups} />}
    </Card>
  );
}

/** What is wrong where no field shows it. */
function Problems({ problems }: Pick<StepProps, 'problems'>) {
  if (problems.length === 0) {
    return null;
  }
  return (
    <Notice kind="bad" title="Some parameters cannot be so" isLive>
      <ul>
        {problems.map(({ path, message }) => (
          <li key={path + message}>
            <code>{path}</code>: {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Groups({ groups, ...props }: StepProps & { groups: readonly ParameterGroup[] }) {
  const [search, setSearch] = useState('');
  const words = useDocumentation();
  const all = useMemo(() => groups.flatMap(({ parameters }) => parameters), [groups]);
  const ranges = useRanges(props.draft, props.rules, all);
  const wordsOf = ({ path }: ParameterValue) => `${words.get(path) ?? ''} ${words.get(path.split('.')[0] ?? '') ?? ''}`;
  const found = searchGroups(groups, search, wordsOf);
  return (
    <Stack gap="large">
      <TextInput
        label="Search"
        value={search}
        onChange={setSearch}
        placeholder="such as trade, fee, halt, volatility"
      />
      {found.length === 0 && <Muted>No parameter has all of these words.</Muted>}
      {found.map((group) => (
        <Group key={group.table} {...props} group={group} words={words} ranges={ranges} />
      ))}
    </Stack>
  );
}

type GroupProps = StepProps & { group: ParameterGroup; words: Documentation; ranges: Ranges };

function Group({ group: { table, parameters }, words, ranges, draft, update, problems }: GroupProps) {
  const set = (path: string) => (text: string | undefined) => update((now) => withOverride(now, path, text));
  const isPart = isPartThatIsOn(table, parameters, draft);
  return (
    <section className={styles.group} aria-label={title(table)}>
      <Row isSpread gap="small">
        <h3>{title(table)}</h3>
        {isPart && (
          <Button
            kind="plain"
            size="small"
            onClick={() =>
              update((now) =>
                parameters.reduce((all, { path, unit }) => withOverride(all, path, formatValue(unit, 0n)), now),
              )
            }
          >
            Turn off
          </Button>
        )}
      </Row>
      <Muted>{words.get(table)}</Muted>
      <div className={styles.fields}>
        {parameters.map((parameter) => (
          <ParameterField
            key={parameter.path}
            draft={draft}
            parameter={parameter}
            words={words.get(parameter.path)}
            range={ranges.get(parameter.path)}
            problem={problemAt(problems, parameter.path)}
            onChange={set(parameter.path)}
          />
        ))}
      </div>
    </section>
  );
}

/** Tables that are no parts of the strategy, or that are always in use. */
const ALWAYS_ON = ['limits', 'breakers', 'stress', 'execution', 'movement'];

/** A part is off while all of its parameters are 0. */
function isPartThatIsOn(table: string, parameters: readonly ParameterValue[], { overrides }: Draft): boolean {
  const now = ({ path, unit, value }: ParameterValue) => parseValue(unit, overrides[path] ?? '') ?? value;
  return !ALWAYS_ON.includes(table) && parameters.some((parameter) => now(parameter) !== 0n);
}
