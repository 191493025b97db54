import { readFile } from 'node:fs/promises';

/** The local tokens whose bundled prices the backtester has. */
const WITH_PRICES = ['BTC', 'ETH', 'SOL'];

/** The configuration to serve: from a file of its own, or made of a local cluster's `localnet.json`. */
export async function readConfig({ config, localnet }) {
  if ((config === undefined) === (localnet === undefined)) {
    throw new Error('name either --config, or --localnet for a local cluster');
  }
  const path = config ?? localnet;
  const json = await readJson(path);
  return config === undefined ? localConfig(json) : json;
}

/** What the app is told of a local cluster. Its keys are public, and become wallets to approve with. */
async function localConfig(manifest) {
  const wallets = Object.entries(manifest.wallets).map(async ([name, { keypair }]) => ({
    name,
    secretKey: await readJson(keypair),
  }));
  return {
    cluster: 'localnet',
    rpcUrl: manifest.rpcUrl,
    wsUrl: manifest.wsUrl,
    // A page of its own, which then asks the local node from the browser.
    explorer: `https://explorer.solana.com/tx/{signature}?cluster=custom&customUrl=${encodeURIComponent(manifest.rpcUrl)}`,
    tokens: manifest.assets.map(({ symbol, mint, decimals, feedId }) => ({
      symbol,
      mint,
      decimals,
      feedId,
      ...(WITH_PRICES.includes(symbol) && { bundledPrices: symbol }),
    })),
    vaults: manifest.vaults.map(({ address, lookupTable }, index) => ({
      address,
      name: index === 0 ? 'Local vault' : `Local vault ${index + 1}`,
      lookupTables: lookupTable ? [lookupTable] : [],
    })),
    pools: manifest.pools.map(({ address, assets }) => ({ address, assets })),
    localWallets: await Promise.all(wallets),
  };
}

async function readJson(path) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} cannot be read; is that where it is?`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON`);
  }
}
