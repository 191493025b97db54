import type { Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { holder, isEnough, needed, NOBODY, ROLES, rolesOf, signers, type Need, type RoleHolders } from './roles.js';

const ADMIN = 'admin' as Address;
const GUARDIAN = 'guardian' as Address;
const MANAGER = 'manager' as Address;
const STRANGER = 'stranger' as Address;
const VAULT: RoleHolders = {
  admin: ADMIN,
  pendingAdmin: NOBODY,
  guardian: GUARDIAN,
  manager: MANAGER,
  forecaster: NOBODY,
  feeRecipient: ADMIN,
};

function needsMetBy(address: Address, vault = VAULT): Need[] {
  const needs: Need[] = ['admin', 'pendingAdmin', 'guardian', 'manager', 'anybody'];
  return needs.filter((need) => isEnough(vault, need, address));
}

describe('roles', () => {
  it('are all explained, and nobody holds a vacant one', () => {
    expect(ROLES.map(({ role }) => role).sort()).toEqual(Object.keys(VAULT).sort());
    expect(holder(VAULT, 'forecaster')).toBeNull();
    expect(rolesOf(VAULT, NOBODY)).toEqual([]);
  });

  it('are found by address', () => {
    expect(rolesOf(VAULT, ADMIN)).toEqual(['admin', 'feeRecipient']);
    expect(rolesOf(VAULT, STRANGER)).toEqual([]);
  });

  it('give what the program gives them', () => {
    expect(needsMetBy(ADMIN)).toEqual(['admin', 'guardian', 'manager', 'anybody']);
    expect(needsMetBy(GUARDIAN)).toEqual(['guardian', 'anybody']);
    expect(needsMetBy(MANAGER)).toEqual(['manager', 'anybody']);
    expect(needsMetBy(STRANGER)).toEqual(['anybody']);
    expect(needsMetBy(STRANGER, { ...VAULT, pendingAdmin: STRANGER })).toEqual(['pendingAdmin', 'anybody']);
    expect(needsMetBy(NOBODY)).toEqual(['anybody']);
  });

  it('name who can sign, each once', () => {
    expect(signers(VAULT, 'guardian')).toEqual([
      { role: 'guardian', address: GUARDIAN },
      { role: 'admin', address: ADMIN },
    ]);
    expect(signers({ ...VAULT, manager: ADMIN }, 'manager')).toEqual([{ role: 'manager', address: ADMIN }]);
    expect(signers({ ...VAULT, manager: NOBODY }, 'manager')).toEqual([{ role: 'admin', address: ADMIN }]);
    expect(signers(VAULT, 'pendingAdmin')).toEqual([]);
    expect(needed('guardian')).toBe('the guardian or the admin');
    expect(needed('pendingAdmin')).toBe('the proposed admin');
  });
});
