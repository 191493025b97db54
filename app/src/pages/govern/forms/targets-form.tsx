import { useState } from 'react';
import { formatPercentBps, formatPercentE8 } from '../../../format/index.js';
import type { ChangeRequest } from '../../../rules/types.js';
import { Button, Muted, Row, Stack, Table, TextInput } from '../../../ui/index.js';
import { useGovern } from '../context.js';
import { errorOf, readTarget, targetRange, valueOf, wholeTargets } from '../inputs.js';
import { parseSecs } from '../settings.js';
import type { ChangeFormProps } from './form.js';

const WHOLE_BPS = 10_000;
const LONGEST_SECS = 2n ** 32n - 1n;

/** Every asset’s target at the end of a ramp, and how long that takes. */
export function TargetsForm({ children }: ChangeFormProps) {
  const { vault, rules } = useGovern();
  const present = rules.baseTargets({ vault: vault.data, now: vault.chain.now }).targetsE8;
  const assets = vault.figures.assets.filter(({ status }) => status !== 'removed');
  const [texts, setTexts] = useState<Readonly<Record<number, string>>>({});
  const [over, setOver] = useState('7 d');
  const targetOf = (asset: number) => readTarget(texts[asset] ?? '', vault.account.assets[asset]!.allocation);
  const targetsBps = vault.figures.assets.map(({ index }) => valueOf(targetOf(index)) ?? 0);
  const sumBps = targetsBps.reduce((sum, bps) => sum + bps, 0);
  const secs = parseSecs(over);
  const isComplete = assets.every(({ index }) => targetOf(index).kind === 'value');
  const isFine = isComplete && sumBps === WHOLE_BPS && typeof secs === 'bigint' && secs <= LONGEST_SECS;
  const request: ChangeRequest | null = isFine ? { kind: 'targets', targetsBps, durationSecs: Number(secs) } : null;
  const prefill = () => {
    setTexts(
      Object.fromEntries(wholeTargets(present).map((bps, index) => [index, formatPercentBps(bps).replace('%', '')])),
    );
  };
  return (
    <Stack>
      <Table
        caption="Targets"
        rows={assets}
        rowKey={({ index }) => index}
        columns={[
          {
            key: 'asset',
            header: 'Asset',
            cell: ({ index }) => <strong>{vault.names[index]}</strong>,
            onPhone: 'title',
          },
          {
            key: 'now',
            header: 'Target now',
            isNumber: true,
            cell: ({ index }) => formatPercentE8(present[index] ?? 0),
          },
          {
            key: 'may',
            header: 'May be',
            isNumber: true,
            cell: ({ index }) => targetRange(vault.account.assets[index]!.allocation),
          },
          {
            key: 'new',
            header: 'New target',
            cell: ({ index }) => (
              <TextInput
                label={`New target of ${vault.names[index]}`}
                isLabelHidden
                inputMode="decimal"
                unit="%"
                value={texts[index] ?? ''}
                onChange={(text) => setTexts({ ...texts, [index]: text })}
                error={errorOf(targetOf(index))}
              />
            ),
          },
        ]}
      />
      <Row isSpread>
        <Muted>{`Sum: ${formatPercentBps(sumBps)}${sumBps === WHOLE_BPS ? '' : ', must be 100.00%'}`}</Muted>
        <Button kind="plain" size="small" onClick={prefill}>
          Where the targets are now
        </Button>
      </Row>
      <TextInput
        label="Over"
        value={over}
        onChange={setOver}
        hint="An hour to a year, such as 12 h or 7 d."
        error={typeof secs === 'string' ? secs : undefined}
      />
      {children(request)}
    </Stack>
  );
}
