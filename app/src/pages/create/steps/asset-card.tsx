import { Address, Button, Notice, Swatch } from '../../../ui/index.js';
import type { Rules } from '../../../rules/types.js';
import type { DraftProblem } from '../checks.js';
import type { DraftAsset } from '../draft.js';
import { MintFacts } from '../mints/mint-facts.js';
import { FeedFacts } from '../mints/feed-facts.js';
import styles from './steps.module.css';

type AssetCardProps = {
  asset: DraftAsset;
  place: number;
  rules: Rules;
  problems: readonly DraftProblem[];
  onRemove: () => void;
};

/** An asset that was chosen, and what the chain says of it. */
export function AssetCard({ asset, place, rules, problems, onRemove }: AssetCardProps) {
  return (
    <article className={styles.asset} aria-label={asset.symbol}>
      <div className={styles['asset-name']}>
        <Swatch asset={place} />
        <strong>{asset.symbol}</strong>
      </div>
      <div className={styles['asset-facts']}>
        <div>
          <Address address={asset.mint} />
        </div>
        <MintFacts mint={asset.mint} rules={rules} />
        <FeedFacts feed={asset.feed} />
        {problems.map(({ message }) => (
          <Notice key={message} kind="bad">
            {message}
          </Notice>
        ))}
      </div>
      <Button kind="plain" size="small" aria-label={`Remove ${asset.symbol}`} onClick={onRemove}>
        Remove
      </Button>
    </article>
  );
}
