import type { ReadyVault } from '../../chain/index.js';
import { Card, Muted } from '../../ui/index.js';

/** A vault's roles, limits and queued changes. */
export function GovernPage({ vault }: { vault: ReadyVault }) {
  return (
    <Card title="Govern">
      <Muted>{vault.address}</Muted>
    </Card>
  );
}
