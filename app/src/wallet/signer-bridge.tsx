import type { TransactionSigner } from '@solana/kit';
import { useWalletAccountTransactionSendingSigner, useWalletAccountTransactionSigner } from '@solana/react';
import type { UiWalletAccount } from '@wallet-standard/react';
import { useEffect } from 'react';
import { SIGN, type SIGN_AND_SEND } from './ability.js';

export type SignerBridgeProps = {
  account: UiWalletAccount;
  chain: `solana:${string}`;
  by: typeof SIGN | typeof SIGN_AND_SEND;
  /** Called with the signer, and with `null` when it is gone. */
  onSigner: (signer: TransactionSigner | null) => void;
};

/** Makes a wallet's account a signer. It draws nothing; being a component, it may use the hooks of one of the two ways to sign. */
export function SignerBridge({ by, ...rest }: SignerBridgeProps) {
  return by === SIGN ? <Signing {...rest} /> : <Sending {...rest} />;
}

type BridgeProps = Omit<SignerBridgeProps, 'by'>;

function Signing({ account, chain, onSigner }: BridgeProps) {
  useReported(useWalletAccountTransactionSigner(account, chain), onSigner);
  return null;
}

function Sending({ account, chain, onSigner }: BridgeProps) {
  useReported(useWalletAccountTransactionSendingSigner(account, chain), onSigner);
  return null;
}

function useReported(signer: TransactionSigner, onSigner: BridgeProps['onSigner']) {
  useEffect(() => {
    onSigner(signer);
    return () => onSigner(null);
  }, [signer, onSigner]);
}
