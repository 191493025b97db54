import { useMemo, useState } from 'react';
import type { Bounds } from '../../../rules/governance.js';
import { Badge, Muted, Stack, Table, TextInput } from '../../../ui/index.js';
import { useGovern } from '../context.js';
import * as words from '../settings.js';
import styles from '../govern.module.css';
import { BreakerSet } from './breaker-set.js';
import type { ChangeFormProps } from './form.js';

const DIRECTIONS = { down: 'lower is tighter', up: 'higher is tighter', never: 'any change waits' } as const;

/** A vault’s limits or breakers: each with its present value, its bounds, and a field for another one. */
export function SettingsForm({ kind, children }: ChangeFormProps & { kind: 'limits' | 'breakers' }) {
  const { vault, rules } = useGovern();
  const bounds = useMemo(() => words.inOrder(rules.bounds({ vault: vault.data })[kind]), [rules, vault.data, kind]);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const rows = bounds.map((setting) => {
    const text = texts[setting.name] ?? '';
    return { setting, text, typed: words.readSetting(setting, text) };
  });
  const hasError = rows.some(({ typed }) => typed.kind === 'error');
  const settings = rows.flatMap(({ setting, typed }) =>
    typed.kind === 'changed' ? [words.settingText(setting.name, typed.value)] : [],
  );
  return (
    <Stack>
      <Table
        caption={kind === 'limits' ? 'Limits' : 'Breakers'}
        rows={rows}
        rowKey={({ setting }) => setting.name}
        columns={[
          { key: 'setting', header: 'Setting', cell: ({ setting }) => <Name name={setting.name} />, onPhone: 'title' },
          {
            key: 'now',
            header: 'Now',
            isNumber: true,
            cell: ({ setting }) => words.formatSetting(setting.name, setting.value),
          },
          { key: 'bounds', header: 'May be', isNumber: true, cell: ({ setting }) => <MayBe setting={setting} /> },
          {
            key: 'new',
            header: 'New',
            cell: (row) => <NewValue {...row} onChange={(text) => setTexts({ ...texts, [row.setting.name]: text })} />,
          },
        ]}
      />
      <div className={settings.length > 0 ? styles.sticky : undefined}>
        {hasError ? (
          <Muted>Correct what is marked first.</Muted>
        ) : (
          children(settings.length === 0 ? null : { kind, settings })
        )}
      </div>
    </Stack>
  );
}

function Name({ name }: { name: string }) {
  return (
    <div>
      <strong>{words.settingLabel(name)}</strong>
      <Muted>{words.settingMeaning(name)}</Muted>
    </div>
  );
}

function MayBe({ setting }: { setting: Bounds }) {
  if (words.unitOf(setting.name) === 'breakers') {
    return <Muted>more is tighter</Muted>;
  }
  return (
    <div>
      {words.boundsText(setting)}
      <Muted>{DIRECTIONS[setting.tightens]}</Muted>
    </div>
  );
}

type NewValueProps = { setting: Bounds; text: string; typed: words.Typed; onChange: (text: string) => void };

function NewValue({ setting, text, typed, onChange }: NewValueProps) {
  if (words.unitOf(setting.name) === 'breakers') {
    const value = text === '' ? setting.value : BigInt(text);
    return <BreakerSet value={value} onChange={(value) => onChange(value.toString())} />;
  }
  const looser = typed.kind === 'changed' ? words.isLooser(setting, typed.value) : undefined;
  return (
    <Stack gap="small">
      <TextInput
        label={`New: ${words.settingLabel(setting.name)}`}
        isLabelHidden
        value={text}
        onChange={onChange}
        unit={words.unitMark(setting.name)}
        error={typed.kind === 'error' ? typed.message : undefined}
      />
      {looser !== undefined && <Badge tone={looser ? 'caution' : 'good'}>{looser ? 'Looser' : 'Tighter'}</Badge>}
    </Stack>
  );
}
