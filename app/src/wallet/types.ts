import type { Address, TransactionSigner } from '@solana/kit';
import type { UiWallet } from '@wallet-standard/react';

/** The wallets of this browser, and the one that is connected. */
export type WalletState = {
  /** Those that know Solana, by Wallet Standard. None where nothing is installed. */
  wallets: readonly UiWallet[];
  /** Who is connected; `null` for nobody. */
  account: Address | null;
  /** Signs for `account`; `null` where nobody is connected, or the wallet cannot sign for this cluster. */
  signer: TransactionSigner | null;
  /** The connected wallet's name. */
  name: string | null;
  /** What does not work, and what to do: the wallet is on another cluster, refused, or cannot sign. */
  error: string | null;
  connect: (wallet: UiWallet) => Promise<void>;
  disconnect: () => Promise<void>;
  /** Opens the dialog in which a wallet is chosen. */
  choose: () => void;
};
