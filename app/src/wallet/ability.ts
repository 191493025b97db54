import type { Cluster } from '../config.js';

/** The features of Wallet Standard that the app can sign with. */
export const SIGN = 'solana:signTransaction';
export const SIGN_AND_SEND = 'solana:signAndSendTransaction';

/** How an account can sign for a cluster, or why it cannot. */
export type Ability = { by: typeof SIGN | typeof SIGN_AND_SEND } | { error: string };

/** The name that Wallet Standard has for a cluster. */
export function chainOf(cluster: Cluster): `solana:${Cluster}` {
  return `solana:${cluster}`;
}

/** Whether an account can sign for the cluster. Signing alone is preferred: the app then knows for certain when a transaction is lost. */
export function signingAbility(
  account: { chains: readonly string[]; features: readonly string[] },
  wallet: string,
  cluster: Cluster,
): Ability {
  if (!account.chains.includes(chainOf(cluster))) {
    return { error: `${wallet} is not on ${cluster}. Change its network to ${cluster}, or choose another wallet.` };
  }
  const by = ([SIGN, SIGN_AND_SEND] as const).find((feature) => account.features.includes(feature));
  return by === undefined
    ? { error: `This account of ${wallet} can only be looked at. Choose one that can sign.` }
    : { by };
}
