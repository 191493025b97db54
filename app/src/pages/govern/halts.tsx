import { instruction, type Halt } from '@ballast/client';
import type { Address } from '@solana/kit';
import { useNow } from '../../chain/index.js';
import { Age, Button, Countdown, Muted, Notice, Stack, Time } from '../../ui/index.js';
import type { Action } from './action.js';
import { useGovern } from './context.js';
import { breakerMeaning, breakerName, formatMeasure } from './evidence.js';
import { pairOf } from './pairs.js';

/** The vault’s own halt. */
export function VaultHalt() {
  const { halt } = useGovern().vault.account.state;
  return halt.breaker === 0 ? <Muted>The vault is not halted.</Muted> : <HaltNotice halt={halt} />;
}

/** The halts of its routes. */
export function RouteHalts() {
  const { routes } = useGovern().vault;
  const halted = routes.filter(({ data }) => data.halt.breaker !== 0);
  return (
    <Stack gap="small">
      {halted.map(({ address, data }) => (
        <HaltNotice key={address} halt={data.halt} route={address} />
      ))}
    </Stack>
  );
}

/** A halt, its evidence, and what ends it. */
export function HaltNotice({ halt, route }: { halt: Halt; route?: Address }) {
  const { vault, review } = useGovern();
  const now = useNow();
  const { breaker, asset, measured, limit, at } = halt;
  const endsAt = at + BigInt(vault.account.breakers.cooldownSecs);
  const isCool = halt.isHard === 0 && now >= endsAt;
  const name = route === undefined ? 'The vault' : `The route ${pairOf(vault, route)}`;
  const about = vault.names[asset] === undefined ? '' : ` of ${vault.names[asset]}`;
  return (
    <Notice
      kind={isCool ? 'info' : 'bad'}
      title={
        isCool
          ? `${name} was halted, and has cooled off`
          : `${name} is halted: ${breakerName(breaker).toLowerCase()}${about}`
      }
      action={
        <Button size="small" onClick={() => review(clearing(vault.address, route))}>
          End the halt
        </Button>
      }
    >
      {breakerMeaning(breaker)} Measured {formatMeasure(breaker, measured)} against a limit of{' '}
      {formatMeasure(breaker, limit)}, <Age at={at} />, on <Time at={at} />.{' '}
      <Ends isHard={halt.isHard !== 0} isCool={isCool} endsAt={endsAt} />
    </Notice>
  );
}

function Ends({ isHard, isCool, endsAt }: { isHard: boolean; isCool: boolean; endsAt: bigint }) {
  if (isHard) {
    return <>It stays until the admin has looked, and ends it.</>;
  }
  if (isCool) {
    return <>The next rebalance ends it, if the condition is gone.</>;
  }
  return (
    <>
      It cools off in <Countdown until={endsAt} />.
    </>
  );
}

function clearing(vault: Address, route: Address | undefined): Action {
  return {
    work: {
      label: route === undefined ? 'End the halt of the vault' : 'End the halt of the route',
      build: async (signer) => [instruction.clearBreaker(signer, vault, route)],
      summarize: () => 'The halt is over',
    },
    need: 'admin',
    consequences: [
      'Trading goes on at once. If the condition still holds, the breaker can be tripped again.',
      'Look first: the price elsewhere, the pool’s content, the trades of the last day and what they lost. If something is wrong, ' +
        'pause, quarantine, close the route or tighten instead.',
    ],
    acknowledgement: 'I have reviewed what happened.',
  };
}
