/**
 * The wallets of this browser.
 *
 * @module
 */

export type { WalletState } from './types.js';
export { WalletButton } from './wallet-button.js';
export { useWallet, WalletProvider } from './wallet-context.js';
