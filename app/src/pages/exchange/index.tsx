import type { ReadyVault } from '../../chain/index.js';
import { Card, Muted } from '../../ui/index.js';

/** Assets for shares. */
export function DepositPage({ vault }: { vault: ReadyVault }) {
  return (
    <Card title="Deposit">
      <Muted>{vault.address}</Muted>
    </Card>
  );
}

/** Shares for assets. */
export function RedeemPage({ vault }: { vault: ReadyVault }) {
  return (
    <Card title="Redeem">
      <Muted>{vault.address}</Muted>
    </Card>
  );
}
