/**
 * Who may do what in a vault. The program enforces it; this tells people beforehand.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { Vault } from '@ballast/client';

/** The address of all zeros: nobody holds the role, and nobody can sign for it. */
export const NOBODY = '11111111111111111111111111111111' as Address;

/** A role that a vault gives to an address. */
export type Role = 'admin' | 'pendingAdmin' | 'guardian' | 'manager' | 'forecaster' | 'feeRecipient';

/** Whose signature an action takes. The admin may do whatever guardian and manager may. */
export type Need = 'admin' | 'pendingAdmin' | 'guardian' | 'manager' | 'anybody';

/** The roles as the vault's account names their holders. */
export type RoleHolders = Pick<Vault, Role>;

/** A role in words. */
export type RoleWords = { role: Role; name: string; may: string; mayNot: string };

/** Every role, the most powerful first. */
export const ROLES: readonly RoleWords[] = [
  {
    role: 'admin',
    name: 'Admin',
    may:
      'Queues and applies changes after the timelock, registers routes, resumes what is paused, ends halts, hands the role over. ' +
      'Also all that guardian and manager may.',
    mayNot: 'Skip the timelock, leave the compiled bounds, take tokens, or stop redemption in kind.',
  },
  {
    role: 'pendingAdmin',
    name: 'Proposed admin',
    may: 'Becomes the admin by accepting.',
    mayNot: 'Do anything before that.',
  },
  {
    role: 'guardian',
    name: 'Guardian',
    may: 'At once: pauses, tightens, cancels queued changes, closes routes, quarantines assets.',
    mayNot: 'Resume, loosen, move tokens, or cancel its own replacement.',
  },
  {
    role: 'manager',
    name: 'Manager',
    may: 'Moves the targets by slow ramps, within each asset’s bounds.',
    mayNot: 'Go faster than the vault’s limit, or beyond the bounds.',
  },
  {
    role: 'forecaster',
    name: 'Forecaster',
    may: 'Posts forecasts of volatility, which widen or narrow the bands until they expire.',
    mayNot: 'Cause or prevent a trade outright, or leave the strategy’s bounds.',
  },
  {
    role: 'feeRecipient',
    name: 'Fee recipient',
    may: 'Gets the management fees as new shares.',
    mayNot: 'Decide anything.',
  },
];

/** The roles whose holder's signature is enough, by what an action needs. */
const ENOUGH: Readonly<Record<Exclude<Need, 'anybody'>, readonly Role[]>> = {
  admin: ['admin'],
  pendingAdmin: ['pendingAdmin'],
  guardian: ['guardian', 'admin'],
  manager: ['manager', 'admin'],
};

/** Who holds a role; `null` for nobody. */
export function holder(vault: RoleHolders, role: Role): Address | null {
  return vault[role] === NOBODY ? null : vault[role];
}

/** The roles that an address holds. */
export function rolesOf(vault: RoleHolders, address: Address): Role[] {
  return ROLES.map(({ role }) => role).filter((role) => holder(vault, role) === address);
}

/** A role's name. */
export function roleName(role: Role): string {
  return ROLES.find((words) => words.role === role)!.name;
}

/** Whether this address' signature is enough. */
export function isEnough(vault: RoleHolders, need: Need, address: Address): boolean {
  return need === 'anybody' || ENOUGH[need].some((role) => holder(vault, role) === address);
}

/** Who can sign, each address once; nobody in particular where anybody can. */
export function signers(vault: RoleHolders, need: Need): { role: Role; address: Address }[] {
  if (need === 'anybody') {
    return [];
  }
  const held = ENOUGH[need].flatMap((role) => {
    const address = holder(vault, role);
    return address === null ? [] : [{ role, address }];
  });
  return held.filter(({ address }, index) => held.findIndex((other) => other.address === address) === index);
}

/** Whose signature it takes, such as `the guardian or the admin`. */
export function needed(need: Need): string {
  return need === 'anybody'
    ? 'anybody'
    : ENOUGH[need].map((role) => `the ${roleName(role).toLowerCase()}`).join(' or ');
}
