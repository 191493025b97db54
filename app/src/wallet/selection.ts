/**
 * Which wallet and account the app goes by, given those that there are.
 *
 * @module
 */

/** What the app remembers of somebody's choice. */
export type Selection = { wallet: string; address: string | undefined };

type Account = { address: string };
type Wallet<A extends Account> = { name: string; accounts: readonly A[] };

/**
 * The chosen wallet's account: the chosen one, or, where the wallet has changed to another meanwhile, that. `undefined` where the
 * wallet is gone or has taken back its accounts.
 */
export function selectedAccount<A extends Account>(
  wallets: readonly Wallet<A>[],
  selection: Selection | undefined,
): A | undefined {
  const accounts = wallets.find(({ name }) => name === selection?.wallet)?.accounts ?? [];
  return accounts.find(({ address }) => address === selection?.address) ?? accounts[0];
}

const KEY = 'ballast.wallet';

/** The wallet that was connected last in this browser, by name. */
export function rememberedWallet(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    // Storage may be forbidden.
    return undefined;
  }
}

/** Remembers the name of the connected wallet, to connect again when the page is opened; `undefined` forgets it. */
export function rememberWallet(name: string | undefined): void {
  try {
    if (name === undefined) {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, name);
    }
  } catch {
    // Then the wallet is chosen again next time.
  }
}
