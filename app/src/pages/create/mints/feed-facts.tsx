import { useQuery } from '@tanstack/react-query';
import { useChain } from '../../../chain/index.js';
import { useConfig } from '../../../config-context.js';
import { Notice } from '../../../ui/index.js';
import type { Feed } from '../../../rules/types.js';
import { fetchFeed } from './feed.js';
import styles from './mints.module.css';

/** Where an asset's price comes from, and whether anybody publishes it on this cluster. */
export function FeedFacts({ feed }: { feed: Feed }) {
  const { rpc } = useChain();
  const { rpcUrl } = useConfig();
  const name = 'feedId' in feed ? feed.feedId : feed.priceAccount;
  const { data } = useQuery({ queryKey: ['feed', rpcUrl, name], queryFn: () => fetchFeed(rpc, feed) });
  return (
    <>
      <div className={styles.facts}>
        {'feedId' in feed ? 'Pyth feed ' : 'Pyth price account '}
        <code title={name}>{shortened(name)}</code>
        {data?.kind === 'published' && ', published here'}
      </div>
      {data?.kind === 'missing' && (
        <Notice kind="caution" title="Nobody publishes this price here">
          There is no account {data.account}. Without a price the vault takes no deposits of one asset and does not
          trade.
        </Notice>
      )}
      {data?.kind === 'other' && (
        <Notice kind="bad" title="This account publishes no such price">
          It belongs to {data.owner}. Check the address, and whether the feed is a pull or a push one.
        </Notice>
      )}
    </>
  );
}

function shortened(name: string): string {
  const digits = name.replace(/^0x/i, '');
  return `${digits.slice(0, 6)}…${digits.slice(-6)}`;
}
