import type { Address } from '@solana/kit';
import type { ReadyVault } from '../../chain/index.js';

/** The two assets of a route, such as `SOL/USDC`. */
export function pairName({ routes, names }: Pick<ReadyVault, 'routes' | 'names'>, address: Address): string {
  const route = routes.find((route) => route.address === address);
  return route === undefined ? 'unknown' : `${names[route.data.assetA]}/${names[route.data.assetB]}`;
}
