/**
 * Deposits, redemptions and claims as transactions.
 *
 * @module
 */

import {
  address,
  AssetStatus,
  fetchClaims,
  instruction,
  vaultAssets,
  type ClusterRpc,
  type DepositInKind,
  type RedeemInKind,
  type Vault,
  type VaultView,
} from '@ballast/client';
import type { Address, AddressesByLookupTableAddress, Instruction, TransactionSigner } from '@solana/kit';
import type { Work } from '../../transaction/index.js';
import { createAccounts, unwrapMade, wrapMissing } from './accounts.js';
import { maskOf } from './basket.js';
import type { Funds } from './funds.js';
import { HINTS } from './hints.js';

/** What a transaction is made of besides what the user chose. */
export type Circumstances = {
  account: Vault;
  view: VaultView;
  lookupTables: AddressesByLookupTableAddress;
  /** Assets whose published price the vault would not take now. */
  refused: readonly number[];
  funds: Funds;
};

/** Asked when a transaction is made, so that it is of that moment, also where it is tried again. */
export type Now = () => Circumstances;

/** Work of this label, on the vault as it is then. */
type Made = Pick<Work, 'label' | 'summarize'>;

/** A deposit of one asset, for at least `minShares`. */
export function depositSingle(made: Made, now: Now, asset: number, amount: bigint, minShares: bigint): Work {
  return {
    ...made,
    ...shared(now),
    setup: (owner) => createAccounts(owner, now(), [asset], true),
    build: async (owner) => {
      const amounts = now().view.assets.map((_, index) => (index === asset ? amount : 0n));
      return [
        ...(await wrapMissing(owner, now(), amounts)),
        ...(await freshPrices(now())),
        await instruction.depositSingle(owner, now().view, asset, amount, minShares),
        ...(await unwrapMade(owner, now(), [asset])),
      ];
    },
  };
}

/** A deposit of all assets; the first one too. */
export function depositInKind(made: Made, now: Now, args: DepositInKind): Work {
  return {
    ...made,
    ...shared(now),
    setup: (owner) => createAccounts(owner, now(), basket(now().view), true),
    build: async (owner) => [
      ...(await wrapMissing(owner, now(), args.maxAmounts)),
      await instruction.depositInKind(owner, now().view, args),
      ...(await unwrapMade(owner, now(), basket(now().view))),
    ],
  };
}

/** A redemption of shares for one asset, at least `minAmount` of it. */
export function redeemSingle(made: Made, now: Now, asset: number, shares: bigint, minAmount: bigint): Work {
  return {
    ...made,
    ...shared(now),
    setup: (owner) => createAccounts(owner, now(), [asset], false),
    build: async (owner) => [
      ...(await freshPrices(now())),
      await instruction.redeemSingle(owner, now().view, asset, shares, minAmount),
      ...(await unwrapMade(owner, now(), [asset])),
    ],
  };
}

/** A redemption of shares for all assets; opens the owner's claims where something is to be claimed later and they are not open. */
export function redeemInKind(made: Made, now: Now, rpc: ClusterRpc, args: RedeemInKind): Work {
  const paid = () => basket(now().view).filter((asset) => ((args.skipMask >> asset) & 1) === 0);
  return {
    ...made,
    ...shared(now),
    setup: (owner) => createAccounts(owner, now(), paid(), false),
    build: async (owner) => [
      ...(await openMissingClaims(owner, now().view, rpc, args)),
      await instruction.redeemInKind(owner, now().view, args),
      ...(await unwrapMade(owner, now(), paid())),
    ],
  };
}

/** Pays what is owed of these assets, as far as it is there. */
export function claim(made: Made, now: Now, assets: readonly number[]): Work {
  return {
    ...made,
    ...shared(now),
    setup: (owner) => createAccounts(owner, now(), assets, false),
    build: async (owner) => [
      ...(await Promise.all(assets.map((asset) => instruction.claim(owner, now().view, asset)))),
      ...(await unwrapMade(owner, now(), assets)),
    ],
  };
}

/** Gives back the rent of claims that are paid. */
export function closeClaims(made: Made, vault: Address): Work {
  return { ...made, hints: HINTS, build: async (owner) => [await instruction.closeClaims(owner, vault)] };
}

function shared(now: Now): Pick<Work, 'lookupTables' | 'hints'> {
  return { lookupTables: now().lookupTables, hints: HINTS };
}

/**
 * One-asset operations go at prices of the moment, so those come in with them: all of them, also what is fresh when the transaction is
 * made, since nobody knows how long the wallet takes. Those that would be refused are left out: one would fail the transaction.
 */
async function freshPrices({ account, view, refused }: Circumstances): Promise<Instruction[]> {
  const assets = [...vaultAssets(account).entries()].filter(
    ([index, { status }]) => status === AssetStatus.Active && !refused.includes(index),
  );
  if (assets.length === 0) {
    return [];
  }
  const priceAccounts = await Promise.all(assets.map(([, asset]) => address.priceAccount(asset)));
  return [instruction.refreshPrices(view.address, maskOf(assets.map(([index]) => index)), priceAccounts)];
}

async function openMissingClaims(
  owner: TransactionSigner,
  view: VaultView,
  rpc: ClusterRpc,
  { skipMask, forfeitMask }: RedeemInKind,
): Promise<Instruction[]> {
  const isClaiming = (skipMask & ~forfeitMask) !== 0;
  const isOpen = isClaiming && (await fetchClaims(rpc, view.address, owner.address)) !== undefined;
  return isClaiming && !isOpen ? [await instruction.openClaims(owner, view.address)] : [];
}

function basket(view: VaultView): number[] {
  return view.assets.flatMap(({ isRemoved }, index) => (isRemoved ? [] : [index]));
}
