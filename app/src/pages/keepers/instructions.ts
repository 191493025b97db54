/**
 * The instructions of what there is to do.
 *
 * @module
 */

import { address, instruction, type BuiltInstruction } from '@ballast/client';
import type { TransactionSigner } from '@solana/kit';
import type { ReadyVault } from '../../chain/index.js';
import type { Task } from './duties.js';

/** What a task takes, fresh prices first where it depends on prices: what the rules judged by must be on the chain. */
export async function instructionsOf(
  vault: ReadyVault,
  task: Task,
  keeper: TransactionSigner,
): Promise<readonly BuiltInstruction[]> {
  switch (task.kind) {
    case 'refresh':
      return refresh(vault);
    case 'observe':
      return [...refresh(vault), instruction.observe(vault.address)];
    case 'rebalance':
    case 'halt': {
      const route = vault.routes.find(({ address }) => address === task.route);
      if (route === undefined) {
        throw new Error('The vault no longer has this route; nothing is to be done.');
      }
      return [...refresh(vault), instruction.rebalance(keeper, vault.view, route.address, route.data, 0n)];
    }
    case 'trip': {
      const asset = vault.account.assets[task.asset]!;
      const priceAccount = await address.priceAccount(asset);
      return [instruction.tripBreaker(vault.address, { asset: task.asset, priceAccount })];
    }
    case 'collectFees':
      return [
        await instruction.createShareAccount(keeper, vault.account.feeRecipient, vault.view),
        await instruction.collectFees(vault.view, vault.account.feeRecipient),
      ];
  }
}

function refresh({ address, figures }: ReadyVault): BuiltInstruction[] {
  const { assetMask, priceAccounts } = figures.refresh;
  return assetMask === 0 ? [] : [instruction.refreshPrices(address, assetMask, priceAccounts)];
}
