import { AssetStatus, BALLAST_ERRORS, type Asset, type Route, type Vault } from '@ballast/client';
import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import type { RoutePreview } from '../../rules/types.js';
import { DORMANT } from '../vault/fixture.js';
import { KEEPER, OTHER } from '../vault/history/fixture.js';
import { duties, type Known } from './duties.js';

const ROUTE = OTHER;
const NOW = 10_000n;
const NOBODY = address('11111111111111111111111111111111');

/** What a test says about a vault that is at rest: prices of now, observed now, nothing charged. */
type Told = {
  publishTime?: bigint;
  observedAt?: bigint;
  assetMask?: number;
  isObservationDue?: boolean;
  isClosing?: number;
  managementFeeBps?: number;
  feeRecipient?: typeof NOBODY;
  refused?: Known['figures']['refresh']['refused'];
  preview?: Partial<RoutePreview>;
};

function known(told: Told = {}): Known {
  const active = { status: AssetStatus.Active, publishTime: told.publishTime ?? NOW } as Asset;
  const account = {
    assets: [active, { ...active, publishTime: NOW }, { status: AssetStatus.Removed, publishTime: 0n } as Asset],
    assetCount: 3,
    limits: { maxPriceAgeSecs: 60, managementFeeBps: told.managementFeeBps ?? 0 },
    strategy: { sampling: { spacingSecs: 300 } },
    state: { statistics: { observedAt: told.observedAt ?? NOW }, fees: { owedShares: 0n } },
    feeRecipient: told.feeRecipient ?? KEEPER,
    isClosing: told.isClosing ?? 0,
  } as Vault;
  return {
    names: ['SOL', 'USDC', 'OLD'],
    routes: [{ address: ROUTE, data: { assetA: 0, assetB: 1 } as Route }],
    account,
    figures: {
      refresh: {
        assetMask: told.assetMask ?? 0,
        isObservationDue: told.isObservationDue ?? false,
        priceAccounts: [],
        refused: told.refused ?? [],
      },
      previews: [{ ...DORMANT, ...told.preview }],
    },
    chain: { now: NOW },
  };
}

const states = (told?: Told) =>
  Object.fromEntries(duties(known(told)).map(({ key, state }) => [key.split(' ')[0], state]));
const duty = (told: Told, kind: string) => duties(known(told)).find(({ task }) => task.kind === kind);

it('has nothing due for a vault at rest', () => {
  expect(states()).toEqual({ rebalance: 'waiting', observe: 'waiting' });
});

it('has nothing to do for a vault that is being closed', () => {
  expect(duties(known({ isClosing: 1, assetMask: 3, managementFeeBps: 50 }))).toEqual([]);
});

describe('a refresh', () => {
  it('is possible where newer prices are published, and due where the stored ones are too old', () => {
    expect(states({ assetMask: 1, publishTime: NOW - 60n })['refresh']).toBe('possible');
    expect(states({ assetMask: 1, publishTime: NOW - 61n })['refresh']).toBe('due');
  });

  it('names the assets, and the age of the oldest price that counts', () => {
    const words = duty({ assetMask: 2, publishTime: NOW - 45n }, 'refresh')?.words;
    expect(words).toBe(
      'USDC: newer prices are published. The oldest price of the vault is 45 s old, of at most 1 min.',
    );
  });
});

it('has an observation due where the rules say so', () => {
  expect(states({ isObservationDue: true })['observe']).toBe('due');
  expect(duty({ observedAt: NOW - 120n }, 'observe')).toMatchObject({
    state: 'waiting',
    words: 'Fresh prices count once every 5 min. The last one was 2 min ago.',
  });
  expect(duty({ observedAt: 0n }, 'observe')?.words).toContain('There has been none yet.');
});

describe('a route', () => {
  it('is due with its reward where the rules have a trade', () => {
    const trade = { reason: 0, trigger: 1, rewardLamports: 20_000n, words: 'Sell 1 SOL.' };
    const found = duty({ preview: trade }, 'rebalance');
    expect(found).toMatchObject({ state: 'due', title: 'Rebalance SOL → USDC', rewardLamports: 20_000n });
  });

  it('is to be halted where a breaker’s condition holds', () => {
    const found = duty({ preview: { reason: 17, breaker: 1, breakerName: 'Jump' } }, 'halt');
    expect(found).toMatchObject({ state: 'due', title: 'Halt SOL/USDC: Jump', task: { route: ROUTE } });
  });

  it('waits where its pool cannot be read, whatever the numbers say', () => {
    const found = duty({ preview: { reason: 0, error: 'The pool is not there.' } }, 'rebalance');
    expect(found).toMatchObject({ state: 'waiting', words: 'The pool is not there.', rewardLamports: 0n });
  });
});

it('offers prices that are too uncertain as evidence, and no others', () => {
  const uncertain = Object.values(BALLAST_ERRORS).find(({ name }) => name === 'PriceUncertain')!.message;
  const found = duty({ refused: [{ asset: 1, message: uncertain }] }, 'trip');
  expect(found).toMatchObject({ state: 'possible', title: 'Halt by the price of USDC', task: { asset: 1 } });
  expect(duty({ refused: [{ asset: 1, message: 'The price is stale.' }] }, 'trip')).toBeUndefined();
});

it('offers fees only where they are charged and belong to somebody', () => {
  expect(states({ managementFeeBps: 50 })['fees']).toBe('possible');
  expect(states({ managementFeeBps: 0 })['fees']).toBeUndefined();
  expect(states({ managementFeeBps: 50, feeRecipient: NOBODY })['fees']).toBeUndefined();
});

it('lists what is due first', () => {
  const told = { assetMask: 3, isObservationDue: true, managementFeeBps: 50 };
  expect(duties(known(told)).map(({ state }) => state)).toEqual(['due', 'possible', 'possible', 'waiting']);
});
