import { formatPercentE8, formatUsd } from '../../format/index.js';
import { Card, Facts, Muted, Skeleton } from '../../ui/index.js';
import { partE8, worthUsd } from './position.js';
import { shareCount } from './summary.js';
import type { Exchange } from './use-exchange.js';

/** What the connected wallet has of the vault. */
export function PositionCard({ exchange }: { exchange: Exchange }) {
  const { owner, funds, vault } = exchange;
  if (owner === null) {
    return (
      <Card title="Your position">
        <Muted>Connect a wallet to see your shares and balances. Quotes work without one.</Muted>
      </Card>
    );
  }
  const { sharePriceUsd, shareDecimals, totalShares } = vault.figures;
  const worth = funds && worthUsd(funds.shares, sharePriceUsd, shareDecimals);
  const facts = [
    { label: 'Shares', value: funds && shareCount(funds.shares) },
    { label: 'Worth', value: worth === null ? 'unknown' : worth !== undefined && formatUsd(worth) },
    { label: 'Part of the vault', value: funds && formatPercentE8(partE8(funds.shares, totalShares)) },
  ];
  return (
    <Card title="Your position">
      <Facts facts={facts.map(({ label, value }) => ({ label, value: value || <Skeleton width="6rem" /> }))} />
    </Card>
  );
}
