import type { Address, TransactionSigner } from '@solana/kit';
import { getCreateAssociatedTokenIdempotentInstruction } from '@solana-program/token';
import * as derive from '../address.js';
import { getInitializeVaultInstructionAsync, type InitializeVaultInstructionDataInput } from '../generated/index.js';
import { paidAssets, type AssetView, type VaultView } from '../view.js';
import { readonly, withRemaining, writable, type BuiltInstruction } from './remaining.js';

/**
 * Most reserves that {@link initializeVault} can create by itself. For a larger basket send {@link createReserve} for each
 * asset first, in as many transactions as needed.
 */
export const RESERVES_WITH_VAULT = 7;

/** Creates the vault of `view`, whose assets must be in the order of `args.assets`. */
export async function initializeVault(
  admin: TransactionSigner,
  vaultId: bigint,
  view: VaultView,
  args: Omit<InitializeVaultInstructionDataInput, 'vaultId'>,
): Promise<BuiltInstruction> {
  const { address: vault, authority, shareMint, crankFund } = view;
  const accounts = { admin, vault, authority, shareMint, crankFund };
  const fixed = await getInitializeVaultInstructionAsync({ ...accounts, vaultId, ...args });
  const assets = view.assets.flatMap(({ mint, reserve }) => [readonly(mint), writable(reserve)]);
  return withRemaining(fixed, assets);
}

/** Creates one of the vault's token accounts where it does not exist yet: a new asset's, before it is added. */
export function createReserve(payer: TransactionSigner, authority: Address, asset: AssetView): BuiltInstruction {
  return create(payer, authority, asset.mint, asset.reserve, asset.tokenProgram);
}

/** Creates the owner's associated token account where it does not exist yet. */
export async function createTokenAccount(
  payer: TransactionSigner,
  owner: Address,
  mint: Address,
  tokenProgram: Address,
): Promise<BuiltInstruction> {
  const account = await derive.associatedToken(owner, mint, tokenProgram);
  return create(payer, owner, mint, account, tokenProgram);
}

/** Creates the owner's account for the vault's shares where it does not exist yet: before the first deposit. */
export async function createShareAccount(
  payer: TransactionSigner,
  owner: Address,
  view: VaultView,
): Promise<BuiltInstruction> {
  return createTokenAccount(payer, owner, view.shareMint, derive.TOKEN_PROGRAM);
}

/** Creates the owner's accounts for the vault's assets where they do not exist yet, but for those of `skipMask`: before a redemption. */
export async function createTokenAccounts(
  payer: TransactionSigner,
  owner: Address,
  view: VaultView,
  skipMask = 0,
): Promise<BuiltInstruction[]> {
  const accounts = paidAssets(view, skipMask).map(({ mint, tokenProgram }) =>
    createTokenAccount(payer, owner, mint, tokenProgram),
  );
  return Promise.all(accounts);
}

function create(
  payer: TransactionSigner,
  owner: Address,
  mint: Address,
  ata: Address,
  tokenProgram: Address,
): BuiltInstruction {
  return getCreateAssociatedTokenIdempotentInstruction({ payer, owner, mint, ata, tokenProgram });
}
