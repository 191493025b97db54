import { TRIGGERS } from '@ballast/client';
import type { ReadyVault } from '../../chain/index.js';
import { formatUsd } from '../../format/index.js';
import type { RoutePreview } from '../../rules/types.js';
import { Badge, Card, Facts, Muted } from '../../ui/index.js';
import { amount, plain, sentence, sol } from './history/words.js';
import { pairName } from './pair.js';
import { grouped, isTrade, type PreviewGroup } from './previews.js';
import { tokensOf } from './tokens.js';
import styles from './vault.module.css';

/** What a rebalance would do on every route, and why it would not: the program's own decision on the newest prices. */
export function Decisions({ vault }: { vault: ReadyVault }) {
  const { previews } = vault.figures;
  return (
    <Card title="What the vault would trade now" aside={<Badge tone="accent">Live</Badge>}>
      {previews.length === 0 ? (
        <Muted>The vault has no routes to trade on. Its admin can register pools.</Muted>
      ) : (
        <ul className={styles.decisions}>
          {grouped(previews).map((group) => (
            <li key={group[0].route} className={styles.decision}>
              <Decision vault={vault} group={group} />
            </li>
          ))}
        </ul>
      )}
      <Muted>
        Nobody chooses: amount, minimum and pool follow from the vault’s rules, and anyone may carry a trade out.
      </Muted>
    </Card>
  );
}

function Decision({ vault, group }: { vault: ReadyVault; group: PreviewGroup }) {
  const [preview] = group;
  return (
    <>
      <div className={styles.decisionHead}>
        <h3>{heading(vault, group)}</h3>
        <Verdict preview={preview} />
      </div>
      {!isTrade(preview) && <p className={styles.words}>{sentence(preview.error ?? preview.words)}</p>}
      <Terms vault={vault} preview={preview} />
    </>
  );
}

/** Which way a trade would go, or which routes rest. */
function heading(vault: ReadyVault, group: PreviewGroup): string {
  const [preview] = group;
  return isTrade(preview)
    ? `${vault.names[preview.sell]} → ${vault.names[preview.buy]}`
    : group.map(({ route }) => pairName(vault, route)).join(', ');
}

function Verdict({ preview: { reason, reasonName, breaker, breakerName, error } }: { preview: RoutePreview }) {
  if (error !== null) {
    return <Badge tone="caution">No decision</Badge>;
  }
  if (breaker !== 0) {
    return <Badge tone="bad">Would halt: {plain(breakerName ?? '')}</Badge>;
  }
  return reason === 0 ? <Badge tone="accent">Trade due</Badge> : <Badge>{plain(reasonName ?? 'No trade')}</Badge>;
}

/** A trade's terms, which say all about it; what one would be worth and cost also where that is why there is none. */
function Terms({ vault, preview }: { vault: ReadyVault; preview: RoutePreview }) {
  const { sell, buy, amountIn, expectedOut, minOut, valueUsd, benefitUsd, costUsd, trigger, rewardLamports } = preview;
  const tokens = tokensOf(vault);
  const hasTrade = isTrade(preview);
  const facts = [
    ...(hasTrade
      ? [
          { label: 'Sell', value: `${amount(amountIn, sell, tokens)} (${formatUsd(valueUsd)})` },
          { label: 'Expect', value: amount(expectedOut, buy, tokens) },
          { label: 'At least', value: amount(minOut, buy, tokens) },
          { label: 'Because', value: TRIGGERS[trigger]?.meaning ?? '' },
        ]
      : []),
    ...(benefitUsd > 0n ? [{ label: 'Risk that it removes is worth', value: formatUsd(benefitUsd) }] : []),
    ...(costUsd > 0n ? [{ label: 'Costs against the oracle', value: formatUsd(costUsd) }] : []),
    ...(hasTrade && rewardLamports > 0n ? [{ label: 'Pays its keeper', value: sol(rewardLamports) }] : []),
  ];
  return facts.length === 0 ? null : <Facts facts={facts} />;
}
