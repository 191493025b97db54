/**
 * What can become of a queued change: the program's own check of its time, told beforehand.
 *
 * @module
 */

import type { QueuedChange, Vault } from '@ballast/client';

/** A ready change is called expiring in its last day, or in the last quarter of a window shorter than four days. */
const LAST_CALL_SECS = 86_400n;

/** A queued change, as far as its status depends on it. */
export type Queued = Pick<QueuedChange, 'admin' | 'sequence' | 'eta' | 'expiresAt'> & {
  change: Pick<QueuedChange['change'], '__kind'>;
};

/** A vault, as far as the status of its queued changes depends on it. */
export type QueueOwner = Pick<Vault, 'admin' | 'totalShares' | 'tightenedSequence'>;

/**
 * What can be done with a queued change. Times are Unix time in seconds by the cluster's clock.
 *
 * - `waiting`: it can be applied from `until` on.
 * - `ready`: it can be applied until `until`; `expiring`: likewise, and that is soon.
 * - `expired`, `outdated`, `foreign`: it can never be applied; all that is left is to cancel it.
 */
export type ChangeStatus =
  | { kind: 'waiting' | 'ready' | 'expiring'; until: bigint }
  | { kind: 'expired'; since: bigint }
  | { kind: 'outdated' | 'foreign' };

/** What can be done with a queued change at `now`. What makes it void is told before its time has come. */
export function changeStatus(queued: Queued, vault: QueueOwner, now: bigint): ChangeStatus {
  if (queued.admin !== vault.admin) {
    return { kind: 'foreign' };
  }
  if (isOutdated(queued, vault.tightenedSequence)) {
    return { kind: 'outdated' };
  }
  if (now > queued.expiresAt) {
    return { kind: 'expired', since: queued.expiresAt };
  }
  // Nobody has to be warned in an empty vault.
  if (now < queued.eta && vault.totalShares > 0n) {
    return { kind: 'waiting', until: queued.eta };
  }
  return { kind: isLastCall(queued, now) ? 'expiring' : 'ready', until: queued.expiresAt };
}

/** Whether it can be applied at once. */
export function isApplicable({ kind }: ChangeStatus): boolean {
  return kind === 'ready' || kind === 'expiring';
}

/** Whether it can never be applied. */
export function isVoid({ kind }: ChangeStatus): boolean {
  return kind === 'expired' || kind === 'outdated' || kind === 'foreign';
}

/** Of these changes, those that a tightening at `now` makes void. */
export function voidedByTightening<T extends Queued>(changes: readonly T[], vault: QueueOwner, now: bigint): T[] {
  return changes.filter((queued) => !isVoid(changeStatus(queued, vault, now)) && isOutdated(queued, undefined));
}

/** What void changes are void by, and what to do about them. */
export const VOID_WORDS: Readonly<Record<'expired' | 'outdated' | 'foreign', string>> = {
  expired: 'It was not applied in time. Cancel it, and queue it anew.',
  outdated:
    'The vault was tightened after it was queued, which says that something was wrong. Cancel it, look at it again, and queue it anew.',
  foreign: 'Another admin queued it, and the present one cannot apply it. Cancel it, and queue it anew.',
};

/** Whether the tightening of this number, or one that is yet to come, voids it. A guardian’s replacement is not up to the guardian. */
function isOutdated({ sequence, change }: Queued, tightenedSequence: bigint | undefined): boolean {
  return change.__kind !== 'Guardian' && (tightenedSequence === undefined || sequence < tightenedSequence);
}

function isLastCall({ eta, expiresAt }: Queued, now: bigint): boolean {
  const quarter = (expiresAt - eta) / 4n;
  return expiresAt - now <= (quarter < LAST_CALL_SECS ? quarter : LAST_CALL_SECS);
}
