import { shortAddress } from '../format/index.js';
import { Button } from '../ui/button.js';
import { useWallet } from './wallet-context.js';
import styles from './wallet.module.css';

/** Who is connected, in the page's header. */
export function WalletButton() {
  const { account, name, error, choose } = useWallet();
  if (account === null) {
    return (
      <Button kind="primary" size="small" onClick={choose}>
        <span>
          Connect<span className={styles.wide}> wallet</span>
        </span>
      </Button>
    );
  }
  return (
    <Button size="small" onClick={choose} aria-label={`Your wallet: ${name}, ${account}`}>
      {error !== null && <span className={styles.alarm}>!</span>}
      <span className={styles.wide}>{name}</span>
      <code className={styles.account}>{shortAddress(account)}</code>
    </Button>
  );
}
