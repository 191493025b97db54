/**
 * What can be paused, and what that means to people.
 *
 * @module
 */

import { Pause } from '@ballast/client';

/** An activity that can be paused. */
export type Activity = {
  /** Its bit in `Vault.paused`. */
  bit: Pause;
  name: string;
  /** What is no longer possible while it is paused. */
  paused: string;
  /** What is possible again once it is resumed. */
  resumed: string;
};

/** Every activity that can be paused. Redemption in kind is none of them. */
export const ACTIVITIES: readonly Activity[] = [
  {
    bit: Pause.DepositInKind,
    name: 'Deposits in kind',
    paused: 'Nobody can deposit all assets at once, so that nobody can enter without trading against a price.',
    resumed: 'Everybody can deposit all assets at once again.',
  },
  {
    bit: Pause.DepositSingle,
    name: 'Deposits of one asset',
    paused: 'Nobody can deposit a single asset at the vault’s prices.',
    resumed: 'Everybody can deposit a single asset at the vault’s prices again.',
  },
  {
    bit: Pause.RedeemSingle,
    name: 'Redemptions in one asset',
    paused: 'Holders can no longer leave in a single asset; they can still redeem in kind.',
    resumed: 'Holders can leave in a single asset at the vault’s prices again.',
  },
  {
    bit: Pause.Rebalance,
    name: 'Rebalancing',
    paused: 'The vault stops trading: its weights follow the market and may leave their bands.',
    resumed: 'Keepers can make the vault trade again as soon as a trade is due.',
  },
];

/** What holds whatever is paused. */
export const ALWAYS = 'Redemption in kind cannot be paused: holders can always leave with their part of every asset.';

/** Whether an activity is paused. */
export function isPaused(paused: number, { bit }: Activity): boolean {
  return (paused & bit) !== 0;
}

/** These activities in one number, as `set_pause` takes them; 0 for none. */
export function maskOf(activities: readonly Activity[]): number {
  return activities.reduce((mask, { bit }) => mask | bit, 0);
}

/** The activities that `mask` names, in one list for people: `Rebalancing and deposits of one asset`. */
export function listed(activities: readonly Activity[]): string {
  const names = activities.map(({ name }, index) => (index === 0 ? name : name[0]!.toLowerCase() + name.slice(1)));
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
