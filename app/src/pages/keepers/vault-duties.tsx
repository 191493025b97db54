import type { Address } from '@solana/kit';
import { useState } from 'react';
import { Link } from 'wouter';
import { useVault, type ReadyVault } from '../../chain/index.js';
import { formatAmount, shortAddress } from '../../format/index.js';
import { vaultPath } from '../../routes.js';
import { TransactionProgress, useSubmit } from '../../transaction/index.js';
import { Badge, Card, Facts, Loading, Muted, Notice, Skeleton } from '../../ui/index.js';
import { sol } from '../vault/history/words.js';
import { duties, type Duty } from './duties.js';
import { DutyItem } from './duty-item.js';
import styles from './keepers.module.css';
import type { Trial } from './trial.js';

/** What there is to do for a vault. */
export function VaultDuties({ address }: { address: Address }) {
  const vault = useVault(address);
  if (vault.status === 'ready') {
    return <Duties vault={vault} />;
  }
  return (
    <Card title={shortAddress(address)}>
      {vault.status === 'error' ? (
        <Notice kind="bad" title="This vault cannot be shown">
          {vault.error}
        </Notice>
      ) : (
        <>
          <Loading what="a vault" />
          <Skeleton height="14rem" />
        </>
      )}
    </Card>
  );
}

/** What came of simulations, by the duty's key. A duty may become due, or no longer be, while somebody reads. */
type Results = Readonly<Record<string, Trial | undefined>>;

function Duties({ vault }: { vault: ReadyVault }) {
  const crank = useSubmit();
  const [results, setResults] = useState<Results>({});
  const all = duties(vault);
  const due = all.filter(({ state }) => state === 'due').length;
  const isShown = ({ key, state }: Duty) => state !== 'waiting' || results[key] !== undefined;
  const later = all.filter((duty) => !isShown(duty));
  const list = (some: readonly Duty[]) => (
    <ul className={styles.duties}>
      {some.map((duty) => (
        <DutyItem
          key={duty.key}
          vault={vault}
          duty={duty}
          crank={crank}
          result={results[duty.key]}
          onResult={(result) => setResults((others) => ({ ...others, [duty.key]: result }))}
        />
      ))}
    </ul>
  );
  return (
    <Card
      title={<Link href={vaultPath(vault.address)}>{vault.name}</Link>}
      aside={due === 0 ? <Badge>Nothing is due</Badge> : <Badge tone="accent">{due} due now</Badge>}
    >
      <Offer vault={vault} />
      <TransactionProgress of={crank} />
      {all.length === 0 && <Muted>Nothing is to be done: the vault is being closed.</Muted>}
      {list(all.filter(isShown))}
      {later.length > 0 && (
        <details className={styles.later}>
          <summary>{later.length} not due now</summary>
          {list(later)}
        </details>
      )}
    </Card>
  );
}

/** What the vault pays its keepers, and from what. */
function Offer({ vault }: { vault: ReadyVault }) {
  const { lamports, rewardLamports, isPaying } = vault.figures.fund;
  const { maxDailyCrankLamports } = vault.account.limits;
  const reward = rewardLamports === 0n ? 'nothing' : sol(rewardLamports);
  return (
    <Facts
      facts={[
        { label: 'Pays for a rebalance', value: reward },
        { label: 'At most in a day', value: sol(BigInt(maxDailyCrankLamports)) },
        {
          label: 'Crank fund',
          value: `${formatAmount(lamports, 9, 6)} SOL${isPaying ? '' : ': it does not pay for the next one'}`,
        },
      ]}
    />
  );
}
