/** What the tests use of a local cluster's manifest, `localnet.json`. */
export type Manifest = {
  rpcUrl: string;
  wsUrl: string;
  clockStepMs: number;
  wallets: Record<string, { address: string; keypair: string }>;
  assets: { symbol: string; mint: string; tokenProgram: string; decimals: number; feedId: string }[];
  pools: { address: string; assets: [string, string] }[];
  vaults: VaultEntry[];
};

/** A vault of the cluster. */
export type VaultEntry = { address: string; shareMint: string; lookupTable: string; routes: string[] };
