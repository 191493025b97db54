/**
 * What can be done with a vault in the state that it is in, and what to do instead. The program has the last word; this only says it
 * before somebody fills in a form.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { Activity, VaultFigures } from '../../rules/types.js';
import { listed } from './basket.js';

/** A way to put something in or take something out. */
export type Way = 'deposit-single' | 'deposit-in-kind' | 'redeem-single' | 'redeem-in-kind';

/** Why a way is closed; `undefined` where it is open. Whole sentences. */
export type Closed = { reason: string; instead: string } | undefined;

/** What of a vault's state matters here. */
export type Condition = Pick<VaultFigures, 'state' | 'paused' | 'halt' | 'totalShares' | 'isFresh'> & {
  /** Whether the vault is being closed for good. */
  isClosing: boolean;
  /** Names of assets that are quarantined. */
  quarantined: readonly string[];
};

const IN_KIND_ALWAYS = 'Redemption in kind works at any time.';

/** Why the way is closed now. Redemption in kind never is. */
export function closed(way: Way, condition: Condition): Closed {
  switch (way) {
    case 'redeem-in-kind':
      return undefined;
    case 'deposit-in-kind':
      return depositInKind(condition);
    case 'deposit-single':
      return depositSingle(condition);
    case 'redeem-single':
      return redeemSingle(condition);
  }
}

function depositInKind(condition: Condition): Closed {
  return closing(condition) ?? paused('deposit-in-kind', 'Deposits in kind are paused.', condition, IN_KIND_ALWAYS);
}

function depositSingle(condition: Condition): Closed {
  const instead = depositInKind(condition) ? IN_KIND_ALWAYS : 'Deposit all assets in kind, or wait.';
  if (condition.totalShares === 0n) {
    return { reason: 'The vault is empty.', instead: 'Its first deposit is its admin’s, in kind.' };
  }
  return (
    closing(condition) ??
    paused('deposit-single', 'Deposits in one asset are paused.', condition, instead) ??
    quarantined(condition, instead) ??
    halted(condition, instead) ??
    stale(condition, instead)
  );
}

function redeemSingle(condition: Condition): Closed {
  if (condition.totalShares === 0n) {
    return { reason: 'The vault is empty.', instead: 'There is nothing to redeem.' };
  }
  const instead = 'Redeem all assets in kind, which works at any time, or wait.';
  return (
    paused('redeem-single', 'Redemptions in one asset are paused.', condition, instead) ??
    halted(condition, instead) ??
    stale(condition, instead)
  );
}

function closing({ isClosing }: Condition): Closed {
  return isClosing
    ? { reason: 'The vault is being closed for good, and takes no deposits any more.', instead: IN_KIND_ALWAYS }
    : undefined;
}

function paused(activity: Activity, reason: string, condition: Condition, instead: string): Closed {
  return condition.paused.includes(activity)
    ? { reason: `${reason} The guardian or the admin did that; only the admin can undo it.`, instead }
    : undefined;
}

function quarantined({ quarantined: names }: Condition, instead: string): Closed {
  return names.length > 0
    ? {
        reason: `${listed(names)} cannot be valued, being quarantined, so nobody can say what a share costs.`,
        instead,
      }
    : undefined;
}

function halted({ halt }: Condition, instead: string): Closed {
  if (halt === null) {
    return undefined;
  }
  const until = halt.isHard ? 'until the admin has reviewed it' : 'until prices have been calm for a while';
  return { reason: `A breaker has halted trading ${until}: ${halt.meaning}.`, instead };
}

function stale({ isFresh }: Condition, instead: string): Closed {
  return isFresh ? undefined : { reason: 'Some prices are too old to exchange single assets at.', instead };
}

/** Who may make the first deposit of a vault without shares: why this wallet may not, or `undefined` where it may. */
export function firstDepositClosed(admin: Address, wallet: Address | null): Closed {
  if (wallet === admin) {
    return undefined;
  }
  return {
    reason: 'The vault is empty. Its first deposit, which sets the price of a share, is its admin’s.',
    instead:
      wallet === null ? 'Connect the admin’s wallet, or come back later.' : 'Come back once the admin has deposited.',
  };
}
