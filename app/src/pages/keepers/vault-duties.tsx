import type { Address } from '@solana/kit';
import { Link } from 'wouter';
import { useVault, type ReadyVault } from '../../chain/index.js';
import { formatAmount, shortAddress } from '../../format/index.js';
import { vaultPath } from '../../routes.js';
import { TransactionProgress, useSubmit, type Submit } from '../../transaction/index.js';
import { Badge, Card, Facts, Loading, Muted, Notice, Skeleton } from '../../ui/index.js';
import { sol } from '../vault/history/words.js';
import { duties, type Duty } from './duties.js';
import { DutyItem } from './duty-item.js';
import styles from './keepers.module.css';

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

function Duties({ vault }: { vault: ReadyVault }) {
  const crank = useSubmit();
  const all = duties(vault);
  const due = all.filter(({ state }) => state === 'due').length;
  const now = all.filter(({ state }) => state !== 'waiting');
  const later = all.filter(({ state }) => state === 'waiting');
  return (
    <Card
      title={<Link href={vaultPath(vault.address)}>{vault.name}</Link>}
      aside={due === 0 ? <Badge>Nothing is due</Badge> : <Badge tone="accent">{due} due now</Badge>}
    >
      <Offer vault={vault} />
      <TransactionProgress of={crank} />
      {all.length === 0 ? (
        <Muted>Nothing is to be done: the vault is being closed.</Muted>
      ) : (
        <>
          <List vault={vault} duties={now} crank={crank} />
          {later.length > 0 && (
            <details className={styles.later}>
              <summary>{later.length} not due now</summary>
              <List vault={vault} duties={later} crank={crank} />
            </details>
          )}
        </>
      )}
    </Card>
  );
}

function List({ vault, duties, crank }: { vault: ReadyVault; duties: readonly Duty[]; crank: Submit }) {
  return (
    <ul className={styles.duties}>
      {duties.map((duty) => (
        <DutyItem key={duty.key} vault={vault} duty={duty} crank={crank} />
      ))}
    </ul>
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
