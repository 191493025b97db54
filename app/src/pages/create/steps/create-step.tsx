import { isAddress, type Address as AddressText } from '@solana/kit';
import { useState } from 'react';
import { Button, Card, Muted, Notice, Segments, Stack, TextInput } from '../../../ui/index.js';
import { useWallet } from '../../../wallet/index.js';
import type { Rules } from '../../../rules/types.js';
import { CreationCard } from '../creation/creation-card.js';
import type { Step } from '../draft.js';
import type { Creation } from '../storage.js';
import type { Judgement } from '../use-judgement.js';

type CreateStepProps = {
  judgement: Judgement;
  rules: Rules;
  /** What has been begun. */
  creation: Creation | undefined;
  setCreation: (creation: Creation | undefined) => void;
  goTo: (step: Step) => void;
  /** Forgets draft and creation. */
  clear: () => void;
};

type Creator = 'wallet' | 'other';

/** Creates the vault, step by step, by the connected wallet or by somebody who signs elsewhere. */
export function CreateStep({ judgement, rules, creation, setCreation, goTo, clear }: CreateStepProps) {
  const { account } = useWallet();
  const [creator, setCreator] = useState<Creator>('wallet');
  const [other, setOther] = useState('');
  const { toml, summary } = judgement;
  const isReady = toml !== undefined && summary !== undefined;
  if (creation === undefined && !isReady) {
    return (
      <Notice
        kind="caution"
        title="Something is still missing"
        action={
          <Button size="small" onClick={() => goTo('review')}>
            See what
          </Button>
        }
      />
    );
  }
  const admin = adminOf(creator, account, other);
  const changeSettings = () => {
    setCreation(undefined);
    goTo('review');
  };
  const wanted = creation ?? (isReady && admin !== undefined ? { admin, toml } : undefined);
  return (
    <Stack gap="large">
      {creation === undefined && <Creator {...{ creator, setCreator, other, setOther }} />}
      {creation === undefined && creator === 'other' && admin !== undefined && admin === summary?.guardian && (
        <Notice kind="caution">The guardian is this very address: nobody would watch over the admin.</Notice>
      )}
      {creation !== undefined && toml !== undefined && toml !== creation.toml && (
        <Notice
          kind="info"
          title="The settings have changed since creation began"
          action={
            <Button size="small" onClick={() => setCreation(undefined)}>
              Use the changed ones
            </Button>
          }
        >
          What goes on is the vault as it was when creation began.
        </Notice>
      )}
      {/* The same one before and after creation begins: it is at work meanwhile. */}
      {wanted !== undefined && (
        <CreationCard
          key={wanted.admin}
          creation={wanted}
          rules={rules}
          setCreation={setCreation}
          clear={clear}
          onChangeSettings={changeSettings}
        />
      )}
    </Stack>
  );
}

type CreatorProps = {
  creator: Creator;
  setCreator: (creator: Creator) => void;
  other: string;
  setOther: (other: string) => void;
};

function Creator({ creator, setCreator, other, setOther }: CreatorProps) {
  const { account, choose } = useWallet();
  return (
    <Card title="Who creates it">
      <Segments
        label="Who creates it"
        value={creator}
        options={[
          { value: 'wallet', label: 'The connected wallet' },
          { value: 'other', label: 'A multisig, or another wallet' },
        ]}
        onChange={setCreator}
      />
      {creator === 'other' && (
        <TextInput
          label="Address of the creator"
          value={other}
          onChange={(text) => setOther(text.trim())}
          hint="It signs and pays for each transaction, which you export unsigned, and becomes the admin. Of a multisig, its vault’s address."
          error={other === '' || isAddress(other) ? undefined : 'This is not an address.'}
        />
      )}
      {creator === 'wallet' && account === null && (
        <Stack gap="small">
          <Muted>It pays for the accounts, and becomes the admin.</Muted>
          <div>
            <Button kind="primary" onClick={choose}>
              Connect a wallet
            </Button>
          </div>
        </Stack>
      )}
    </Card>
  );
}

function adminOf(creator: Creator, account: AddressText | null, other: string): AddressText | undefined {
  if (creator === 'wallet') {
    return account ?? undefined;
  }
  return isAddress(other) ? other : undefined;
}
