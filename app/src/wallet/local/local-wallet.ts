import {
  createKeyPairFromBytes,
  getAddressFromPublicKey,
  getPublicKeyFromAddress,
  getTransactionDecoder,
  getTransactionEncoder,
  partiallySignTransaction,
  type Transaction,
} from '@solana/kit';
import type { IdentifierString, Wallet, WalletAccount } from '@wallet-standard/core';
import type { LocalWallet } from '../../config.js';
import { SIGN } from '../ability.js';

/** Asks its owner whether to sign. */
export type Approve = (wallet: string, transaction: Transaction) => Promise<boolean>;

type SignInput = { account: WalletAccount; transaction: Uint8Array };
type Listener = (properties: { accounts: readonly WalletAccount[] }) => void;

/** A wallet of Wallet Standard that signs with a given key. */
export async function makeLocalWallet(
  { name, secretKey }: LocalWallet,
  chain: IdentifierString,
  approve: Approve,
): Promise<Wallet> {
  const keyPair = await createKeyPairFromBytes(new Uint8Array(secretKey));
  const address = await getAddressFromPublicKey(keyPair.publicKey);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', await getPublicKeyFromAddress(address)));
  const title = `${name} (local)`;
  const account: WalletAccount = { address, publicKey, chains: [chain], features: [SIGN] };
  const listeners = new Set<Listener>();
  let accounts: readonly WalletAccount[] = [];
  const setAccounts = (granted: readonly WalletAccount[]) => {
    accounts = granted;
    listeners.forEach((listener) => listener({ accounts }));
  };
  const sign = async ({ transaction }: SignInput) => {
    const decoded = getTransactionDecoder().decode(transaction);
    if (!(await approve(title, decoded))) {
      throw new Error('You rejected the request.');
    }
    const signed = await partiallySignTransaction([keyPair], decoded);
    return { signedTransaction: new Uint8Array(getTransactionEncoder().encode(signed)) };
  };
  return {
    version: '1.0.0',
    name: title,
    icon: icon(name),
    chains: [chain],
    get accounts() {
      return accounts;
    },
    features: {
      'standard:connect': {
        version: '1.0.0',
        connect: async () => {
          setAccounts([account]);
          return { accounts };
        },
      },
      'standard:disconnect': { version: '1.0.0', disconnect: async () => setAccounts([]) },
      'standard:events': {
        version: '1.0.0',
        on: (_event: 'change', listener: Listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      [SIGN]: {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0],
        signTransaction: (...inputs: SignInput[]) => Promise.all(inputs.map(sign)),
      },
    },
  };
}

/** A letter on a disc. */
function icon(name: string): `data:image/svg+xml;base64,${string}` {
  const letter = /^[a-z]/i.exec(name)?.[0].toUpperCase() ?? '?';
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0d5c75"/>' +
    `<text x="16" y="22" text-anchor="middle" font-family="sans-serif" font-size="17" fill="#fff">${letter}</text></svg>`;
  return `data:image/svg+xml;base64,${btoa(svg)}`;
}
