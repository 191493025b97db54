import { instruction, newAssetView, type Found, type QueuedChange } from '@ballast/client';
import { getChangeDecoder } from '@ballast/client/generated';
import { getBase64Encoder, type Address } from '@solana/kit';
import type { ReadyVault } from '../../chain/index.js';
import type { BuiltChange } from '../../rules/types.js';
import { Address as AddressText, Time } from '../../ui/index.js';
import type { Action } from './action.js';
import { ChangeLines } from './change-lines.js';
import { voidedByTightening } from './queue.js';
import { formatSecs } from './settings.js';

/** What of a queued change people read. */
export type QueuedWords = { kind: string; lines: readonly string[] };

/** A mint to add, and the program that owns it. */
export type NewMint = { mint: Address; tokenProgram: Address };

/** Makes a change that loosens nothing, at once. */
export function tightening(vault: ReadyVault, built: BuiltChange): Action {
  const queued = vault.changes.map(({ data }) => data);
  const voided = voidedByTightening(queued, vault.account, vault.chain.now);
  return {
    work: {
      label: `Tighten: ${built.kind}`,
      build: async (signer) => [instruction.tighten(signer, vault.address, decoded(built))],
      summarize: () => `Tightened: ${built.kind}`,
    },
    need: 'guardian',
    consequences: [
      'It takes effect at once. To undo it takes the timelock.',
      ...voided.map(({ id }) => `Queued change ${id} becomes void: it has to be looked at, and queued anew.`),
    ],
    details: <ChangeLines lines={built.lines} />,
  };
}

/** Announces a change, to be applied after the timelock. */
export function queueing(vault: ReadyVault, built: BuiltChange): Action {
  const { changeCount, limits, totalShares } = vault.account;
  const eta = vault.chain.now + BigInt(limits.timelockSecs);
  return {
    work: {
      label: `Queue change ${changeCount}: ${built.kind}`,
      build: async (signer) => [await instruction.queueChange(signer, vault.address, changeCount, decoded(built))],
      summarize: () => `Queued as change ${changeCount}`,
    },
    need: 'admin',
    consequences: [
      totalShares === 0n ? (
        'The vault is empty: the admin can apply it at once.'
      ) : (
        <>
          Nothing changes yet. The admin can apply it from about <Time at={eta} /> on, for{' '}
          {formatSecs(BigInt(limits.changeWindowSecs))}.
        </>
      ),
      'Everybody can read it until then, and leave; the guardian or the admin can cancel it.',
      'A tightening in the meantime makes it void. It holds whole values: what else changes meanwhile is overwritten.',
    ],
    details: <ChangeLines lines={built.lines} />,
  };
}

/** Applies a queued change; one that adds an asset needs the asset's mint. */
export function applying(
  vault: ReadyVault,
  { data }: Found<QueuedChange>,
  words: QueuedWords,
  added?: NewMint,
): Action {
  return {
    work: {
      label: `Apply change ${data.id}: ${words.kind}`,
      build: async (signer) => {
        if (added === undefined) {
          return [await instruction.applyChange(signer, vault.address, data.id)];
        }
        const { authority } = vault.view;
        const asset = await newAssetView(authority, added.mint, added.tokenProgram);
        const apply = await instruction.applyAsset(signer, vault.address, data.id, asset);
        return [instruction.createReserve(signer, authority, asset), apply];
      },
      summarize: () => `Change ${data.id} is applied`,
    },
    need: 'admin',
    consequences: [
      'It takes effect at once, for everybody who has a share in the vault.',
      ...(added === undefined
        ? []
        : [
            <>
              The new asset’s mint is <AddressText address={added.mint} />: the queued change names only its price feed,
              so make sure that they belong together.
            </>,
          ]),
    ],
    details: <ChangeLines lines={words.lines} />,
  };
}

/** Drops a queued change. */
export function cancelling(vault: ReadyVault, { data }: Found<QueuedChange>, words: QueuedWords): Action {
  const isGuardians = data.change.__kind === 'Guardian';
  return {
    work: {
      label: `Cancel change ${data.id}: ${words.kind}`,
      build: async (signer) => [await instruction.cancelChange(signer, vault.address, data.id, data.admin)],
      summarize: () => `Change ${data.id} is cancelled`,
    },
    need: isGuardians ? 'admin' : 'guardian',
    consequences: [
      'The change is gone. To make it after all takes queueing it anew, and the whole timelock.',
      'Whoever queued it gets the rent of its account back.',
      ...(isGuardians ? ['Only the admin can cancel the replacement of the guardian.'] : []),
    ],
    details: <ChangeLines lines={words.lines} />,
  };
}

function decoded({ bytes }: BuiltChange) {
  return getChangeDecoder().decode(getBase64Encoder().encode(bytes));
}
