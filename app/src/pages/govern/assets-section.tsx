import { instruction } from '@ballast/client';
import { useState } from 'react';
import type { AssetFigures } from '../../rules/types.js';
import { Address, Badge, Button, Card, Muted, Select, Stack, Table } from '../../ui/index.js';
import { useGovern } from './context.js';
import { AddAssetForm, AssetForm, FeedForm } from './forms/asset-forms.js';
import type { ChangeFormProps } from './forms/form.js';
import { ChangeForm } from './proposal.js';

const TONES = { active: 'good', quarantined: 'caution', removed: 'neutral' } as const;

/** What the basket holds, and what becomes of assets that cannot be trusted. */
export function AssetsSection() {
  const { vault } = useGovern();
  return (
    <Stack gap="large">
      <Card title="Assets">
        <Table
          caption="Assets"
          rows={vault.figures.assets}
          rowKey={({ index }) => index}
          columns={[
            {
              key: 'asset',
              header: 'Asset',
              cell: ({ index }) => <strong>{vault.names[index]}</strong>,
              onPhone: 'title',
            },
            { key: 'mint', header: 'Mint', cell: ({ mint }) => <Address address={mint} /> },
            { key: 'status', header: 'Status', cell: ({ status }) => <Badge tone={TONES[status]}>{status}</Badge> },
            { key: 'action', header: 'Quarantine', cell: (asset) => <Quarantine asset={asset} /> },
          ]}
        />
        <Muted>
          A quarantined asset counts for nothing but redemption in kind. The guardian or the admin quarantines one at
          once; where its issuer has frozen the vault’s account, anybody may.
        </Muted>
      </Card>
      <Card title="Change the basket">
        <BasketChange />
      </Card>
    </Stack>
  );
}

function Quarantine({ asset: { index, status } }: { asset: AssetFigures }) {
  const { vault, review } = useGovern();
  if (status !== 'active') {
    return null;
  }
  const name = vault.names[index];
  const quarantine = () =>
    review({
      work: {
        label: `Quarantine ${name}`,
        build: async (signer) => [instruction.quarantine(signer, vault.view, index)],
        summarize: () => `${name} is quarantined`,
      },
      need: 'guardian',
      exception: 'Where the issuer has frozen the vault’s account, anybody may: try it, the program looks first.',
      consequences: [
        `${name} no longer counts: not for the value of shares, nor for targets and trades. Shares are worth less by it at once.`,
        'Holders still get their part of it by redeeming in kind.',
        'To bring it back takes a change, and the timelock.',
      ],
      acknowledgement: `${name} cannot be moved or trusted.`,
    });
  return (
    <Button kind="danger" size="small" onClick={quarantine}>
      {`Quarantine ${name}`}
    </Button>
  );
}

const BASKET_FORMS = {
  add: { label: 'One more asset', Form: AddAssetForm },
  remove: {
    label: 'Remove an asset',
    Form: (props: ChangeFormProps) => <AssetForm kind="removeAsset" {...props} />,
  },
  release: {
    label: 'Release a quarantined asset',
    Form: (props: ChangeFormProps) => <AssetForm kind="releaseAsset" {...props} />,
  },
  feed: { label: 'Another price feed', Form: FeedForm },
} as const;

type BasketKind = keyof typeof BASKET_FORMS;

function BasketChange() {
  const [kind, setKind] = useState<BasketKind>('add');
  const options = Object.entries(BASKET_FORMS).map(([value, { label }]) => ({ value: value as BasketKind, label }));
  return (
    <Stack>
      <Select label="What to change" value={kind} options={options} onChange={setKind} />
      <ChangeForm key={kind} Form={BASKET_FORMS[kind].Form} />
    </Stack>
  );
}
