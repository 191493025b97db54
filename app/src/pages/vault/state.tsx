import type { ReadyVault } from '../../chain/index.js';
import type { Activity, VaultFigures } from '../../rules/types.js';
import { vaultPath } from '../../routes.js';
import { Countdown, LinkButton, Notice, Time } from '../../ui/index.js';
import { beyond, breaker, plain, sentence } from './history/words.js';

const ACTIVITIES: Readonly<Record<Activity, string>> = {
  'deposit-in-kind': 'deposits in kind',
  'deposit-single': 'deposits of one asset',
  'redeem-single': 'redemptions in one asset',
  rebalance: 'rebalancing',
};

/** What a vault does not do at the moment, and why; nothing where all is well. */
export function State({ vault }: { vault: ReadyVault }) {
  const { figures } = vault;
  return (
    <>
      {figures.halt !== null && <Halted vault={vault} />}
      {figures.paused.length > 0 && (
        <Notice
          kind="caution"
          title={`Paused: ${figures.paused.map((activity) => ACTIVITIES[activity]).join(', ')}`}
          action={<RedeemLink vault={vault} />}
        >
          The guardian or the admin has paused this; only the admin starts it again. Redemption in kind cannot be
          paused.
        </Notice>
      )}
      {figures.state.kind === 'closing' && (
        <Notice kind="caution" title="This vault is being closed" action={<RedeemLink vault={vault} />}>
          It takes no deposits and makes no trades. What is left in it belongs to whoever holds shares or claims.
        </Notice>
      )}
      {figures.state.kind === 'empty' && (
        <Notice
          kind="info"
          title="Nobody has deposited yet"
          action={
            <LinkButton href={vaultPath(vault.address, 'deposit')} size="small">
              Deposit
            </LinkButton>
          }
        >
          The first deposit sets the price of a share.
        </Notice>
      )}
      <Prices vault={vault} />
    </>
  );
}

function Halted({ vault }: { vault: ReadyVault }) {
  const { halt } = vault.figures;
  if (halt === null) {
    return null;
  }
  return (
    <Notice
      kind="bad"
      title={`A breaker has halted trading: ${plain(halt.name)}`}
      action={<RedeemLink vault={vault} />}
    >
      {breaker(halt.breaker, halt.asset ?? -1, vault)} {beyond(halt.breaker, halt.measured, halt.limit)} It tripped on{' '}
      <Time at={halt.trippedAt} />.{' '}
      {halt.endsAt === null ? (
        'Only the admin ends this halt, after review.'
      ) : (
        <>
          It cools off in <Countdown until={halt.endsAt} done="no time: the next rebalance ends the halt" />.
        </>
      )}{' '}
      Redemption in kind is open as always.
    </Notice>
  );
}

/** Prices that are too old, and published ones that the vault does not take. */
function Prices({ vault: { figures, names } }: { vault: ReadyVault }) {
  const { isFresh, state, refresh } = figures;
  const isStale = !isFresh && state.kind !== 'empty';
  if (!isStale && refresh.refused.length === 0) {
    return null;
  }
  const title = isStale ? 'A price is too old to trade on' : 'Published prices that the vault does not take';
  return (
    <Notice kind="caution" title={title}>
      {isStale &&
        'The vault neither trades nor exchanges single assets until it has fresh prices. Redemption in kind needs none.'}
      {refresh.refused.length > 0 && (
        <ul>
          {Object.entries(byMessage(refresh.refused)).map(([message, assets]) => (
            <li key={message}>
              {assets.map((asset) => names[asset]).join(', ')}: {sentence(message)}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** The assets of each refusal. */
function byMessage(refused: VaultFigures['refresh']['refused']): Record<string, number[]> {
  const assets: Record<string, number[]> = {};
  for (const { asset, message } of refused) {
    (assets[message] ??= []).push(asset);
  }
  return assets;
}

function RedeemLink({ vault }: { vault: ReadyVault }) {
  return (
    <LinkButton href={vaultPath(vault.address, 'redeem')} size="small">
      Redeem
    </LinkButton>
  );
}
