import type { ReadyVault } from '../../chain/index.js';
import { Card, Muted } from '../../ui/index.js';

/** A vault's holdings, prices and decisions. */
export function VaultPage({ vault }: { vault: ReadyVault }) {
  return (
    <Card title="Overview">
      <Muted>{vault.address}</Muted>
    </Card>
  );
}

/** What happened to a vault. */
export function HistoryPage({ vault }: { vault: ReadyVault }) {
  return (
    <Card title="History">
      <Muted>{vault.address}</Muted>
    </Card>
  );
}
