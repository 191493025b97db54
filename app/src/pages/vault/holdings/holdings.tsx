import type { ReadyVault } from '../../../chain/index.js';
import { formatPercentE8 } from '../../../format/index.js';
import { assetColour, Bar, Card, Muted } from '../../../ui/index.js';
import { AssetTrack } from './asset-track.js';
import { HoldingsTable } from './holdings-table.js';
import styles from './holdings.module.css';

const ONE_E8 = 100_000_000;

/** What a vault holds: drawn as weights against targets and bands, and in a table with prices. */
export function Holdings({ vault }: { vault: ReadyVault }) {
  const { names } = vault;
  const listed = vault.figures.assets.filter(({ status }) => status !== 'removed');
  const drawn = listed.filter(({ status }) => status === 'active');
  const weights = drawn.flatMap(({ index, weightE8 }) => (weightE8 === null ? [] : [{ index, weightE8 }]));
  const words = weights.map(({ index, weightE8 }) => `${names[index]} ${formatPercentE8(weightE8)}`);
  return (
    <Card title="Holdings">
      <Bar
        label={weights.length === 0 ? 'Weights are not known yet' : `Weights: ${words.join(', ')}`}
        parts={weights.map(({ index, weightE8 }) => ({
          key: index,
          part: weightE8 / ONE_E8,
          colour: assetColour(index),
        }))}
      />
      <ul className={styles.assets}>
        {drawn.map((asset) => (
          <AssetTrack key={asset.index} asset={asset} name={names[asset.index] ?? ''} />
        ))}
      </ul>
      <Muted>
        Each track is centred on the target and scaled to its band: where the mark leaves the shaded band, a trade is
        due.
      </Muted>
      <HoldingsTable assets={listed} names={names} />
    </Card>
  );
}
