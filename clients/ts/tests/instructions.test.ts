import { createNoopSigner, isSignerRole, isWritableRole, type Address } from '@solana/kit';
import { expect, it } from 'vitest';
import { address, decode, instruction, vaultView, type AssetView } from '../src/index.js';
import type { BuiltInstruction } from '../src/instruction/remaining.js';
import { bytes, fixture, type Sample } from './support/fixtures.js';
import { parseDebug, type Value } from './support/rust.js';

type Case = {
  name: string;
  inputs: string;
  program: Address;
  accounts: { address: Address; isSigner: boolean; isWritable: boolean }[];
  data: string;
};
/** What was passed to the Rust client's builder; each builder below knows the types. */
type Inputs = Record<string, any>;

const cases = fixture<Case[]>('instructions');
const scene = fixture<{ address: Address; vault: Sample; routes: Sample[] }>('accounts');
const vault = scene.address;
const view = vaultView(vault, decode.vault(bytes(scene.vault.data))!);
const routes = scene.routes.map(({ data }) => decode.route(bytes(data))!);
const signer = (address: string) => createNoopSigner(address as Address);
const route = ({ routeIndex }: Inputs) => routes[Number(routeIndex)]!;

const builders: Record<string, (inputs: Inputs) => BuiltInstruction | Promise<BuiltInstruction>> = {
  depositInKind: (i) => instruction.depositInKind(signer(i.user), view, i.args),
  redeemInKind: ({ user, args }) => {
    const masks = { skipMask: Number(args.skipMask), forfeitMask: Number(args.forfeitMask) };
    return instruction.redeemInKind(signer(user), view, { ...args, ...masks });
  },
  depositSingle: (i) => instruction.depositSingle(signer(i.user), view, Number(i.asset), i.amount, i.minShares),
  redeemSingle: (i) => instruction.redeemSingle(signer(i.user), view, Number(i.asset), i.shares, i.minAmount),
  openClaims: (i) => instruction.openClaims(signer(i.owner), vault),
  claim: (i) => instruction.claim(signer(i.owner), view, Number(i.asset)),
  closeClaims: (i) => instruction.closeClaims(signer(i.owner), vault),
  refreshPrices: (i) => instruction.refreshPrices(vault, i.assetMask, i.priceAccounts),
  observe: () => instruction.observe(vault),
  collectFees: (i) => instruction.collectFees(view, i.recipient),
  topUpCrankFund: (i) => instruction.topUpCrankFund(signer(i.from), view, i.lamports),
  tripBreaker: (i) => instruction.tripBreaker(vault, i.evidence),
  tripRouteBreaker: (i) => instruction.tripRouteBreaker(vault, i.routeAddress, route(i)),
  postForecast: (i) => instruction.postForecast(signer(i.forecaster), vault, i.scaleBps, i.expiresAt),
  rebalance: (i) => instruction.rebalance(signer(i.keeper), view, i.routeAddress, route(i), i.minOut),
  previewRebalance: (i) => instruction.previewRebalance(vault, i.routeAddress, route(i)),
  setPause: (i) => instruction.setPause(signer(i.signer), vault, i.activities, i.isPaused),
  tighten: (i) => instruction.tighten(signer(i.signer), vault, i.change),
  cancelChange: (i) => instruction.cancelChange(signer(i.signer), vault, i.id, i.payer),
  closeRoute: (i) => instruction.closeRoute(signer(i.signer), i.admin, vault, i.pool),
  quarantine: (i) => instruction.quarantine(signer(i.signer), view, Number(i.asset)),
  registerRoute: (i) => instruction.registerRoute(signer(i.admin), vault, i.pool),
  configureStrategy: (i) => instruction.configureStrategy(signer(i.admin), vault, i.args),
  startRamp: (i) => instruction.startRamp(signer(i.signer), vault, i.targetsBps, i.durationSecs),
  queueChange: (i) => instruction.queueChange(signer(i.admin), vault, i.id, i.change),
  applyChange: (i) => instruction.applyChange(signer(i.admin), vault, i.id),
  applyAsset: (i) => instruction.applyAsset(signer(i.admin), vault, i.id, i.asset),
  proposeAdmin: (i) => instruction.proposeAdmin(signer(i.admin), vault, i.newAdmin),
  acceptAdmin: (i) => instruction.acceptAdmin(signer(i.newAdmin), vault),
  clearBreaker: (i) => instruction.clearBreaker(signer(i.admin), vault, i.route),
  closeReserve: (i) => instruction.closeReserve(signer(i.admin), view, Number(i.asset), i.destination),
  closeVault: (i) => instruction.closeVault(signer(i.admin), vault, view.crankFund),
  createReserve: (i) => instruction.createReserve(signer(i.payer), view.authority, view.assets[Number(i.asset)]!),
  initializeVault: (i) => instruction.initializeVault(signer(i.admin), i.vaultId, view, i.args),
};

it.each(cases)('builds $name as the Rust client does', async ({ name, inputs, ...expected }) => {
  const built = await builders[name]!(asInput(parseDebug(inputs)) as Inputs);
  expect({
    program: built.programAddress,
    accounts: built.accounts.map(({ address, role }) => ({
      address,
      isSigner: isSignerRole(role),
      isWritable: isWritableRole(role),
    })),
    data: Buffer.from(built.data).toString('base64'),
  }).toEqual(expected);
});

it('creates the token accounts that a redemption pays into', async () => {
  const user = signer(scene.address);
  const [first, second] = view.assets as [AssetView, AssetView];
  const create = ({ mint, tokenProgram }: AssetView) =>
    instruction.createTokenAccount(user, user.address, mint, tokenProgram);
  // The third asset is removed.
  expect(await instruction.createTokenAccounts(user, user.address, view)).toEqual([
    await create(first),
    await create(second),
  ]);
  expect(await instruction.createTokenAccounts(user, user.address, view, 0b01)).toEqual([await create(second)]);
});

it('refreshes the prices of the assets that take part', async () => {
  const account = decode.vault(bytes(scene.vault.data))!;
  const assets = account.assets.map((asset, index) => ({ ...asset, oracle: index % 2 }));
  // The second asset is quarantined, the third removed.
  const expected = instruction.refreshPrices(vault, 0b001, [await address.priceAccount(assets[0]!, 7)]);
  expect(await instruction.refreshAllPrices(vault, { ...account, assets }, 7)).toEqual(expected);
});

it('compares every builder', () => {
  const compared = new Set(cases.map(({ name }) => name));
  // These are made of others: of the one that creates a reserve, and of the one that refreshes some prices.
  const wrappers = ['createTokenAccount', 'createTokenAccounts', 'createShareAccount', 'refreshAllPrices'];
  const exported = Object.entries(instruction).filter(([, value]) => typeof value === 'function');
  expect([...compared, ...wrappers].sort()).toEqual(exported.map(([name]) => name).sort());
});

/** Feeds are bytes here, and lists of integers in Rust; enumerations are numbers. */
function asInput(value: Value): unknown {
  if (Array.isArray(value)) {
    return value.map(asInput);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fieldAsInput(name, field)]));
}

function fieldAsInput(name: string, field: Value): unknown {
  switch (name) {
    case 'feed':
      return Uint8Array.from(field as bigint[], Number);
    case 'oracle':
      return Number(field);
    default:
      return asInput(field);
  }
}
