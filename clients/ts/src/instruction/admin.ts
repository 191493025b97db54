import type { Address, TransactionSigner } from '@solana/kit';
import * as derive from '../address.js';
import {
  getAcceptAdminInstruction,
  getApplyChangeInstruction,
  getClearBreakerInstruction,
  getCloseReserveInstruction,
  getCloseVaultInstruction,
  getConfigureStrategyInstruction,
  getProposeAdminInstruction,
  getQueueChangeInstruction,
  getRegisterRouteInstructionAsync,
  getStartRampInstruction,
  type ChangeInput,
  type ConfigureStrategyInstructionDataInput,
} from '../generated/index.js';
import { assetAt, type AssetView, type VaultView } from '../view.js';
import { readonly, withRemaining, type BuiltInstruction } from './remaining.js';

/** Registers `pool` as a route. */
export async function registerRoute(
  admin: TransactionSigner,
  vault: Address,
  pool: Address,
): Promise<BuiltInstruction> {
  return getRegisterRouteInstructionAsync({ admin, vault, pool });
}

/** Gives a new vault its strategy. */
export function configureStrategy(
  admin: TransactionSigner,
  vault: Address,
  args: ConfigureStrategyInstructionDataInput,
): BuiltInstruction {
  return getConfigureStrategyInstruction({ admin, vault, ...args });
}

/** Moves the target weights from where they are, by the manager or the admin. */
export function startRamp(
  signer: TransactionSigner,
  vault: Address,
  targetsBps: number[],
  durationSecs: number,
): BuiltInstruction {
  return getStartRampInstruction({ signer, vault, args: { targetsBps, durationSecs } });
}

/** Queues a change under the vault's next number, its account's `changeCount`. */
export async function queueChange(
  admin: TransactionSigner,
  vault: Address,
  id: bigint,
  change: ChangeInput,
): Promise<BuiltInstruction> {
  return getQueueChangeInstruction({ admin, vault, queued: await derive.change(vault, id), change });
}

/** Applies a queued change. */
export async function applyChange(admin: TransactionSigner, vault: Address, id: bigint): Promise<BuiltInstruction> {
  return getApplyChangeInstruction({ admin, vault, queued: await derive.change(vault, id) });
}

/** Applies the queued change that adds `asset`, whose reserve must exist; see {@link createReserve}. */
export async function applyAsset(
  admin: TransactionSigner,
  vault: Address,
  id: bigint,
  asset: AssetView,
): Promise<BuiltInstruction> {
  return withRemaining(await applyChange(admin, vault, id), [readonly(asset.mint), readonly(asset.reserve)]);
}

/** Proposes another admin. */
export function proposeAdmin(admin: TransactionSigner, vault: Address, newAdmin: Address): BuiltInstruction {
  return getProposeAdminInstruction({ admin, vault, newAdmin });
}

/** Accepts the admin's role. */
export function acceptAdmin(newAdmin: TransactionSigner, vault: Address): BuiltInstruction {
  return getAcceptAdminInstruction({ newAdmin, vault });
}

/** Ends the halt of the vault, or of one of its routes. */
export function clearBreaker(admin: TransactionSigner, vault: Address, route?: Address): BuiltInstruction {
  return getClearBreakerInstruction({ admin, vault, ...(route && { route }) });
}

/** Closes an asset's reserve and pays what is left to `destination`. */
export function closeReserve(
  admin: TransactionSigner,
  view: VaultView,
  asset: number,
  destination: Address,
): BuiltInstruction {
  const { address: vault, authority, shareMint } = view;
  const { mint, reserve } = assetAt(view, asset);
  return getCloseReserveInstruction({ admin, vault, authority, shareMint, reserve, mint, destination, asset });
}

/** Closes a vault whose reserves are all closed. */
export function closeVault(admin: TransactionSigner, vault: Address, crankFund: Address): BuiltInstruction {
  return getCloseVaultInstruction({ admin, vault, crankFund });
}
