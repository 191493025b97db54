import { expect, it } from 'vitest';
import { chainOf, SIGN, SIGN_AND_SEND, signingAbility } from './ability.js';
import { selectedAccount } from './selection.js';

const [ONE, TWO] = [{ address: 'one' }, { address: 'two' }];
const WALLETS = [
  { name: 'Empty', accounts: [] },
  { name: 'Full', accounts: [ONE, TWO] },
];

it('goes by the chosen account', () => {
  expect(selectedAccount(WALLETS, { wallet: 'Full', address: 'two' })).toBe(TWO);
});

it('follows a wallet that has changed to another account', () => {
  expect(selectedAccount(WALLETS, { wallet: 'Full', address: 'gone' })).toBe(ONE);
});

it('has nobody where nothing was chosen, the wallet is gone, or it has taken back its accounts', () => {
  expect(selectedAccount(WALLETS, undefined)).toBeUndefined();
  expect(selectedAccount(WALLETS, { wallet: 'Gone', address: 'one' })).toBeUndefined();
  expect(selectedAccount(WALLETS, { wallet: 'Empty', address: 'one' })).toBeUndefined();
});

it('prefers signing to sending by the wallet', () => {
  const both = { chains: [chainOf('devnet')], features: [SIGN_AND_SEND, SIGN] };
  expect(signingAbility(both, 'W', 'devnet')).toEqual({ by: SIGN });
  expect(signingAbility({ ...both, features: [SIGN_AND_SEND] }, 'W', 'devnet')).toEqual({ by: SIGN_AND_SEND });
});

it('says what to do about another cluster, and about accounts that cannot sign', () => {
  const account = { chains: ['solana:mainnet'], features: [] };
  expect(signingAbility(account, 'W', 'devnet')).toEqual({
    error: 'W is not on devnet. Change its network to devnet, or choose another wallet.',
  });
  expect(signingAbility(account, 'W', 'mainnet')).toEqual({
    error: 'This account of W can only be looked at. Choose one that can sign.',
  });
});
