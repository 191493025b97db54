/**
 * Trying out what there is to do: a real simulation by the cluster, without a signature.
 *
 * @module
 */

import { prepare, ProgramFailure, type BallastEvent, type ClusterRpc } from '@ballast/client';
import { createNoopSigner, type Address } from '@solana/kit';
import type { ReadyVault } from '../../chain/index.js';
import { group } from '../../format/amount.js';
import { say, sol, type Tokens } from '../vault/history/words.js';
import type { Task } from './duties.js';
import { instructionsOf } from './instructions.js';

/** What a simulation found. */
export type Trial =
  /** What would happen, and what it would take. */
  | { ok: true; events: readonly BallastEvent[]; units: bigint; feeLamports: bigint }
  /** Why not, in the words of the program that refuses; or why nobody can tell, where `isRefused` is not so. */
  | { ok: false; isRefused: boolean; message: string };

/** Simulates a task as `keeper` would do it. Never throws. */
export async function trial(rpc: ClusterRpc, vault: ReadyVault, task: Task, keeper: Address): Promise<Trial> {
  const signer = createNoopSigner(keeper);
  try {
    const { lookupTables } = vault;
    const prepared = await prepare(rpc, signer, await instructionsOf(vault, task, signer), { lookupTables });
    const { simulation, feeLamports } = prepared;
    return { ok: true, events: simulation.events, units: simulation.units, feeLamports };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, isRefused: error instanceof ProgramFailure, message };
  }
}

/** A successful trial in lines: what would happen, and what it would take. */
export function trialLines({ events, units, feeLamports }: Extract<Trial, { ok: true }>, tokens: Tokens): string[] {
  return [
    ...happened(events, tokens),
    `Takes ${group(units.toString())} compute units and a network fee of ${sol(feeLamports)}.`,
  ];
}

/** What a crank did, or would do, in sentences. */
export function happened(events: readonly BallastEvent[], tokens: Tokens): string[] {
  return events.map((event) => {
    const { title, text } = say(event, tokens);
    const what = text === '' ? `${title}.` : `${title}: ${text.replace(/\.$/, '')}.`;
    const isPaid = event.name === 'Rebalanced' && event.data.rewardLamports > 0n;
    return isPaid ? `${what} The crank fund pays ${sol(event.data.rewardLamports)}.` : what;
  });
}
