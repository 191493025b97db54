import { expect, it } from 'vitest';
import { VAULT_TABS, vaultTab } from './routes.js';

it('knows the parts of a vault, and nothing that merely every object has', () => {
  expect(VAULT_TABS.map(vaultTab)).toEqual(VAULT_TABS);
  for (const word of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'Deposit', '']) {
    expect(vaultTab(word)).toBeUndefined();
  }
});
