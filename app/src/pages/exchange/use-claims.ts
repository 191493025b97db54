import { fetchClaims, type Claims } from '@ballast/client';
import type { Address } from '@solana/kit';
import { useQuery } from '@tanstack/react-query';
import { useChain } from '../../chain/index.js';

/** How often to ask anew: claims change by their owner's own doing only, perhaps from another window. */
const EVERY_MS = 20_000;

/** What a vault owes somebody. */
export type ClaimsResult = {
  /** `null` where nothing is open; `undefined` until it is known. */
  claims: Claims | null | undefined;
  /** Why it is not known. */
  error: Error | null;
  /** Asks at once. */
  refresh: () => void;
};

/** The owner's claims on a vault. */
export function useClaims(vault: Address, owner: Address | null): ClaimsResult {
  const { rpc } = useChain();
  const { data, error, refetch } = useQuery({
    queryKey: ['claims', vault, owner],
    queryFn: async () => (owner === null ? null : ((await fetchClaims(rpc, vault, owner)) ?? null)),
    refetchInterval: EVERY_MS,
  });
  return { claims: data, error, refresh: () => void refetch() };
}
