import { readFileSync } from 'node:fs';
import { createKeyPairSignerFromBytes, createSolanaRpc, type Address, type KeyPairSigner } from '@solana/kit';
import { inject } from 'vitest';
import type { ClusterRpc } from '../../src/index.js';

/** What the tests use of a local cluster's manifest. */
type Manifest = {
  rpcUrl: string;
  wallets: Record<string, { address: Address; keypair: string }>;
  assets: { symbol: string; mint: Address; tokenProgram: Address; decimals: number; priceAccount: Address }[];
  vaults: { address: Address; shareMint: Address; lookupTable: Address; routes: Address[] }[];
};

export const manifest = JSON.parse(readFileSync(inject('localnet'), 'utf8')) as Manifest;
export const rpc: ClusterRpc & ReturnType<typeof createSolanaRpc> = createSolanaRpc(manifest.rpcUrl);

/** The key of one of the cluster's wallets. */
export async function wallet(name: string): Promise<KeyPairSigner> {
  const bytes = JSON.parse(readFileSync(manifest.wallets[name]!.keypair, 'utf8')) as number[];
  return createKeyPairSignerFromBytes(Uint8Array.from(bytes));
}

/** The raw units in a token account; 0 where there is none. */
export async function tokens(account: Address): Promise<bigint> {
  const found = await rpc.getAccountInfo(account, { commitment: 'confirmed', encoding: 'jsonParsed' }).send();
  const parsed = found.value?.data as { parsed?: { info: { tokenAmount: { amount: string } } } } | undefined;
  return BigInt(parsed?.parsed?.info.tokenAmount.amount ?? 0);
}
