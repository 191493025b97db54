import { useConfig } from '../config-context.js';
import { Address } from '../ui/address.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Notice } from '../ui/notice.js';
import { useWallet } from './wallet-context.js';
import styles from './wallet.module.css';

/** In which a wallet is chosen, or left. */
export function WalletDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const wallet = useWallet();
  const title = wallet.account === null ? 'Connect a wallet' : 'Your wallet';
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title}>
      {wallet.error !== null && (
        <Notice kind="caution" isLive>
          {wallet.error}
        </Notice>
      )}
      {wallet.account !== null && <Connected onClose={onClose} />}
      <Choice />
    </Dialog>
  );
}

function Connected({ onClose }: { onClose: () => void }) {
  const { account, name, disconnect } = useWallet();
  return (
    <div className={styles.connected}>
      <div>
        <div>{name}</div>
        {account !== null && <Address address={account} />}
      </div>
      <Button size="small" onClick={() => void disconnect().then(onClose)}>
        Disconnect
      </Button>
    </div>
  );
}

function Choice() {
  const { wallets, connect, name } = useWallet();
  const { cluster } = useConfig();
  const others = wallets.filter((wallet) => wallet.name !== name);
  if (wallets.length === 0) {
    return (
      <Notice kind="info" title="This browser has no wallet for Solana">
        Install one as an extension, set it to {cluster}, and reload the page. Any that follows the Wallet Standard will
        do. Without one, everything can be looked at all the same.
      </Notice>
    );
  }
  return (
    <ul className={styles.wallets} aria-label={name === null ? 'Wallets' : 'Other wallets'}>
      {others.map((wallet) => (
        <li key={wallet.name}>
          <button type="button" className={styles.wallet} onClick={() => void connect(wallet)}>
            <img src={wallet.icon} alt="" width="32" height="32" />
            {wallet.name}
          </button>
        </li>
      ))}
    </ul>
  );
}
