import { useState } from 'react';
import { useConfig } from '../../../config-context.js';
import { Button, Card, Muted, Notice, Row, Stack } from '../../../ui/index.js';
import { withAsset, withoutAsset } from '../draft.js';
import { StartFromFile } from './start-from-file.js';
import { AssetCard } from './asset-card.js';
import { AnyMintForm } from './any-mint-form.js';
import styles from './steps.module.css';
import type { StepProps } from './types.js';

/** Which tokens the vault holds, and where their prices come from. */
export function AssetsStep({ draft, update, problems, rules, profiles }: StepProps) {
  const { tokens } = useConfig();
  const [isAddingOther, setIsAddingOther] = useState(false);
  const chosen = new Set<string>(draft.assets.map(({ mint }) => mint));
  const offered = tokens.filter(({ mint, feedId }) => !chosen.has(mint) && feedId !== undefined);
  return (
    <Stack gap="large">
      <Card
        title="What the vault holds"
        aside={<StartFromFile rules={rules} profiles={profiles} isEmpty={draft.assets.length === 0} update={update} />}
      >
        {draft.assets.length === 0 ? (
          <Muted>Nothing yet. A vault holds two to sixteen tokens, and keeps each at a weight.</Muted>
        ) : (
          <ul className={styles.assets} aria-label="Chosen assets">
            {draft.assets.map((asset, place) => (
              <li key={asset.mint}>
                <AssetCard
                  asset={asset}
                  place={place}
                  rules={rules}
                  problems={problems.filter(({ path }) => path.startsWith(`assets.${place}.`))}
                  onRemove={() => update((now) => withoutAsset(now, asset.mint))}
                />
              </li>
            ))}
          </ul>
        )}
        {problems
          .filter(({ path }) => path === 'assets')
          .map(({ message }) => (
            <Notice key={message} kind="bad" isLive>
              {message}
            </Notice>
          ))}
      </Card>
      <Card title="Add an asset">
        {offered.length > 0 && (
          <Row gap="small">
            {offered.map(({ symbol, mint, feedId = '' }) => (
              <Button
                key={mint}
                aria-label={`Add ${symbol}`}
                onClick={() => update((now) => withAsset(now, { symbol, mint, feed: { feedId } }))}
              >
                + {symbol}
              </Button>
            ))}
          </Row>
        )}
        {isAddingOther ? (
          <AnyMintForm
            draft={draft}
            rules={rules}
            onAdd={(asset) => {
              update((now) => withAsset(now, asset));
              setIsAddingOther(false);
            }}
            onCancel={() => setIsAddingOther(false)}
          />
        ) : (
          <div>
            <Button kind="plain" onClick={() => setIsAddingOther(true)}>
              Any other token, by the address of its mint
            </Button>
          </div>
        )}
      </Card>
    </Stack>
  );
}
