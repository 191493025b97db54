import { getAddressEncoder, type Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { getQueuedChangeEncoder } from '../src/generated/index.js';
import * as ballast from '../src/index.js';
import { bytes, fixture, type Sample } from './support/fixtures.js';
import { parseDebug, shown } from './support/rust.js';

type Accounts = {
  address: Address;
  vault: Sample;
  view: string;
  lookupAddresses: Address[];
  routes: (Sample & { address: Address })[];
  claims: Sample;
  queuedChanges: Sample[];
  preview: Sample;
  derived: {
    creator: Address;
    vaultId: string;
    mints: [Address, Address];
    view: string;
    pool: Address;
    owner: Address;
    claims: Address;
    route: Address;
    change: Address;
    sponsoredFeed: Address;
    userShares: Address;
  };
};

const accounts = fixture<Accounts>('accounts');
const { decode } = ballast;

describe('decoding', () => {
  const samples: [string, (data: Uint8Array) => unknown, Sample][] = [
    ['vault', decode.vault, accounts.vault],
    ...accounts.routes.map((route): (typeof samples)[number] => ['route', decode.route, route]),
    ['claims', decode.claims, accounts.claims],
    ...accounts.queuedChanges.map((queued): (typeof samples)[number] => ['queued change', decode.queuedChange, queued]),
    ['preview', decode.preview, accounts.preview],
  ];

  it.each(samples)('reads a %s as the Rust client does', (_, read, { data, debug }) => {
    expect(shown(read(bytes(data)))).toEqual(parseDebug(debug));
  });

  it('knows every kind of change', () => {
    const kinds = accounts.queuedChanges.map(({ data }) => decode.queuedChange(bytes(data))?.change.__kind);
    expect(new Set(kinds).size).toBe(11);
  });

  it.each(accounts.queuedChanges)('writes a change as it reads it', ({ data }) => {
    const queued = decode.queuedChange(bytes(data))!;
    const written = getQueuedChangeEncoder().encode(queued);
    expect(Buffer.from(written)).toEqual(Buffer.from(bytes(data)).subarray(0, written.length));
  });

  it('refuses the account of another type', () => {
    expect(decode.vault(bytes(accounts.claims.data))).toBeUndefined();
    expect(decode.claims(bytes(accounts.vault.data))).toBeUndefined();
  });

  it('refuses an account that is cut short', () => {
    const data = bytes(accounts.vault.data);
    expect(decode.vault(data.slice(0, -1))).toBeUndefined();
    expect(decode.vault(data.slice(0, 7))).toBeUndefined();
    expect(decode.vault(new Uint8Array())).toBeUndefined();
  });
});

describe('a vault', () => {
  const vault = decode.vault(bytes(accounts.vault.data))!;
  const view = ballast.vaultView(accounts.address, vault);

  it('has the view of the Rust client', () => {
    expect(shown(view)).toEqual(parseDebug(accounts.view));
  });

  it('has the lookup addresses of the Rust client', () => {
    const routes = accounts.routes.map(({ address, data }) => ({ address, data: decode.route(bytes(data))! }));
    expect(ballast.lookupAddresses(view, routes)).toEqual(accounts.lookupAddresses);
  });

  it('has no view where a token program is unknown', () => {
    const assets = vault.assets.map((asset) => ({ ...asset, token: 9 }));
    expect(() => ballast.vaultView(accounts.address, { ...vault, assets })).toThrow('update this client');
  });

  it('has only the assets of its slots in use', () => {
    expect(ballast.vaultAssets(vault)).toHaveLength(3);
    expect(() => ballast.assetAt(view, 3)).toThrow('the vault has no asset 3: its assets are 0 to 2');
  });
});

describe('derived addresses', () => {
  const { creator, vaultId, mints, view, pool, owner, ...expected } = accounts.derived;
  const [token, token2022] = mints;

  it('are those of the Rust client', async () => {
    const derived = await ballast.newVaultView(creator, BigInt(vaultId), [
      { mint: token, tokenProgram: ballast.address.TOKEN_PROGRAM },
      { mint: token2022, tokenProgram: ballast.address.TOKEN_2022_PROGRAM },
    ]);
    expect(shown(derived)).toEqual(parseDebug(view));
    const vault = derived.address;
    expect({
      claims: await ballast.address.claims(vault, owner),
      route: await ballast.address.route(vault, pool),
      change: await ballast.address.change(vault, BigInt(vaultId)),
      sponsoredFeed: await ballast.address.sponsoredFeed(getAddressEncoder().encode(pool), 7),
      userShares: await ballast.userShares(derived, owner),
    }).toEqual(expected);
  });
});

describe('price accounts', () => {
  const feed = Buffer.from('ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d', 'hex');

  it("of pull feeds are their sponsors'", async () => {
    // SOL in dollars, as https://docs.pyth.network/price-feeds/sponsored-feeds/solana lists it.
    const sponsored = '7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE';
    expect(await ballast.address.sponsoredFeed(feed)).toBe(sponsored);
    expect(await ballast.address.priceAccount({ oracle: ballast.OracleKind.PythPull, feed })).toBe(sponsored);
    expect(await ballast.address.sponsoredFeed(feed, 1)).not.toBe(sponsored);
  });

  it('of push feeds are their own', async () => {
    const key = getAddressEncoder().encode(accounts.derived.pool);
    const found = await ballast.address.priceAccount({ oracle: ballast.OracleKind.PythPush, feed: key });
    expect(found).toBe(accounts.derived.pool);
  });

  it('of unknown oracles are an error', async () => {
    await expect(ballast.address.priceAccount({ oracle: 2, feed })).rejects.toThrow('update this client');
  });
});
