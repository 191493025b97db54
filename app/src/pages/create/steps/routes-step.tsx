import { AMMS } from '@ballast/client';
import { address, isAddress, type Address as AddressText } from '@solana/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChain } from '../../../chain/index.js';
import { useConfig } from '../../../config-context.js';
import { Address, Badge, Button, Card, Checkbox, Muted, Notice, Row, Stack, TextInput } from '../../../ui/index.js';
import { offeredPools, unreachable } from '../routes/pools.js';
import styles from './steps.module.css';
import type { StepProps } from './types.js';

/** On which pools the vault may trade. */
export function RoutesStep({ draft, update, problems }: StepProps) {
  const { pools, tokens } = useConfig();
  const offered = offeredPools(draft, pools, tokens);
  const others = draft.pools.filter((pool) => !offered.some((one) => one.address === pool));
  const lost = unreachable(draft, offered);
  const set = (pool: AddressText, isChosen: boolean) =>
    update((now) => {
      const rest = now.pools.filter((one) => one !== pool);
      return { ...now, pools: isChosen ? [...rest, pool] : rest };
    });
  return (
    <Stack gap="large">
      <Card
        title="Pools to trade on"
        aside={
          offered.length > 0 && (
            <Button size="small" onClick={() => offered.forEach(({ address: pool }) => set(pool, true))}>
              Choose all
            </Button>
          )
        }
      >
        <Muted>
          A vault trades nowhere else. Its limits say how far a pool’s price may be from the oracle’s; more pools are
          added later only after the timelock. A vault without pools holds, and never trades.
        </Muted>
        {offered.length === 0 && others.length === 0 && (
          <Muted>No pool of two of these assets is known here. Add one by its address.</Muted>
        )}
        <ul className={styles.pools}>
          {offered.map(({ address: pool, symbols }) => (
            <li key={pool} className={styles.pool}>
              <Checkbox
                label={symbols.join(' / ')}
                isChecked={draft.pools.includes(pool)}
                onChange={(isChosen) => set(pool, isChosen)}
              />
              <Address address={pool} />
            </li>
          ))}
          {others.map((pool) => (
            <li key={pool} className={styles.pool}>
              <Checkbox label="By its address" isChecked onChange={() => set(pool, false)} />
              <Address address={pool} />
            </li>
          ))}
        </ul>
        {lost !== undefined && lost.length > 0 && draft.assets.length > 1 && (
          <Notice kind="caution" title="Some assets cannot be traded">
            No pool leads from the other assets to {lost.join(', ')}. The vault would hold what is deposited of them.
          </Notice>
        )}
        {problems.map(({ message }) => (
          <Notice key={message} kind="bad" isLive>
            {message}
          </Notice>
        ))}
      </Card>
      <PoolByAddress isTaken={(pool) => draft.pools.includes(pool)} onAdd={(pool) => set(pool, true)} />
    </Stack>
  );
}

type PoolByAddressProps = { isTaken: (pool: AddressText) => boolean; onAdd: (pool: AddressText) => void };

function PoolByAddress({ isTaken, onAdd }: PoolByAddressProps) {
  const [text, setText] = useState('');
  const { rpc } = useChain();
  const { rpcUrl } = useConfig();
  const pool = isAddress(text) ? address(text) : undefined;
  const { data: owner, error } = useQuery({
    queryKey: ['owner', rpcUrl, text],
    queryFn: async () => {
      const { value } = await rpc.getAccountInfo(address(text), { commitment: 'confirmed', encoding: 'base64' }).send();
      return value?.owner ?? null;
    },
    enabled: pool !== undefined,
  });
  const amm = AMMS.find(({ program }) => program === owner);
  const problem = problemWith(text, pool, owner, amm !== undefined);
  const add = () => {
    if (pool !== undefined) {
      onAdd(pool);
      setText('');
    }
  };
  return (
    <Card title="Another pool">
      <TextInput
        label="Address of the pool"
        value={text}
        onChange={(typed) => setText(typed.trim())}
        hint={`Of one of these programs: ${AMMS.map(ammName).join(', ')}. Whether its tokens are the vault’s is checked when the route is made.`}
        error={problem ?? error?.message}
      />
      <Row gap="small">
        <Button disabled={amm === undefined || pool === undefined || isTaken(pool)} onClick={add}>
          Add the pool
        </Button>
        {amm !== undefined && <Badge tone="good">{ammName(amm)}</Badge>}
      </Row>
    </Card>
  );
}

function problemWith(
  text: string,
  pool: AddressText | undefined,
  owner: AddressText | null | undefined,
  isKnown: boolean,
) {
  if (text !== '' && pool === undefined) {
    return 'This is not an address.';
  }
  if (owner === null) {
    return 'There is no such account on this cluster.';
  }
  return owner === undefined || isKnown ? undefined : `The account belongs to ${owner}, on which vaults cannot trade.`;
}

/** `TokenSwap` is Token Swap. */
function ammName({ name }: { name: string }): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
}
