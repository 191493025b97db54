import type { Route } from '@ballast/client';
import type { ReadyVault } from '../../chain/index.js';

/** The two assets of a route: `BTC/USDC`. */
export function routePair({ names }: Pick<ReadyVault, 'names'>, { assetA, assetB }: Route): string {
  return `${names[assetA] ?? `asset ${assetA}`}/${names[assetB] ?? `asset ${assetB}`}`;
}

/** The same, by the route’s address. */
export function pairOf(vault: Pick<ReadyVault, 'names' | 'routes'>, address: string): string {
  const route = vault.routes.find((route) => route.address === address);
  return route === undefined ? 'a route' : routePair(vault, route.data);
}
