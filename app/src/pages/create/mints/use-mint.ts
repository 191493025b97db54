import { useQuery } from '@tanstack/react-query';
import { address, isAddress } from '@solana/kit';
import { useConfig } from '../../../config-context.js';
import { useChain } from '../../../chain/index.js';
import { fetchMint, type MintAccount } from './mint.js';

/** A mint as the chain has it. */
export type MintResult =
  | { status: 'none' }
  | { status: 'loading' }
  | { status: 'error'; error: string; retry: () => void }
  | { status: 'ready'; mint: MintAccount };

/** What the chain says of the mint of this address; `none` where the text is no address. */
export function useMint(text: string): MintResult {
  const { rpc } = useChain();
  const { rpcUrl } = useConfig();
  const isAsked = isAddress(text);
  const { data, error, refetch } = useQuery({
    queryKey: ['mint', rpcUrl, text],
    queryFn: () => fetchMint(rpc, address(text)),
    enabled: isAsked,
  });
  if (!isAsked) {
    return { status: 'none' };
  }
  if (data !== undefined) {
    return { status: 'ready', mint: data };
  }
  return error === null
    ? { status: 'loading' }
    : { status: 'error', error: error.message, retry: () => void refetch() };
}
