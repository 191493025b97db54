import { instruction } from '@ballast/client';
import { isAddress, type Address as AddressText } from '@solana/kit';
import { useState } from 'react';
import { Address, Badge, Button, Card, Muted, Notice, Row, Stack, Table, TextInput } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import { useGovern } from './context.js';
import { GuardianForm, RolesForm } from './forms/role-forms.js';
import { ChangeForm } from './proposal.js';
import { holder, NOBODY, roleName, ROLES, rolesOf, type RoleWords } from './roles.js';

/** Who holds which role, and how roles change hands. */
export function RolesSection() {
  return (
    <Stack gap="large">
      <Holders />
      <HandOver />
      <Card title="Manager, forecaster, fee recipient">
        <ChangeForm Form={RolesForm} />
      </Card>
      <Card title="Guardian">
        <Muted>
          Only the admin can cancel a queued replacement of the guardian, so that a guardian can always be replaced.
        </Muted>
        <ChangeForm Form={GuardianForm} />
      </Card>
    </Stack>
  );
}

function Holders() {
  const { vault } = useGovern();
  const { account } = useWallet();
  return (
    <Card title="Roles" aside={<OwnRoles />}>
      <Table
        caption="Roles of this vault"
        rows={ROLES}
        rowKey={({ role }) => role}
        columns={[
          { key: 'role', header: 'Role', cell: ({ name }) => <strong>{name}</strong>, onPhone: 'title' },
          {
            key: 'holder',
            header: 'Held by',
            cell: ({ role }) => <Holder address={holder(vault.account, role)} own={account} />,
          },
          { key: 'may', header: 'May', cell: ({ may }) => may },
          { key: 'mayNot', header: 'May not', cell: ({ mayNot }: RoleWords) => mayNot },
        ]}
      />
    </Card>
  );
}

function Holder({ address, own }: { address: AddressText | null; own: AddressText | null }) {
  if (address === null) {
    return <Muted>Nobody</Muted>;
  }
  return (
    <Row gap="small">
      <Address address={address} />
      {address === own && <Badge tone="accent">Your wallet</Badge>}
    </Row>
  );
}

function OwnRoles() {
  const { vault } = useGovern();
  const { account } = useWallet();
  if (account === null) {
    return <Muted>No wallet is connected.</Muted>;
  }
  const roles = rolesOf(vault.account, account).map(roleName);
  return (
    <Badge tone={roles.length > 0 ? 'accent' : 'neutral'}>{`Your wallet: ${roles.join(', ') || 'no role'}`}</Badge>
  );
}

/** The admin's role takes two signatures to hand over: nobody gets it by mistake. */
function HandOver() {
  const { vault, review } = useGovern();
  const [text, setText] = useState('');
  const pending = holder(vault.account, 'pendingAdmin');
  const to = text.trim();
  const propose = (newAdmin: AddressText) =>
    review({
      work: {
        label: 'Propose another admin',
        build: async (signer) => [instruction.proposeAdmin(signer, vault.address, newAdmin)],
        summarize: () => 'The new admin is proposed, and has to accept',
      },
      need: 'admin',
      consequences: [
        <>
          <Address address={newAdmin} /> can become the admin at any time from then on, by accepting; nothing changes
          before.
        </>,
        'Once they have, the present admin has no power any more.',
        ...(vault.changes.length > 0 ? ['Queued changes are not inherited: apply or cancel them first.'] : []),
      ],
      acknowledgement: 'I have checked that somebody can sign with this address.',
      onDone: () => setText(''),
    });
  return (
    <Card title="Hand over the admin’s role">
      {pending !== null && <Pending pending={pending} />}
      <TextInput
        label="New admin"
        value={text}
        onChange={setText}
        error={to === '' || isAddress(to) ? undefined : 'Write an address, in base 58.'}
        hint="A multisig’s vault address, or a wallet’s. It takes over once it has accepted."
      />
      <Row>
        <Button disabled={!isAddress(to)} onClick={() => isAddress(to) && propose(to)}>
          Propose as admin
        </Button>
      </Row>
    </Card>
  );
}

function Pending({ pending }: { pending: AddressText }) {
  const { vault, review } = useGovern();
  const { account } = useWallet();
  const accept = () =>
    review({
      work: {
        label: 'Accept the admin’s role',
        build: async (signer) => [instruction.acceptAdmin(signer, vault.address)],
        summarize: () => 'The admin’s role is accepted',
      },
      need: 'pendingAdmin',
      consequences: [
        'The proposed admin becomes the admin at once; the present one has no power any more.',
        'Changes that the present admin has queued can no longer be applied.',
      ],
    });
  const withdraw = () =>
    review({
      work: {
        label: 'Withdraw the proposed admin',
        build: async (signer) => [instruction.proposeAdmin(signer, vault.address, NOBODY)],
        summarize: () => 'Nobody is proposed as admin any more',
      },
      need: 'admin',
      consequences: ['The proposed admin can no longer accept.'],
    });
  return (
    <Notice
      kind="caution"
      title="An admin is proposed"
      action={
        <Row gap="small">
          <Button size="small" onClick={withdraw}>
            Withdraw
          </Button>
          <Button size="small" kind={account === pending ? 'primary' : 'secondary'} onClick={accept}>
            Accept
          </Button>
        </Row>
      }
    >
      <Address address={pending} /> becomes the admin by accepting.
    </Notice>
  );
}
