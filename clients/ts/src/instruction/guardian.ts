import type { Address, TransactionSigner } from '@solana/kit';
import * as derive from '../address.js';
import type { Pause } from '../codes.js';
import {
  getCancelChangeInstruction,
  getCloseRouteInstruction,
  getQuarantineInstruction,
  getSetPauseInstruction,
  getTightenInstruction,
  type ChangeInput,
} from '../generated/index.js';
import { assetAt, type VaultView } from '../view.js';
import type { BuiltInstruction } from './remaining.js';

/** Pauses or, by the admin, unpauses activities: one {@link Pause} or several of them, joined by `|`. */
export function setPause(
  signer: TransactionSigner,
  vault: Address,
  activities: Pause,
  isPaused: boolean,
): BuiltInstruction {
  return getSetPauseInstruction({ signer, vault, activities, isPaused });
}

/** Makes a change that loosens nothing, by the guardian or the admin. */
export function tighten(signer: TransactionSigner, vault: Address, change: ChangeInput): BuiltInstruction {
  return getTightenInstruction({ signer, vault, change });
}

/** Cancels a queued change; `payer` is the admin who queued it. */
export async function cancelChange(
  signer: TransactionSigner,
  vault: Address,
  id: bigint,
  payer: Address,
): Promise<BuiltInstruction> {
  return getCancelChangeInstruction({ signer, vault, queued: await derive.change(vault, id), payer });
}

/** Closes a pool's route, by the guardian or the admin; its lamports go to `admin`, the vault's. */
export async function closeRoute(
  signer: TransactionSigner,
  admin: Address,
  vault: Address,
  pool: Address,
): Promise<BuiltInstruction> {
  return getCloseRouteInstruction({ signer, vault, route: await derive.route(vault, pool), admin });
}

/** Quarantines an asset. */
export function quarantine(signer: TransactionSigner, view: VaultView, asset: number): BuiltInstruction {
  return getQuarantineInstruction({
    signer,
    vault: view.address,
    reserve: assetAt(view, asset).reserve,
    asset,
  });
}
