/**
 * A vault's transactions as rows for people.
 *
 * @module
 */

import type { HistoryEntry, RebalancedEvent } from '@ballast/client';
import type { Address, Signature } from '@solana/kit';
import { execution, quotation, type Execution, type Quotation } from './execution.js';
import { isRoutine, say, type Said, type Tokens } from './words.js';

/** Where in the chain something happened. */
type Place = {
  /** Tells rows apart. */
  key: string;
  signature: Signature;
  /** Unix time in seconds; `null` where the node has forgotten. */
  time: bigint | null;
};

/** A rebalance. */
export type RebalanceRow = Place & { event: RebalancedEvent; execution: Execution; quotation: Quotation };

/** Anything else that happened. */
export type EventRow = Place & Said;

/** The rebalances of a vault, last first. */
export function rebalanceRows(vault: Address, entries: readonly HistoryEntry[], tokens: Tokens): RebalanceRow[] {
  return placed(vault, entries).flatMap(({ place, event }) =>
    event.name === 'Rebalanced'
      ? [
          {
            ...place,
            event: event.data,
            execution: execution(event.data),
            quotation: quotation(event.data, tokens.decimals),
          },
        ]
      : [],
  );
}

/** What else happened to a vault, last first: with everyday upkeep, or without. */
export function eventRows(
  vault: Address,
  entries: readonly HistoryEntry[],
  tokens: Tokens,
  options: { withRoutine: boolean },
): EventRow[] {
  const isListed = (event: HistoryEntry['events'][number]) =>
    event.name !== 'Rebalanced' && (options.withRoutine || !isRoutine(event));
  return placed(vault, entries)
    .filter(({ event }) => isListed(event))
    .map(({ place, event }) => ({ ...place, ...say(event, tokens) }));
}

/** The vault's events, last first, with where they happened. */
function placed(vault: Address, entries: readonly HistoryEntry[]) {
  return entries.flatMap(({ signature, time, events }) =>
    events
      .filter(({ data }) => data.vault === vault)
      .map((event) => ({ event, place: { key: `${signature} ${event.data.sequence}`, signature, time } }))
      .reverse(),
  );
}
