import { vaultPath } from '../../routes.js';
import { LinkButton, Notice } from '../../ui/index.js';
import type { Closed } from './possible.js';
import type { Exchange } from './use-exchange.js';

type ClosedNoticeProps = { closed: NonNullable<Closed>; exchange: Exchange; isRedeeming?: boolean };

/** Why something is not possible now, and what is. */
export function ClosedNotice({ closed, exchange, isRedeeming = false }: ClosedNoticeProps) {
  const { vault, condition } = exchange;
  const hasShares = condition.totalShares > 0n;
  return (
    <Notice
      kind="caution"
      title={closed.reason}
      action={
        !isRedeeming &&
        hasShares && (
          <LinkButton size="small" href={vaultPath(vault.address, 'redeem')}>
            Redeem in kind
          </LinkButton>
        )
      }
    >
      {closed.instead}
    </Notice>
  );
}
