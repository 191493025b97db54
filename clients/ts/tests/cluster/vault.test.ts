// A user's, a guardian's and an admin's way through the client, against the real program on a local cluster.

import type { AddressesByLookupTableAddress, KeyPairSigner } from '@solana/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  address,
  atLeast,
  BREAKERS,
  ClientError,
  fetchClaims,
  fetchHistory,
  fetchLookupTables,
  fetchQueuedChanges,
  fetchRoute,
  fetchRoutes,
  fetchTime,
  fetchVault,
  fetchVaults,
  instruction,
  Pause,
  prepare,
  preview,
  ProgramFailure,
  quoteDepositInKind,
  quoteDepositSingle,
  quoteRedeemInKind,
  quoteRedeemSingle,
  REASONS,
  send,
  submit,
  userShares,
  vaultView,
  type BallastEvents,
  type BuiltInstruction,
  type Sent,
  type Vault,
  type VaultView,
} from '../../src/index.js';
import { manifest, rpc, tokens, wallet } from './localnet.js';

const [{ address: vaultAddress, lookupTable, routes }] = manifest.vaults as [(typeof manifest.vaults)[number]];
/** Prices and pools move between a quote and its transaction. */
const TOLERANCE_BPS = 200;
/** 0.1 of the asset with the index 2, in raw units. */
const SINGLE = { asset: 2, amount: 100_000_000n };

let alice: KeyPairSigner;
let admin: KeyPairSigner;
let guardian: KeyPairSigner;
let lookupTables: AddressesByLookupTableAddress;
let vault: Vault;
let view: VaultView;

beforeAll(async () => {
  [alice, admin, guardian] = await Promise.all([wallet('alice'), wallet('admin'), wallet('guardian')]);
  lookupTables = await fetchLookupTables(rpc, lookupTable);
  vault = await fetchVault(rpc, vaultAddress);
  view = vaultView(vaultAddress, vault);
});

describe('reading', () => {
  it('finds the vault, its view and its routes', async () => {
    expect(vault.assetCount).toBe(manifest.assets.length);
    expect(view.assets.map(({ mint, tokenProgram }) => ({ mint, tokenProgram }))).toEqual(
      manifest.assets.map(({ mint, tokenProgram }) => ({ mint, tokenProgram })),
    );
    expect(view.shareMint).toBe(manifest.vaults[0]!.shareMint);
    const vaults = await fetchVaults(rpc);
    expect(vaults.map((found) => found.address)).toEqual(expect.arrayContaining([vaultAddress]));
    const found = await fetchRoutes(rpc, vaultAddress);
    expect(found.map((route) => route.address)).toEqual([...routes].sort());
  });

  it('finds the accounts that publish prices', async () => {
    const found = await Promise.all(
      vault.assets.slice(0, vault.assetCount).map((asset) => address.priceAccount(asset)),
    );
    expect(found).toEqual(manifest.assets.map(({ priceAccount }) => priceAccount));
  });

  it('names what is not there', async () => {
    const missing = fetchVault(rpc, await address.vault(alice.address, 1n));
    await expect(missing).rejects.toMatchObject({ kind: 'NotFound' } satisfies Partial<ClientError>);
    await expect(fetchVault(rpc, view.shareMint)).rejects.toMatchObject({ kind: 'WrongAccount' });
    await expect(fetchVault(rpc, routes[0]!)).rejects.toMatchObject({ kind: 'WrongAccount' });
  });
});

describe('prices', () => {
  it('are refreshed, by the cluster’s clock', async () => {
    const sent = await act(alice, await freshPrices());
    expect(only(sent, 'PricesRefreshed')).toMatchObject({ vault: vaultAddress, assetMask: 0b1111 });
    const [after, now] = [await fetchVault(rpc, vaultAddress), await fetchTime(rpc)];
    for (const { publishTime, priceX64 } of after.assets.slice(0, after.assetCount)) {
      expect(priceX64).toBeGreaterThan(0n);
      expect(now - publishTime).toBeLessThanOrEqual(BigInt(after.limits.maxPriceAgeSecs) * 2n);
    }
  });
});

describe('in kind', () => {
  it('a deposit gives what was quoted', async () => {
    const maxAmounts = await onePercent();
    const quote = await quoteDepositInKind(rpc, alice.address, view, maxAmounts, { lookupTables });
    expect(quote.shares).toBeGreaterThan(0n);
    const account = await instruction.createShareAccount(alice, alice.address, view);
    const minShares = atLeast(quote.shares, TOLERANCE_BPS);
    const before = await shares();
    const sent = await act(alice, account, await instruction.depositInKind(alice, view, { maxAmounts, minShares }));
    const deposited = only(sent, 'DepositedInKind');
    expect(deposited.user).toBe(alice.address);
    expect(deposited.shares).toBeGreaterThanOrEqual(minShares);
    expect(deposited.amounts.every((amount, index) => amount <= maxAmounts[index]!)).toBe(true);
    expect((await shares()) - before).toBe(deposited.shares);
  });

  it('a redemption gives what was quoted', async () => {
    const redeemed = (await shares()) / 4n;
    const quote = await quoteRedeemInKind(rpc, alice.address, view, redeemed, {}, { lookupTables });
    const minAmounts = quote.amounts.map((amount) => atLeast(amount, TOLERANCE_BPS));
    const args = { shares: redeemed, minAmounts, skipMask: 0, forfeitMask: 0 };
    const before = await holdings();
    const sent = await act(alice, await instruction.redeemInKind(alice, view, args));
    const { amounts } = only(sent, 'RedeemedInKind');
    expect(amounts.every((amount, index) => amount >= minAmounts[index]!)).toBe(true);
    const after = await holdings();
    expect(after.map((amount, index) => amount - before[index]!)).toEqual(amounts);
  });

  it('a skipped asset becomes a claim, which is paid later', async () => {
    await act(alice, await instruction.openClaims(alice, vaultAddress));
    const args = {
      shares: (await shares()) / 4n,
      minAmounts: view.assets.map(() => 0n),
      skipMask: 0b0010,
      forfeitMask: 0,
    };
    const redeemed = only(await act(alice, await instruction.redeemInKind(alice, view, args)), 'RedeemedInKind');
    const claims = await fetchClaims(rpc, vaultAddress, alice.address);
    expect(claims?.amounts[1]).toBe(redeemed.amounts[1]);
    const claimed = only(await act(alice, await instruction.claim(alice, view, 1)), 'Claimed');
    expect(claimed).toMatchObject({ owner: alice.address, asset: 1, amount: redeemed.amounts[1], claimedAfter: 0n });
    await act(alice, await instruction.closeClaims(alice, vaultAddress));
    expect(await fetchClaims(rpc, vaultAddress, alice.address)).toBeUndefined();
  });
});

describe('one asset', () => {
  it('a deposit gives what was quoted', async () => {
    const { asset, amount } = SINGLE;
    const before = [await freshPrices()];
    const quote = await quoteDepositSingle(rpc, alice.address, view, asset, amount, { lookupTables, before });
    const minShares = atLeast(quote, TOLERANCE_BPS);
    const deposit = await instruction.depositSingle(alice, view, asset, amount, minShares);
    const exchange = only(await act(alice, ...before, deposit), 'SingleAssetExchange');
    expect(exchange).toMatchObject({ user: alice.address, isDeposit: true, asset, amount });
    expect(exchange.shares).toBeGreaterThanOrEqual(minShares);
  });

  it('a redemption gives what was quoted', async () => {
    const { asset } = SINGLE;
    const redeemed = (await shares()) / 4n;
    const before = [await freshPrices()];
    const quote = await quoteRedeemSingle(rpc, alice.address, view, asset, redeemed, { lookupTables, before });
    const minAmount = atLeast(quote, TOLERANCE_BPS);
    const redeem = await instruction.redeemSingle(alice, view, asset, redeemed, minAmount);
    const exchange = only(await act(alice, ...before, redeem), 'SingleAssetExchange');
    expect(exchange).toMatchObject({ isDeposit: false, asset, shares: redeemed });
    expect(exchange.amount).toBeGreaterThanOrEqual(minAmount);
  });
});

describe('rebalancing', () => {
  it('is previewed on every route', async () => {
    const before = [await freshPrices()];
    for (const routeAddress of routes) {
      const route = await fetchRoute(rpc, routeAddress);
      const found = await preview(rpc, alice.address, vaultAddress, routeAddress, route, { lookupTables, before });
      expect(found.navUsd).toBeGreaterThan(0n);
      expect(found.reason === 0 ? found.amountIn > 0n : REASONS[found.reason] !== undefined).toBe(true);
      expect(found.breaker === 0 || BREAKERS[found.breaker] !== undefined).toBe(true);
      expect(found.stressBeforeE8).toHaveLength(8);
    }
  });

  it('happens where the preview says so, and fails for the previewed reason where not', async () => {
    const keeper = await wallet('keeper');
    const [routeAddress] = routes as [(typeof routes)[number]];
    const route = await fetchRoute(rpc, routeAddress);
    const before = [await freshPrices()];
    const { reason } = await preview(rpc, keeper.address, vaultAddress, routeAddress, route, { lookupTables, before });
    const rebalance = act(keeper, ...before, instruction.rebalance(keeper, view, routeAddress, route, 0n));
    if (reason === 0) {
      expect(only(await rebalance, 'Rebalanced').keeper).toBe(keeper.address);
    } else {
      await expect(rebalance).rejects.toMatchObject({ ballast: REASONS[reason]!.name });
    }
  });
});

describe('failures', () => {
  it('are the program’s own, in its words', async () => {
    const args = { maxAmounts: await onePercent(), minShares: 1n << 60n };
    const failed = act(alice, await instruction.depositInKind(alice, view, args));
    await expect(failed).rejects.toBeInstanceOf(ProgramFailure);
    await expect(failed).rejects.toMatchObject({ ballast: 'BelowMinimum', details: { instruction: 0 } });
  });

  it('are those of a called program where it is to blame', async () => {
    const maxAmounts = (await holdings()).map((amount) => amount * 1_000n);
    const failed = act(alice, await instruction.depositInKind(alice, view, { maxAmounts, minShares: 0n }));
    await expect(failed).rejects.toThrow(/^InsufficientFunds \(1\) in SPL Token: /);
    await expect(failed).rejects.toMatchObject({ ballast: undefined });
  });

  it('are told also where the transaction has landed', async () => {
    const open = await instruction.openClaims(alice, vaultAddress);
    // A transfer tells the second transaction from the first.
    const tip = instruction.topUpCrankFund(alice, view, 1n);
    const [first, second] = await Promise.all([prepare(rpc, alice, [open]), prepare(rpc, alice, [tip, open])]);
    const { events } = await submit(rpc, first);
    expect(events).toEqual([]);
    await expect(submit(rpc, second)).rejects.toThrow(/^AccountAlreadyInUse \(0\) in the System program: /);
    await act(alice, await instruction.closeClaims(alice, vaultAddress));
  });
});

describe('administration', () => {
  it('pauses and unpauses', async () => {
    const paused = await act(guardian, instruction.setPause(guardian, vaultAddress, Pause.DepositSingle, true));
    expect(only(paused, 'PauseChanged')).toMatchObject({ by: guardian.address, before: 0, after: Pause.DepositSingle });
    const { asset, amount } = SINGLE;
    const deposit = await instruction.depositSingle(alice, view, asset, amount, 0n);
    await expect(act(alice, await freshPrices(), deposit)).rejects.toMatchObject({ ballast: 'Paused' });
    const unpaused = await act(admin, instruction.setPause(admin, vaultAddress, Pause.DepositSingle, false));
    expect(only(unpaused, 'PauseChanged').after).toBe(0);
  });

  it('queues a change, lists it and cancels it', async () => {
    const { changeCount: id, limits } = await fetchVault(rpc, vaultAddress);
    const change = { __kind: 'Limits', fields: [{ ...limits, maxSlippageBps: limits.maxSlippageBps + 1 }] } as const;
    const queued = only(
      await act(admin, await instruction.queueChange(admin, vaultAddress, id, change)),
      'ChangeQueued',
    );
    expect(queued).toMatchObject({ id, change });
    expect((await fetchQueuedChanges(rpc, vaultAddress)).map(({ data }) => data)).toMatchObject([{ id, change }]);
    const early = act(admin, await instruction.applyChange(admin, vaultAddress, id));
    await expect(early).rejects.toMatchObject({ ballast: 'ChangeTimelocked' });
    await act(guardian, await instruction.cancelChange(guardian, vaultAddress, id, admin.address));
    expect(await fetchQueuedChanges(rpc, vaultAddress)).toEqual([]);
  });
});

describe('history', () => {
  it('tells what has happened, newest first', async () => {
    const own = ['ChangeCancelled', 'ChangeQueued', 'PauseChanged'];
    const entries = await fetchHistory(rpc, vaultAddress, 50);
    const names = entries.flatMap(({ events }) => events.map(({ name }) => name));
    expect(names.filter((name) => own.includes(name)).slice(0, 4)).toEqual([...own, 'PauseChanged']);
    const [, ...older] = entries;
    const [next] = await fetchHistory(rpc, vaultAddress, 1, entries[0]!.signature);
    expect(next).toEqual(older[0]);
  });
});

async function act(payer: KeyPairSigner, ...instructions: BuiltInstruction[]): Promise<Sent> {
  return send(rpc, payer, instructions, { lookupTables });
}

/** The one event of this name in a transaction. */
function only<Name extends keyof BallastEvents>({ events }: Sent, name: Name): BallastEvents[Name] {
  const found = events.filter((event) => event.name === name);
  expect(found).toHaveLength(1);
  return found[0]!.data as BallastEvents[Name];
}

async function freshPrices(): Promise<BuiltInstruction> {
  return instruction.refreshAllPrices(vaultAddress, vault);
}

/** A hundredth of what the vault has of each asset. */
async function onePercent(): Promise<bigint[]> {
  const { assets, assetCount } = await fetchVault(rpc, vaultAddress);
  return assets.slice(0, assetCount).map(({ balance }) => balance / 100n);
}

async function shares(): Promise<bigint> {
  return tokens(await userShares(view, alice.address));
}

async function holdings(): Promise<bigint[]> {
  const accounts = view.assets.map(({ mint, tokenProgram }) =>
    address.associatedToken(alice.address, mint, tokenProgram),
  );
  return Promise.all((await Promise.all(accounts)).map(tokens));
}
