/**
 * What the program would answer now: deposits, redemptions and rebalances, by simulation of the very instructions.
 *
 * The rules are the program's, and are not written a second time here. A quote is exact for the state in which it was asked; until
 * the transaction lands, prices and balances move, so pass {@link atLeast} of it as the minimum. It fails as the transaction would,
 * with the same `ProgramFailure`. Whoever asks must hold what they offer, and some SOL for the fee.
 *
 * @module
 */

import { createNoopSigner, type Address, type Instruction } from '@solana/kit';
import * as decode from './decode.js';
import { missingAnswer } from './errors.js';
import type { BallastEvents, Preview, Route } from './generated/index.js';
import * as instruction from './instruction/index.js';
import type { ClusterRpc } from './rpc.js';
import { simulate, type Options } from './transaction.js';
import { assetAt, type VaultView } from './view.js';

const BPS = 10_000n;

/** What to simulate a quote with. */
export type QuoteOptions = Options & {
  /** What goes before in the same transaction, such as fresh prices. */
  before?: readonly Instruction[];
};

/** What a deposit or redemption in kind would move. */
export type InKindQuote = {
  /** Shares minted or burned, raw units. */
  shares: bigint;
  /** Raw units of each asset, in the vault's order. */
  amounts: bigint[];
};

/** The shares that a deposit of at most `maxAmounts` mints, and what it takes of each asset. */
export async function quoteDepositInKind(
  rpc: ClusterRpc,
  user: Address,
  view: VaultView,
  maxAmounts: bigint[],
  options: QuoteOptions = {},
): Promise<InKindQuote> {
  const signer = createNoopSigner(user);
  const account = await instruction.createShareAccount(signer, user, view);
  const deposit = await instruction.depositInKind(signer, view, { maxAmounts, minShares: 0n });
  const { shares, amounts } = await ask(rpc, user, [account, deposit], 'DepositedInKind', options);
  return { shares, amounts };
}

/** What shares are worth of each asset. Assets of `skipMask` are left out. */
export async function quoteRedeemInKind(
  rpc: ClusterRpc,
  user: Address,
  view: VaultView,
  shares: bigint,
  masks: { skipMask?: number; forfeitMask?: number } = {},
  options: QuoteOptions = {},
): Promise<InKindQuote> {
  const signer = createNoopSigner(user);
  const { skipMask = 0, forfeitMask = 0 } = masks;
  const accounts = await instruction.createTokenAccounts(signer, user, view, skipMask);
  const minAmounts = view.assets.map(() => 0n);
  const redeem = await instruction.redeemInKind(signer, view, { shares, minAmounts, skipMask, forfeitMask });
  const { amounts } = await ask(rpc, user, [...accounts, redeem], 'RedeemedInKind', options);
  return { shares, amounts };
}

/** The shares that a deposit of one asset mints. */
export async function quoteDepositSingle(
  rpc: ClusterRpc,
  user: Address,
  view: VaultView,
  asset: number,
  amount: bigint,
  options: QuoteOptions = {},
): Promise<bigint> {
  const signer = createNoopSigner(user);
  const account = await instruction.createShareAccount(signer, user, view);
  const deposit = await instruction.depositSingle(signer, view, asset, amount, 0n);
  return (await ask(rpc, user, [account, deposit], 'SingleAssetExchange', options)).shares;
}

/** The raw units that shares pay in one asset. */
export async function quoteRedeemSingle(
  rpc: ClusterRpc,
  user: Address,
  view: VaultView,
  asset: number,
  shares: bigint,
  options: QuoteOptions = {},
): Promise<bigint> {
  const signer = createNoopSigner(user);
  const { mint, tokenProgram } = assetAt(view, asset);
  const account = await instruction.createTokenAccount(signer, user, mint, tokenProgram);
  const redeem = await instruction.redeemSingle(signer, view, asset, shares, 0n);
  return (await ask(rpc, user, [account, redeem], 'SingleAssetExchange', options)).amount;
}

/** What a rebalance on a route would do, or why it would not; `payer` is any wallet with some SOL, and pays nothing. */
export async function preview(
  rpc: ClusterRpc,
  payer: Address,
  vault: Address,
  routeAddress: Address,
  route: Route,
  options: QuoteOptions = {},
): Promise<Preview> {
  const asked = instruction.previewRebalance(vault, routeAddress, route);
  const { returnData } = await simulate(rpc, payer, [...(options.before ?? []), asked], options);
  if (returnData === undefined) {
    throw missingAnswer('return data');
  }
  return decode.preview(returnData);
}

/** The least to accept of a quoted amount, given how much worse it may get before the transaction lands. */
export function atLeast(quoted: bigint, toleranceBps: number): bigint {
  return (quoted * (BPS - BigInt(toleranceBps))) / BPS;
}

async function ask<Name extends keyof BallastEvents>(
  rpc: ClusterRpc,
  user: Address,
  instructions: readonly Instruction[],
  name: Name,
  options: QuoteOptions,
): Promise<BallastEvents[Name]> {
  const { events } = await simulate(rpc, user, [...(options.before ?? []), ...instructions], options);
  const answer = events.find((event) => event.name === name);
  if (answer === undefined) {
    throw missingAnswer(`the event ${name}`);
  }
  return answer.data as BallastEvents[Name];
}
