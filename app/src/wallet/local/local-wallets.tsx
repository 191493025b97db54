import { getCompiledTransactionMessageDecoder, type Transaction } from '@solana/kit';
import { registerWallet, type IdentifierString } from '@wallet-standard/core';
import { useEffect, useState } from 'react';
import type { LocalWallet } from '../../config.js';
import { shortAddress } from '../../format/index.js';
import { Button, Dialog, Facts } from '../../ui/index.js';
import { makeLocalWallet } from './local-wallet.js';

/** A transaction that a wallet's owner is asked about. */
type Request = { wallet: string; transaction: Transaction; answer: (isApproved: boolean) => void };

/** Wallet Standard keeps what was registered as long as the page is open. */
let isRegistered = false;
let show: (request: Request) => void = () => {};

/** Registers the local wallets, and asks for approval when they are to sign. */
export function LocalWallets({ wallets, chain }: { wallets: readonly LocalWallet[]; chain: IdentifierString }) {
  const [requests, setRequests] = useState<readonly Request[]>([]);
  useEffect(() => {
    show = (request) => setRequests((others) => [...others, request]);
    if (!isRegistered) {
      isRegistered = true;
      void registerAll(wallets, chain);
    }
  }, [wallets, chain]);
  const [request] = requests;
  const answer = (isApproved: boolean) => {
    request?.answer(isApproved);
    setRequests((all) => all.slice(1));
  };
  return (
    <Dialog
      isOpen={request !== undefined}
      onClose={() => answer(false)}
      title={`${request?.wallet ?? ''}: sign?`}
      actions={
        <>
          <Button onClick={() => answer(false)}>Reject</Button>
          <Button kind="primary" onClick={() => answer(true)}>
            Approve
          </Button>
        </>
      }
    >
      {request && <Facts facts={describe(request.transaction)} />}
    </Dialog>
  );
}

async function registerAll(wallets: readonly LocalWallet[], chain: IdentifierString): Promise<void> {
  const ask = (wallet: string, transaction: Transaction) =>
    new Promise<boolean>((answer) => show({ wallet, transaction, answer }));
  for (const wallet of wallets) {
    registerWallet(await makeLocalWallet(wallet, chain, ask));
  }
}

function describe({ messageBytes }: Transaction) {
  const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
  const instructions = 'instructions' in message ? message.instructions : [];
  const programs = instructions.map(({ programAddressIndex }) => message.staticAccounts[programAddressIndex]);
  return [
    { label: 'Instructions', value: instructions.length },
    { label: 'Pays the fee', value: <code>{shortAddress(message.staticAccounts[0] ?? '')}</code> },
    {
      label: 'Programs',
      value: <code>{[...new Set(programs)].map((program) => shortAddress(program ?? '')).join(' ')}</code>,
    },
  ];
}
