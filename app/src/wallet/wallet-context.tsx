import type { Address, TransactionSigner } from '@solana/kit';
import { getWalletFeature, useWallets, type UiWallet } from '@wallet-standard/react';
import {
  createContext,
  lazy,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import { useConfig } from '../config-context.js';
import { chainOf, signingAbility } from './ability.js';
import { rememberedWallet, rememberWallet, selectedAccount, type Selection } from './selection.js';
import { SignerBridge } from './signer-bridge.js';
import type { WalletState } from './types.js';
import { WalletDialog } from './wallet-dialog.js';

const LocalWallets = lazy(async () => ({ default: (await import('./local/index.js')).LocalWallets }));

const WalletContext = createContext<WalletState | undefined>(undefined);

/** The part of Wallet Standard's features that is used here; versions differ in the rest. */
type Connect = { connect: (input?: { silent?: boolean }) => Promise<{ accounts: readonly { address: string }[] }> };
type Disconnect = { disconnect: () => Promise<void> };

/** Finds wallets, and connects them. */
export function WalletProvider({ children }: { children: ReactNode }) {
  const { cluster, localWallets } = useConfig();
  const wallets = useWallets().filter(isSolana);
  const [selection, setSelection] = useState<Selection>();
  const [signer, setSigner] = useState<TransactionSigner | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isChoosing, setIsChoosing] = useState(false);

  const connect = useCallback(async (wallet: UiWallet) => {
    setFailure(null);
    try {
      const address = await connected(wallet, false);
      setSelection({ wallet: wallet.name, address });
      rememberWallet(wallet.name);
      setIsChoosing(false);
    } catch (error) {
      setFailure(`${wallet.name} was not connected: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, []);
  useReconnect(wallets, setSelection);

  const account = selectedAccount(wallets, selection);
  const chosen = wallets.find(({ name }) => name === selection?.wallet);
  const disconnect = async () => {
    setSelection(undefined);
    rememberWallet(undefined);
    if (chosen?.features.includes('standard:disconnect') === true) {
      await (getWalletFeature(chosen, 'standard:disconnect') as Disconnect).disconnect().catch(() => undefined);
    }
  };
  const ability = account && chosen && signingAbility(account, chosen.name, cluster);
  const state: WalletState = {
    wallets,
    account: (account?.address as Address | undefined) ?? null,
    signer: account && signer?.address === account.address ? signer : null,
    name: account && chosen ? chosen.name : null,
    error: ability && 'error' in ability ? ability.error : failure,
    connect,
    disconnect,
    choose: () => setIsChoosing(true),
  };
  return (
    <WalletContext value={state}>
      {account && ability && 'by' in ability && (
        <SignerBridge
          key={account.address}
          account={account}
          chain={chainOf(cluster)}
          by={ability.by}
          onSigner={setSigner}
        />
      )}
      {children}
      <WalletDialog isOpen={isChoosing} onClose={() => setIsChoosing(false)} />
      {localWallets.length > 0 && (
        <Suspense>
          <LocalWallets wallets={localWallets} chain={chainOf(cluster)} />
        </Suspense>
      )}
    </WalletContext>
  );
}

/** The wallets of this browser, and the one that is connected. */
export function useWallet(): WalletState {
  const state = useContext(WalletContext);
  if (state === undefined) {
    throw new Error('useWallet outside WalletProvider');
  }
  return state;
}

/** Connects the wallet of the last visit as soon as it appears, if it agrees without asking. */
function useReconnect(wallets: readonly UiWallet[], select: (selection: Selection) => void): void {
  const awaited = useRef(rememberedWallet());
  useEffect(() => {
    const wallet = wallets.find(({ name }) => name === awaited.current);
    if (wallet === undefined) {
      return;
    }
    awaited.current = undefined;
    connected(wallet, true).then(
      (address) => select({ wallet: wallet.name, address }),
      // Then it is to be connected by hand.
      () => undefined,
    );
  }, [wallets, select]);
}

/** The first account that the wallet grants. */
async function connected(wallet: UiWallet, silent: boolean): Promise<string | undefined> {
  const { connect } = getWalletFeature(wallet, 'standard:connect') as Connect;
  const { accounts } = await connect({ silent });
  if (accounts.length === 0 && !silent) {
    throw new Error('it shared no account; unlock it, and choose one');
  }
  return accounts[0]?.address;
}

function isSolana({ chains, features }: UiWallet): boolean {
  return chains.some((chain) => chain.startsWith('solana:')) && features.includes('standard:connect');
}
