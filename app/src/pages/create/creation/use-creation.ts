import { fetchLookupTables } from '@ballast/client';
import type { AddressesByLookupTableAddress, Rpc, SolanaRpcApi } from '@solana/kit';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useChain } from '../../../chain/index.js';
import type { Rules } from '../../../rules/index.js';
import { useSubmit, type Submit, type Work } from '../../../transaction/index.js';
import type { Creation } from '../storage.js';
import { isSame, nextTransaction, toInstructions, type Activity, type NextTransaction, type Plan } from './plan.js';
import { readPlan } from './read-plan.js';

/** How often to look again where the node does not know yet what has just landed, and how long between. */
const LOOKS_AFTER = 10;
const LOOK_MS = 500;

/** A vault's creation. */
export type CreationRun = {
  /** As the cluster was at the last look; `undefined` before the first one. */
  plan: Plan | undefined;
  activity: Activity;
  /** Why the cluster could not be looked at, or the file and the chain contradict each other. */
  error: string | undefined;
  /** The transaction under way, and what went wrong with it. */
  submit: Submit;
  /** Looks again. */
  look: () => Promise<Plan | undefined>;
  /** Sends one transaction after the other, until nothing is missing or one of them fails. */
  run: () => Promise<void>;
  /** What is to be signed next, for somebody else to sign. */
  next: Work | undefined;
};

/** Creates a vault, or goes on with it. `remember` is told of a lookup table before it is made. */
export function useCreation(creation: Creation, rules: Rules, remember: (creation: Creation) => void): CreationRun {
  const { rpc } = useChain();
  const submit = useSubmit();
  const [plan, setPlan] = useState<Plan>();
  const [activity, setActivity] = useState<Activity>('idle');
  const [error, setError] = useState<string>();
  const [tables, setTables] = useState<AddressesByLookupTableAddress>({});
  const isShown = useRef(true);
  const latest = useRef(creation);
  latest.current = creation;

  const look = useCallback(async () => {
    try {
      const found = await readPlan(rules, rpc, latest.current);
      setTables(await usableTables(rpc, found));
      setPlan(found);
      setError(undefined);
      return found;
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
      return undefined;
    }
  }, [rules, rpc]);

  useEffect(() => {
    isShown.current = true;
    void look();
    return () => {
      isShown.current = false;
    };
  }, [look, creation.toml, creation.admin]);

  const run = useCallback(async () => {
    setActivity('looking');
    let now = await look();
    let next = now && nextTransaction(now);
    while (now !== undefined && next !== undefined && isShown.current) {
      latest.current = withTable(latest.current, now);
      remember(latest.current);
      setActivity('sending');
      const outcome = await submit.submit(workOf(next, await usableTables(rpc, now)));
      if (!outcome.ok) {
        return setActivity('stopped');
      }
      setActivity('looking');
      await waitFor(rpc, outcome.sent.slot);
      [now, next] = await lookAfter(look, next);
    }
    setActivity(now === undefined ? 'stopped' : 'idle');
  }, [look, remember, rpc, submit]);

  // What somebody else is to sign has begun once it is handed out.
  const exported = (next: NextTransaction, of: Plan): Work => {
    const work = workOf(next, tables);
    const build: Work['build'] = async (signer) => {
      latest.current = withTable(latest.current, of);
      remember(latest.current);
      return work.build(signer);
    };
    return { ...work, build };
  };
  // Whoever tries a failed transaction again wants to go on after it.
  const again: Submit = {
    ...submit,
    submit: async (work) => {
      const outcome = await submit.submit(work);
      if (outcome.ok) {
        void run();
      }
      return outcome;
    },
  };
  const missing = plan && nextTransaction(plan);
  return { plan, activity, error, submit: again, look, run, next: missing && exported(missing, plan) };
}

/** The creation as it is to be gone on with: a table whose address was lost would be made a second time. */
function withTable(creation: Creation, { lookupTable }: Plan): Creation {
  return lookupTable === null ? creation : { ...creation, lookupTable };
}

function workOf({ about, instructions, of }: NextTransaction, lookupTables: AddressesByLookupTableAddress): Work {
  const label = of > 1 ? `Create ${about} (${of} transactions are left of this)` : `Create ${about}`;
  return { label, build: async () => toInstructions(instructions), lookupTables };
}

/** The plan after a transaction has landed. Nodes behind a balancer may not know of it yet. */
async function lookAfter(
  look: () => Promise<Plan | undefined>,
  sent: NextTransaction,
): Promise<[Plan | undefined, NextTransaction | undefined]> {
  for (let looks = 0; looks < LOOKS_AFTER; looks += 1) {
    const plan = await look();
    const next = plan && nextTransaction(plan);
    if (plan === undefined || next === undefined || !isSame(next, sent)) {
      return [plan, next];
    }
    await pause();
  }
  return [undefined, undefined];
}

/** A lookup table's new addresses can be used from the next slot on. */
async function waitFor(rpc: Rpc<SolanaRpcApi>, landed: bigint): Promise<void> {
  for (let looks = 0; looks < LOOKS_AFTER; looks += 1) {
    if (
      (await rpc
        .getSlot({ commitment: 'confirmed' })
        .send()
        .catch(() => 0n)) > landed
    ) {
      return;
    }
    await pause();
  }
}

async function usableTables(
  rpc: Rpc<SolanaRpcApi>,
  { lookupTable, steps }: Plan,
): Promise<AddressesByLookupTableAddress> {
  const isMade = steps[0]?.isDone === true;
  return lookupTable === null || !isMade ? {} : fetchLookupTables(rpc, lookupTable);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
