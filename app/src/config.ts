/**
 * What the app is told by whoever serves it: `config.json`, beside the page. Nothing of it is built in.
 *
 * @module
 */

import { isAddress, type Address } from '@solana/kit';

/** The clusters that wallets know. */
export const CLUSTERS = ['mainnet', 'devnet', 'testnet', 'localnet'] as const;

export type Cluster = (typeof CLUSTERS)[number];

/** A token with a name. */
export type TokenConfig = {
  /** Such as `SOL`. */
  symbol: string;
  mint: Address;
  decimals: number;
  /** Pyth's id of its price, in hexadecimal digits. */
  feedId?: string;
  /** The token whose bundled prices it had in the past, such as `BTC`. */
  bundledPrices?: string;
};

/** A vault with a name. The list shows every vault that the node finds, too. */
export type VaultConfig = {
  address: Address;
  name?: string;
  /** Tables that hold the vault's addresses. */
  lookupTables: Address[];
};

/** A pool that new vaults can trade on, with the symbols of its tokens. */
export type PoolConfig = { address: Address; assets: [string, string] };

/** A wallet of a local cluster, whose key everybody may know. */
export type LocalWallet = { name: string; secretKey: number[] };

export type Config = {
  cluster: Cluster;
  rpcUrl: string;
  wsUrl: string;
  /** An explorer's page of a transaction, with `{signature}` where that goes. */
  explorer?: string;
  tokens: TokenConfig[];
  vaults: VaultConfig[];
  pools: PoolConfig[];
  /** Only where the node is on this machine. */
  localWallets: LocalWallet[];
};

/** The configuration cannot be used; `message` says what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration beside the page.
 *
 * @throws a {@link ConfigError} where there is none, or it is wrong.
 */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('./config.json', { cache: 'no-cache' }).catch(() => undefined);
  if (response?.ok !== true) {
    throw new ConfigError(
      'config.json cannot be read from where this page came from; check the server and its --config.',
    );
  }
  const json: unknown = await response.json().catch(() => undefined);
  return parseConfig(json);
}

/**
 * Checks a configuration.
 *
 * @throws a {@link ConfigError} that names the field.
 */
export function parseConfig(json: unknown): Config {
  const file = record(json, 'config.json');
  const config: Config = {
    cluster: oneOf(CLUSTERS, file['cluster'], 'cluster'),
    rpcUrl: url(file['rpcUrl'], 'rpcUrl', ['http:', 'https:']),
    wsUrl: url(file['wsUrl'], 'wsUrl', ['ws:', 'wss:']),
    ...(file['explorer'] !== undefined && { explorer: explorer(file['explorer']) }),
    tokens: list(file['tokens'] ?? [], 'tokens', token),
    vaults: list(file['vaults'] ?? [], 'vaults', vault),
    pools: list(file['pools'] ?? [], 'pools', pool),
    localWallets: list(file['localWallets'] ?? [], 'localWallets', localWallet),
  };
  requireLocal(config);
  return config;
}

/** Everybody may know the keys of local wallets: what reaches another cluster, through this machine too, must not be theirs. */
function requireLocal({ localWallets, cluster, rpcUrl, wsUrl }: Config): void {
  if (localWallets.length > 0 && !(isLoopback(rpcUrl) && isLoopback(wsUrl))) {
    throw new ConfigError(
      'localWallets: only for a node on this machine; remove them, or let rpcUrl and wsUrl be of localhost.',
    );
  }
  if (localWallets.length > 0 && cluster !== 'localnet') {
    throw new ConfigError('localWallets: only for a local cluster; remove them, or let cluster be localnet.');
  }
}

function token(value: unknown, at: string): TokenConfig {
  const { symbol, mint, decimals, feedId, bundledPrices } = record(value, at);
  if (typeof decimals !== 'number' || !Number.isInteger(decimals) || decimals < 0 || decimals > 18) {
    throw new ConfigError(`${at}.decimals: must be a whole number from 0 to 18.`);
  }
  return {
    symbol: text(symbol, `${at}.symbol`),
    mint: addressOf(mint, `${at}.mint`),
    decimals,
    ...(feedId !== undefined && { feedId: text(feedId, `${at}.feedId`) }),
    ...(bundledPrices !== undefined && { bundledPrices: text(bundledPrices, `${at}.bundledPrices`) }),
  };
}

function vault(value: unknown, at: string): VaultConfig {
  const { address, name, lookupTables } = record(value, at);
  return {
    address: addressOf(address, `${at}.address`),
    ...(name !== undefined && { name: text(name, `${at}.name`) }),
    lookupTables: list(lookupTables ?? [], `${at}.lookupTables`, addressOf),
  };
}

function pool(value: unknown, at: string): PoolConfig {
  const { address, assets } = record(value, at);
  const [first, second, ...others] = list(assets, `${at}.assets`, text);
  if (first === undefined || second === undefined || others.length > 0) {
    throw new ConfigError(`${at}.assets: must be the symbols of the pool's two tokens.`);
  }
  return { address: addressOf(address, `${at}.address`), assets: [first, second] };
}

function localWallet(value: unknown, at: string): LocalWallet {
  const { name, secretKey } = record(value, at);
  const bytes = list(secretKey, `${at}.secretKey`, (byte, where) => {
    if (typeof byte !== 'number' || !Number.isInteger(byte) || byte < 0 || byte > 255) {
      throw new ConfigError(`${where}: must be a byte, 0 to 255.`);
    }
    return byte;
  });
  if (bytes.length !== 64) {
    throw new ConfigError(`${at}.secretKey: must be the 64 bytes of a keypair file.`);
  }
  return { name: text(name, `${at}.name`), secretKey: bytes };
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`${at}: must be an object.`);
  }
  return value as Record<string, unknown>;
}

function list<T>(value: unknown, at: string, read: (item: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) {
    throw new ConfigError(`${at}: must be a list.`);
  }
  return value.map((item, index) => read(item, `${at}[${index}]`));
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new ConfigError(`${at}: must be a text.`);
  }
  return value;
}

function addressOf(value: unknown, at: string): Address {
  if (typeof value !== 'string' || !isAddress(value)) {
    throw new ConfigError(`${at}: must be an address, in base 58.`);
  }
  return value;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, at: string): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw new ConfigError(`${at}: must be one of ${choices.join(', ')}.`);
  }
  return found;
}

function url(value: unknown, at: string, protocols: readonly string[]): string {
  const given = text(value, at);
  if (!URL.canParse(given) || !protocols.includes(new URL(given).protocol)) {
    throw new ConfigError(`${at}: must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`);
  }
  return given;
}

function explorer(value: unknown): string {
  const template = url(value, 'explorer', ['https:', 'http:']);
  if (!template.includes('{signature}')) {
    throw new ConfigError('explorer: must have {signature} where the signature of a transaction goes.');
  }
  return template;
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
