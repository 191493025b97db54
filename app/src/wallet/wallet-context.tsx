import type { ReactNode } from 'react';
import type { WalletState } from './types.js';

/** Finds wallets, and connects them. */
export function WalletProvider({ children }: { children: ReactNode }) {
  return children;
}

/** The wallets of this browser, and the one that is connected. */
export function useWallet(): WalletState {
  throw new Error('under construction');
}
