import type { Address } from '@solana/kit';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useVault, type ReadyVault } from '../../chain/index.js';
import {
  formatPercentBps,
  formatPercentE8,
  formatPrice,
  formatUsd,
  formatUsdCompact,
  shortAddress,
} from '../../format/index.js';
import { vaultPath } from '../../routes.js';
import { classes } from '../../ui/classes.js';
import { assetColour, Badge, Bar, Skeleton } from '../../ui/index.js';
import styles from './cells.module.css';
import { holdings, stateOf } from './figures.js';

type CellProps = { address: Address };

/** The vault's name, and its page. */
export function Name({ address }: CellProps) {
  const vault = useVault(address);
  return (
    <span className={styles.name}>
      <Link href={vaultPath(address)}>{vault.status === 'ready' ? vault.name : shortAddress(address)}</Link>
      <code className={styles.small}>{shortAddress(address)}</code>
    </span>
  );
}

/** What the vault holds, as parts of its value. */
export function Holdings({ address }: CellProps) {
  return (
    <Cell address={address} width="9rem" height="2.25rem">
      {(vault) => {
        const parts = holdings(vault.figures, vault.names);
        return (
          <span className={styles.holdings}>
            <Bar
              label={parts
                .map(({ name, weightE8 }) => `${name} ${formatPercentE8(weightE8, { decimals: 0 })}`)
                .join(', ')}
              parts={parts.map(({ index, weightE8 }) => ({
                key: index,
                part: weightE8 / 1e8,
                colour: assetColour(index),
              }))}
            />
            <span className={styles.small}>{parts.map(({ name }) => name).join('  ')}</span>
          </span>
        );
      }}
    </Cell>
  );
}

/** What the vault is worth. */
export function Nav({ address }: CellProps) {
  return (
    <Cell address={address} width="5.5rem">
      {({ figures: { navUsd, isFresh } }) =>
        navUsd !== null && (
          <span className={styles.figure}>
            <span title={formatUsd(navUsd)}>{formatUsdCompact(navUsd)}</span>
            {!isFresh && <span className={styles.small}>at old prices</span>}
          </span>
        )
      }
    </Cell>
  );
}

/** What a share is worth. */
export function SharePrice({ address }: CellProps) {
  return (
    <Cell address={address} width="5rem">
      {({ figures: { sharePriceUsd } }) => sharePriceUsd !== null && formatPrice(sharePriceUsd)}
    </Cell>
  );
}

/** How much better a share has done than the first deposit's tokens. */
export function Against({ address }: CellProps) {
  return (
    <Cell address={address} width="4rem">
      {({ figures: { held } }) =>
        held !== null && (
          <span className={toneOf(held.againstE8)}>{formatPercentE8(held.againstE8, { isChange: true })}</span>
        )
      }
    </Cell>
  );
}

/** How far the asset that is farthest from its target is towards its band's edge. */
export function Drift({ address }: CellProps) {
  return (
    <Cell address={address} width="9rem" height="2.25rem">
      {({ figures: { drift }, names }) =>
        drift !== null && (
          <span className={styles.drift}>
            <Bar
              label={`${names[drift.asset]} has used ${formatPercentBps(drift.usedBps, { decimals: 0 })} of its band`}
              parts={[{ key: 0, part: Math.min(drift.usedBps / 10_000, 1), colour: driftColour(drift.usedBps) }]}
            />
            <span className={styles.small}>
              {formatPercentBps(drift.usedBps, { decimals: 0 })} of band, {names[drift.asset]}
            </span>
          </span>
        )
      }
    </Cell>
  );
}

/** Whether the vault trades, and if not, why. */
export function State({ address }: CellProps) {
  const vault = useVault(address);
  if (vault.status === 'error') {
    return (
      <span className={styles.state}>
        <Badge tone="bad">Unavailable</Badge>
        <span className={styles.small}>{vault.error}</span>
      </span>
    );
  }
  return (
    <Cell address={address} width="8rem" height="4.75rem">
      {({ figures }) => {
        const { tone, label, why } = stateOf(figures);
        return (
          <span className={styles.state}>
            <Badge tone={tone}>{label}</Badge>
            <span className={classes(styles.small, styles.why)} title={why}>
              {why}
            </span>
          </span>
        );
      }}
    </Cell>
  );
}

/** Holds its place until the vault is there; what is not known then is a dash. */
function Cell({
  address,
  width,
  height = '1.25rem',
  children,
}: CellProps & { width: string; height?: string; children: (vault: ReadyVault) => ReactNode }) {
  const vault = useVault(address);
  if (vault.status === 'loading') {
    return <Skeleton width={width} height={height} />;
  }
  const content = vault.status === 'ready' && children(vault);
  return content === false ? <span title="not known">–</span> : content;
}

/** Half a hundredth of a percent is shown as nothing. */
function toneOf(againstE8: bigint): string | undefined {
  if (againstE8 >= 5_000n) {
    return styles.good;
  }
  return againstE8 <= -5_000n ? styles.bad : undefined;
}

function driftColour(usedBps: number): string {
  if (usedBps > 10_000) {
    return 'var(--bad)';
  }
  return usedBps > 8_000 ? 'var(--caution)' : 'var(--accent)';
}
