import type { ReadyVault } from '../../chain/index.js';
import { formatPercentE8, formatUsd } from '../../format/index.js';
import { Bar, Card, Facts, Muted, Stack } from '../../ui/index.js';

/** What the vault may still lose and sell within a day, and its stress test. */
export function Budgets({ vault: { figures } }: { vault: ReadyVault }) {
  const { lossLeftUsd, lossUsd, turnoverLeftUsd, turnoverUsd } = figures.budgets;
  const { stress } = figures;
  return (
    <Card title="Budgets left">
      <Stack gap="medium">
        <Budget name="Losses to trading" leftUsd={lossLeftUsd} wholeUsd={lossUsd} />
        <Budget name="Turnover" leftUsd={turnoverLeftUsd} wholeUsd={turnoverUsd} />
      </Stack>
      {stress !== null && (
        <Facts
          facts={[
            { label: 'Worst loss under stress', value: formatPercentE8(stress.lossE8) },
            { label: 'Allowed after a trade', value: formatPercentE8(stress.limitE8) },
          ]}
        />
      )}
      <Muted>No trade goes beyond them. What was used comes back evenly over a day.</Muted>
    </Card>
  );
}

function Budget({ name, leftUsd, wholeUsd }: { name: string; leftUsd: bigint; wholeUsd: bigint }) {
  const part = wholeUsd === 0n ? 0 : Number(leftUsd) / Number(wholeUsd);
  const words = `${formatUsd(leftUsd)} of ${formatUsd(wholeUsd)}`;
  return (
    <Stack gap="small">
      <Facts facts={[{ label: name, value: words }]} />
      <Bar label={`${name}: ${words} left`} parts={[{ key: 'left', part, colour: 'var(--accent)' }]} />
    </Stack>
  );
}
