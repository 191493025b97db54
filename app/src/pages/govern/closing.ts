/**
 * Winding up a vault: what is in the way, and the two steps.
 *
 * @module
 */

import { address, instruction, type Asset, type Vault } from '@ballast/client';
import type { ReadyVault } from '../../chain/index.js';
import { formatAmount } from '../../format/index.js';
import type { Action } from './action.js';
import { NOBODY } from './roles.js';

/** Decimals of shares, of every vault. */
const SHARE_DECIMALS = 6;

/** A vault, as far as closing it depends on it. */
export type Closable = { names: readonly string[]; assets: readonly Pick<Asset, 'owed' | 'decimals'>[] };

/** Why the reserves cannot be closed yet; nothing where they can. The minted and the owed shares are raw units. */
export function blockers({ names, assets }: Closable, minted: bigint, owedShares: bigint): string[] {
  const claims = assets.flatMap(({ owed, decimals }, index) =>
    owed === 0n ? [] : [`Claims of ${formatAmount(owed, decimals)} ${names[index]} are not paid yet.`],
  );
  return [
    ...(minted === 0n
      ? []
      : [`Holders still have ${formatAmount(minted, SHARE_DECIMALS)} shares: they have to redeem them.`]),
    ...(owedShares === 0n ? [] : ['Management fees have accrued: collect them, and let their recipient redeem.']),
    ...claims,
  ];
}

/** Places of the assets whose reserve is still there. */
export function openReserves(vault: Pick<Vault, 'assets' | 'assetCount'>): number[] {
  const slots = vault.assets.slice(0, vault.assetCount).map(({ reserve }, index) => ({ reserve, index }));
  return slots.filter(({ reserve }) => reserve !== NOBODY).map(({ index }) => index);
}

/** Closes an asset’s reserve, and pays what is left to the admin. */
export function closingReserve(vault: ReadyVault, asset: number): Action {
  const { mint, tokenProgram } = vault.view.assets[asset]!;
  const { admin } = vault.account;
  return {
    work: {
      label: `Close the reserve of ${vault.names[asset]}`,
      setup: async (signer) => [await instruction.createTokenAccount(signer, admin, mint, tokenProgram)],
      build: async (signer) => {
        const destination = await address.associatedToken(admin, mint, tokenProgram);
        return [instruction.closeReserve(signer, vault.view, asset, destination)];
      },
      summarize: () => `The reserve of ${vault.names[asset]} is closed`,
    },
    need: 'admin',
    consequences: [
      'From the first reserve that is closed, nobody can deposit into this vault again.',
      'The admin gets what is left in it: the locked share’s part, and what was sent to it past the vault.',
    ],
    acknowledgement: 'This vault is to be closed for ever.',
  };
}

/** Closes the vault itself. */
export function closingVault(vault: ReadyVault): Action {
  return {
    work: {
      label: 'Close the vault',
      build: async (signer) => [instruction.closeVault(signer, vault.address, vault.view.crankFund)],
      summarize: () => 'The vault is closed',
    },
    need: 'admin',
    consequences: [
      'The vault is gone, with its history of settings. The admin gets the rent of its account, and what is in the crank fund.',
      ...(vault.routes.length > 0 ? [`${vault.routes.length} routes are still there: their rent is lost.`] : []),
      ...(vault.changes.length > 0 ? [`${vault.changes.length} changes are still queued: their rent is lost.`] : []),
    ],
    acknowledgement: 'This cannot be undone.',
  };
}
