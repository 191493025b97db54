import { address } from '@solana/kit';
import { beforeEach, expect, it, vi } from 'vitest';
import type { AccountData } from '../rules/types.js';
import { AccountStore } from './account-store.js';

const A = address('So11111111111111111111111111111111111111112');
const B = address('11111111111111111111111111111111');

let store: AccountStore;
beforeEach(() => {
  store = new AccountStore();
});

it('never lets an older answer overwrite a newer one', () => {
  expect(store.put(A, 10n, account('new'))).toBe(true);
  expect(store.put(A, 9n, account('old'))).toBe(false);
  expect(store.put(A, 9n, null)).toBe(false);
  expect(store.get(A)).toEqual({ slot: 10n, account: account('new') });
});

it('takes the later of two answers at the same slot', () => {
  store.put(A, 10n, account('first'));
  store.put(A, 10n, account('second'));
  expect(store.get(A)?.account).toEqual(account('second'));
});

it('tells an account that is missing from one that is unknown', () => {
  expect(store.get(A)).toBeUndefined();
  store.put(A, 1n, null);
  expect(store.get(A)).toEqual({ slot: 1n, account: null });
});

it('tells followers of changes, not of the same again, and moves on to its slot', () => {
  const onChange = vi.fn();
  store.follow([A], onChange);
  store.put(A, 1n, account('x'));
  store.put(B, 1n, account('other'));
  expect(onChange).toHaveBeenCalledTimes(1);
  store.put(A, 5n, account('x'));
  expect(onChange).toHaveBeenCalledTimes(1);
  expect(store.put(A, 4n, account('older'))).toBe(false);
  store.put(A, 6n, { ...account('x')!, lamports: 2n });
  expect(onChange).toHaveBeenCalledTimes(2);
});

it('follows an account as long as anybody does', () => {
  const [one, other] = [vi.fn(), vi.fn()];
  const end = store.follow([A, B], one);
  const endOther = store.follow([A], other);
  expect(store.followed().sort()).toEqual([A, B].sort());
  end();
  expect(store.followed()).toEqual([A]);
  store.put(A, 1n, account('x'));
  expect(one).not.toHaveBeenCalled();
  expect(other).toHaveBeenCalledTimes(1);
  endOther();
  expect(store.followed()).toEqual([]);
});

function account(data: string): NonNullable<AccountData> {
  return { owner: B, lamports: 1n, data };
}
