/**
 * What has been seen of vaults since the page was opened. Transactions do not tell every weight at every time; who watches knows them.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import { useEffect, useState } from 'react';
import type { Sample } from './series.js';

/** As many as a chart can show. Beyond, every other one is forgotten. */
const MOST = 1_000;

/** Survives leaving the page of a vault, but not the browser's window. */
const seen = new Map<Address, readonly Sample[]>();

/** All that has been seen of a vault; `present`, which must be the same object until something changes, is the last. */
export function useSamples(vault: Address, present: Sample): readonly [...Sample[], Sample] {
  const [earlier, setEarlier] = useState(() => seen.get(vault) ?? []);
  useEffect(() => {
    const samples = withSample(seen.get(vault) ?? [], present);
    seen.set(vault, samples);
    setEarlier(samples);
  }, [vault, present]);
  return [...earlier, present];
}

/** Samples with a newer one; one of the same time, or an earlier one, changes nothing. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && last.time >= sample.time) {
    return samples;
  }
  const kept = samples.length < MOST ? samples : samples.filter((_, index) => index % 2 === 0);
  return [...kept, sample];
}
