import { useEffect, useState } from 'react';
import { shortAddress } from '../format/index.js';
import { Icon } from './icon.js';
import styles from './address.module.css';

/** How long the mark stays that says that something was copied. */
const COPIED_MS = 1_500;

export type AddressProps = {
  /** An address or a signature. */
  address: string;
  /** What people call it, shown instead; the copy is of the address all the same. */
  name?: string | undefined;
};

/** An address, shortened, with a button that copies all of it. */
export function Address({ address, name }: AddressProps) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (isCopied) {
      const timer = setTimeout(() => setIsCopied(false), COPIED_MS);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [isCopied]);
  const copy = () => void navigator.clipboard.writeText(address).then(() => setIsCopied(true));
  return (
    <span className={styles.address}>
      <span title={address}>{name ?? <code>{shortAddress(address)}</code>}</span>
      <button
        type="button"
        className={styles.copy}
        aria-label={`Copy the address ${name ?? shortAddress(address)}`}
        onClick={copy}
      >
        <Icon name={isCopied ? 'check' : 'copy'} />
      </button>
      <span className="visually-hidden" role="status">
        {isCopied ? 'Copied' : ''}
      </span>
    </span>
  );
}
