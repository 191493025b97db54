import { useState } from 'react';
import { Card, Muted, Select, Stack } from '../../ui/index.js';
import { AddAssetForm, AssetForm, FeedForm } from './forms/asset-forms.js';
import { FileForm } from './forms/file-form.js';
import type { ChangeFormProps } from './forms/form.js';
import { GuardianForm, RolesForm } from './forms/role-forms.js';
import { SettingsForm } from './forms/settings-form.js';
import { TargetsForm } from './forms/targets-form.js';
import { ChangeForm } from './proposal.js';
import { Queue } from './queue-list.js';

type Kind = keyof typeof FORMS;

/** Everything that a change can be about. */
const FORMS = {
  limits: { label: 'Limits', Form: (props: ChangeFormProps) => <SettingsForm kind="limits" {...props} /> },
  breakers: { label: 'Breakers', Form: (props: ChangeFormProps) => <SettingsForm kind="breakers" {...props} /> },
  stress: {
    label: 'Stress test, from a vault file',
    Form: (props: ChangeFormProps) => <FileForm kind="stress" {...props} />,
  },
  strategy: {
    label: 'Strategy, from a vault file',
    Form: (props: ChangeFormProps) => <FileForm kind="strategy" {...props} />,
  },
  roles: { label: 'Manager, forecaster, fee recipient', Form: RolesForm },
  guardian: { label: 'Guardian', Form: GuardianForm },
  targets: { label: 'Targets, at any speed', Form: TargetsForm },
  addAsset: { label: 'One more asset', Form: AddAssetForm },
  removeAsset: {
    label: 'Remove an asset',
    Form: (props: ChangeFormProps) => <AssetForm kind="removeAsset" {...props} />,
  },
  releaseAsset: {
    label: 'Release a quarantined asset',
    Form: (props: ChangeFormProps) => <AssetForm kind="releaseAsset" {...props} />,
  },
  feed: { label: 'Price feed of an asset', Form: FeedForm },
} as const;

const KINDS = Object.entries(FORMS).map(([value, { label }]) => ({ value: value as Kind, label }));

/** What is queued, and a form for every other change. */
export function ChangesSection() {
  const [kind, setKind] = useState<Kind>('limits');
  return (
    <Stack gap="large">
      <Queue />
      <Card title="Propose a change">
        <Muted>
          What loosens nothing can be made at once. Everything else is queued, and can be applied after the timelock.
        </Muted>
        <Select label="What to change" value={kind} options={KINDS} onChange={setKind} />
        <ChangeForm key={kind} Form={FORMS[kind].Form} />
      </Card>
    </Stack>
  );
}
