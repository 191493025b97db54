import { AMMS, instruction, routeAccounts, type Found, type Route } from '@ballast/client';
import type { Address as AddressText } from '@solana/kit';
import { useState } from 'react';
import { useNow } from '../../chain/index.js';
import { useConfig } from '../../config-context.js';
import {
  Address,
  Badge,
  Button,
  Card,
  Countdown,
  Muted,
  Row,
  Select,
  Stack,
  Table,
  TextInput,
} from '../../ui/index.js';
import { useGovern } from './context.js';
import { RouteHalts } from './halts.js';
import { errorOf, readAddress } from './inputs.js';
import { routePair } from './pairs.js';
import { formatSecs } from './settings.js';

/** The pools that the vault trades on. */
export function RoutesSection() {
  const { vault } = useGovern();
  return (
    <Stack gap="large">
      <Card title="Routes">
        <RouteHalts />
        <Table
          caption="Routes"
          rows={vault.routes}
          rowKey={({ address }) => address}
          empty="The vault has no routes: it cannot trade."
          columns={[
            {
              key: 'pair',
              header: 'Pair',
              cell: ({ data }) => <strong>{routePair(vault, data)}</strong>,
              onPhone: 'title',
            },
            { key: 'amm', header: 'AMM', cell: ({ data }) => AMMS[data.amm]?.name ?? 'unknown' },
            { key: 'pool', header: 'Pool', cell: ({ data }) => <Pool route={data} /> },
            { key: 'route', header: 'Route', cell: ({ address }) => <Address address={address} /> },
            { key: 'status', header: 'Status', cell: (route) => <Status route={route} /> },
            { key: 'close', header: 'Close', cell: (route) => <Close route={route} /> },
          ]}
        />
      </Card>
      <Register />
    </Stack>
  );
}

function Pool({ route }: { route: Route }) {
  const [pool] = routeAccounts(route);
  return pool === undefined ? <>none</> : <Address address={pool} />;
}

function Status({ route: { address, data } }: { route: Found<Route> }) {
  const { vault } = useGovern();
  const now = useNow();
  const preview = vault.figures.previews.find(({ route }) => route === address);
  if (data.activeAt > now) {
    return (
      <>
        <Badge tone="neutral">Timelocked</Badge>{' '}
        <Muted>
          for <Countdown until={data.activeAt} />
        </Muted>
      </>
    );
  }
  if (preview?.halt != null) {
    return <Badge tone="bad">Halted</Badge>;
  }
  return (
    <>
      <Badge tone="good">Active</Badge>
      <Muted>{preview?.error ?? preview?.words}</Muted>
    </>
  );
}

function Close({ route: { data } }: { route: Found<Route> }) {
  const { vault, review } = useGovern();
  const [pool] = routeAccounts(data);
  if (pool === undefined) {
    return null;
  }
  const pair = routePair(vault, data);
  const close = () =>
    review({
      work: {
        label: `Close the route ${pair}`,
        build: async (signer) => [await instruction.closeRoute(signer, vault.account.admin, vault.address, pool)],
        summarize: () => `The route ${pair} is closed`,
      },
      need: 'guardian',
      consequences: [
        poolLine(pool),
        `The vault no longer trades ${pair} on this pool, at once.`,
        'To register the pool again takes the admin, and the timelock.',
        'The admin gets the rent of the route’s account back.',
      ],
      acknowledgement: 'This pool is not to be traded on.',
    });
  return (
    <Button kind="danger" size="small" aria-label={`Close the route ${pair}`} onClick={close}>
      Close
    </Button>
  );
}

/** Several pools may be of one pair. */
function poolLine(pool: AddressText) {
  return (
    <>
      The pool is <Address address={pool} />.
    </>
  );
}

function Register() {
  const { vault, review } = useGovern();
  const { pools } = useConfig();
  const [text, setText] = useState('');
  const pool = readAddress(text);
  const { totalShares, limits } = vault.account;
  const wait =
    totalShares === 0n
      ? 'The vault is empty, so that it can be traded on at once.'
      : `It can be traded on after the timelock of ${formatSecs(BigInt(limits.timelockSecs))}.`;
  const register = (pool: AddressText) =>
    review({
      work: {
        label: 'Register a route',
        build: async (signer) => [await instruction.registerRoute(signer, vault.address, pool)],
        summarize: () => 'The route is registered',
      },
      need: 'admin',
      onDone: () => setText(''),
      consequences: [
        poolLine(pool),
        wait,
        'The program checks that the pool belongs to a supported AMM, and is between two of the vault’s assets. Nobody checks how deep it is.',
      ],
    });
  const known = pools.map(({ address, assets }) => ({ value: address as string, label: assets.join('/') }));
  return (
    <Card title="Register a pool">
      {known.length > 0 && (
        <Select
          label="Known pools"
          value={known.some(({ value }) => value === text.trim()) ? text.trim() : ''}
          options={[{ value: '', label: 'Choose a pool, or write its address below' }, ...known]}
          onChange={setText}
        />
      )}
      <TextInput
        label="Pool"
        value={text}
        onChange={setText}
        error={errorOf(pool)}
        hint={`${wait} The admin registers it.`}
      />
      <Row>
        <Button disabled={pool.kind !== 'value'} onClick={() => pool.kind === 'value' && register(pool.value)}>
          Register
        </Button>
      </Row>
    </Card>
  );
}
