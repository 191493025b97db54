import { address } from '@ballast/client';
import { fetchEncodedAccount, type Address } from '@solana/kit';
import { useRef, useState } from 'react';
import { useChain } from '../../chain/index.js';
import { TextInput } from '../../ui/index.js';
import type { NewMint } from './change-actions.js';
import { errorOf, readAddress } from './inputs.js';

const TOKEN_PROGRAMS: readonly Address[] = [address.TOKEN_PROGRAM, address.TOKEN_2022_PROGRAM];

/** Asks for the mint of an asset to add, and looks up which token program it belongs to. */
export function MintField({ onChange }: { onChange: (mint: NewMint | undefined) => void }) {
  const { rpc } = useChain();
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const latest = useRef(text);
  const change = async (text: string) => {
    latest.current = text;
    setText(text);
    setError(undefined);
    onChange(undefined);
    const typed = readAddress(text);
    if (typed.kind !== 'value') {
      return;
    }
    const account = await fetchEncodedAccount(rpc, typed.value, { commitment: 'confirmed' }).catch(() => undefined);
    if (latest.current !== text) {
      // What was asked for is no longer what stands here.
      return;
    }
    if (account?.exists === true && TOKEN_PROGRAMS.includes(account.programAddress)) {
      onChange({ mint: typed.value, tokenProgram: account.programAddress });
    } else {
      setError(account === undefined ? 'The node does not answer; try again.' : 'There is no mint of this address.');
    }
  };
  return (
    <TextInput
      label="Mint of the new asset"
      value={text}
      onChange={(text) => void change(text)}
      error={errorOf(readAddress(text)) ?? error}
      hint="The change names the price feed only. The vault’s account for the token is created with it."
    />
  );
}
