import type { AccountMeta, Address, TransactionSigner } from '@solana/kit';
import * as derive from '../address.js';
import {
  getClaimInstruction,
  getCloseClaimsInstruction,
  getDepositInKindInstruction,
  getDepositSingleInstruction,
  getOpenClaimsInstructionAsync,
  getRedeemInKindInstruction,
  getRedeemSingleInstruction,
} from '../generated/index.js';
import { assetAt, paidAssets, userShares, type VaultView } from '../view.js';
import { readonly, withRemaining, writable, type BuiltInstruction } from './remaining.js';

/** What a deposit in kind may take and must give. */
export type DepositInKind = {
  /** Most raw units to take of each asset, 0 of a removed one. The first deposit takes exactly these. */
  maxAmounts: bigint[];
  /** Fewest shares (raw units) to accept. The first deposit creates exactly these, one locked share included. */
  minShares: bigint;
};

/** What a redemption in kind gives up and must get. */
export type RedeemInKind = {
  /** Shares to burn, raw units. */
  shares: bigint;
  /** Fewest raw units to accept of each asset, paid or claimed; 0 for a forfeited or removed one. */
  minAmounts: bigint[];
  /** Bit `i` set: do not pay asset `i` now. It becomes a claim, or is forfeited. */
  skipMask: number;
  /** Bit `i` set: leave skipped asset `i` to the other holders, for ever. */
  forfeitMask: number;
};

/** Deposits all assets from the user's associated token accounts. */
export async function depositInKind(
  user: TransactionSigner,
  view: VaultView,
  args: DepositInKind,
): Promise<BuiltInstruction> {
  const accounts = await inKind(user, view);
  return withRemaining(
    getDepositInKindInstruction({ ...accounts, ...args }),
    await assetAccounts(user.address, view, 0),
  );
}

/**
 * Redeems shares into the user's associated token accounts. Assets of `skipMask` are left out; unless `forfeitMask` names them
 * too, they go to the user's claims, which must be open.
 */
export async function redeemInKind(
  user: TransactionSigner,
  view: VaultView,
  args: RedeemInKind,
): Promise<BuiltInstruction> {
  const isClaiming = (args.skipMask & ~args.forfeitMask) !== 0;
  const claims = isClaiming ? await derive.claims(view.address, user.address) : undefined;
  const accounts = { ...(await inKind(user, view)), ...(claims && { claims }) };
  return withRemaining(
    getRedeemInKindInstruction({ ...accounts, ...args }),
    await assetAccounts(user.address, view, args.skipMask),
  );
}

/** Deposits one asset from the user's associated token account; the prices must be fresh. */
export async function depositSingle(
  user: TransactionSigner,
  view: VaultView,
  asset: number,
  amount: bigint,
  minShares: bigint,
): Promise<BuiltInstruction> {
  return getDepositSingleInstruction({ ...(await single(user, view, asset)), asset, amount, minShares });
}

/** Redeems shares into the user's associated token account of one asset; the prices must be fresh. */
export async function redeemSingle(
  user: TransactionSigner,
  view: VaultView,
  asset: number,
  shares: bigint,
  minAmount: bigint,
): Promise<BuiltInstruction> {
  return getRedeemSingleInstruction({ ...(await single(user, view, asset)), asset, shares, minAmount });
}

/** Opens the user's claims. */
export async function openClaims(owner: TransactionSigner, vault: Address): Promise<BuiltInstruction> {
  return getOpenClaimsInstructionAsync({ owner, vault });
}

/** Pays what the user claims of one asset into their associated token account. */
export async function claim(owner: TransactionSigner, view: VaultView, asset: number): Promise<BuiltInstruction> {
  const { mint, reserve, tokenProgram } = assetAt(view, asset);
  return getClaimInstruction({
    owner,
    vault: view.address,
    claims: await derive.claims(view.address, owner.address),
    authority: view.authority,
    reserve,
    mint,
    destination: await derive.associatedToken(owner.address, mint, tokenProgram),
    assetTokenProgram: tokenProgram,
    asset,
  });
}

/** Closes the user's claims. */
export async function closeClaims(owner: TransactionSigner, vault: Address): Promise<BuiltInstruction> {
  return getCloseClaimsInstruction({ owner, claims: await derive.claims(vault, owner.address) });
}

async function inKind(user: TransactionSigner, view: VaultView) {
  const { address: vault, authority, shareMint } = view;
  return { user, vault, authority, shareMint, userShares: await userShares(view, user.address) };
}

async function assetAccounts(user: Address, view: VaultView, skipMask: number): Promise<AccountMeta[]> {
  const accounts = paidAssets(view, skipMask).map(async ({ mint, reserve, tokenProgram }) => {
    const userTokens = await derive.associatedToken(user, mint, tokenProgram);
    return [writable(userTokens), writable(reserve), readonly(mint)];
  });
  return (await Promise.all(accounts)).flat();
}

async function single(user: TransactionSigner, view: VaultView, asset: number) {
  const { mint, reserve, tokenProgram } = assetAt(view, asset);
  return {
    ...(await inKind(user, view)),
    userTokens: await derive.associatedToken(user.address, mint, tokenProgram),
    reserve,
    mint,
    assetTokenProgram: tokenProgram,
  };
}
