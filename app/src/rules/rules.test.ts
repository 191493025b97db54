import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RulesError } from './error.js';
import { fromJson } from './json.js';
import { RulesModule } from './module.js';
import { createRules, createVaultRules } from './rules.js';
import type { Chain, Rules } from './types.js';

type Call = {
  call: keyof Rules;
  isOnChain: boolean;
  input: Record<string, unknown>;
  answer: { ok: unknown } | { error: { name: string; message: string } };
};

/** What Rust answers natively; see `app/rules/tests/fixture.rs`. */
const { chain, calls } = fromJson(file('fixture.json').toString()) as { chain: Chain; calls: Call[] };
const compiled = new WebAssembly.Module(file('rules.wasm'));
const rules = createRules(compiled);
const compiledOfAVault = new WebAssembly.Module(file('vault.wasm'));
const vaultRules = createVaultRules(compiledOfAVault);

function file(name: string): Buffer<ArrayBuffer> {
  const path = new URL(name, import.meta.url);
  try {
    return readFileSync(path);
  } catch {
    throw new Error(`there is no ${name}; run \`cargo xtask wasm\``);
  }
}

/** The answer to a call, as a Rust test has it. */
function answered({ call, isOnChain, input }: Call, by: Partial<Rules> = rules): unknown {
  const ask = by[call] as (input: unknown) => unknown;
  try {
    return { ok: ask(isOnChain ? { ...chain, ...input } : input) };
  } catch (error) {
    expect(error).toBeInstanceOf(RulesError);
    const { name, message } = error as RulesError;
    return { error: { name, message } };
  }
}

describe('the rules in WebAssembly', () => {
  it.each(calls)('answer $call as they do natively', (call) => {
    expect(answered(call)).toEqual(call.answer);
  });

  const ofAVault = calls.filter(({ call }) => call in vaultRules);

  it.each(ofAVault)('answer $call in the small module, too', (call) => {
    expect(answered(call, vaultRules)).toEqual(call.answer);
  });

  it('answer everything about a vault in the small module', () => {
    const asked = new Set(ofAVault.map(({ call }) => call));
    expect(asked).toEqual(new Set(Object.keys(vaultRules)));
  });

  it('give amounts as bigint and small numbers as number', () => {
    const { navUsd, assets, next } = rules.figures(chain);
    expect([navUsd, assets[0]!.weightE8, assets[0]!.price?.confBps]).toEqual([3_500_000_000n, 57_142_857, 1]);
    expect([next.kind, next.at]).toEqual(['due', chain.now]);
  });

  it('want all the accounts that the figures are made of', () => {
    expect(rules.wanted(chain)).toEqual(expect.arrayContaining(Object.keys(chain.accounts)));
  });

  it('take an account that does not exist', () => {
    const accounts = Object.fromEntries(Object.keys(chain.accounts).map((address) => [address, null]));
    const { refresh, previews } = rules.figures({ ...chain, accounts });
    expect(refresh.refused.map(({ asset }) => asset)).toEqual([0, 1]);
    expect(previews[0]!.error).toContain('pool');
  });

  it('need nothing of their surroundings', () => {
    expect([compiled, compiledOfAVault].flatMap((module) => WebAssembly.Module.imports(module))).toEqual([]);
  });

  it('name what they do not know', () => {
    expect(() => new RulesModule(compiled, 'ballast_call').call('nothing', {})).toThrow(
      expect.objectContaining({ name: 'UnknownCall', message: expect.stringContaining('`nothing`') as string }),
    );
  });

  it('survive any bytes in place of accounts', () => {
    const spoil = (data: string, seed: number) => {
      const bytes = Buffer.from(data, 'base64');
      // All but the discriminator, or else nothing could read it.
      for (let place = 8; place < bytes.length; place += 1 + (seed % 97)) {
        bytes[place] = (seed * (place + 1) * 2_654_435_761) >>> 24;
      }
      return bytes.toString('base64');
    };
    for (let seed = 1; seed <= 200; seed += 1) {
      const vault = seed % 2 === 0 ? spoil(chain.vault, seed) : chain.vault;
      const accounts = Object.fromEntries(
        Object.entries(chain.accounts).map(([address, account]) => [
          address,
          account && { ...account, data: spoil(account.data, seed) },
        ]),
      );
      expect(outcome(() => rules.figures({ ...chain, vault, accounts }))).not.toBe('Trap');
    }
  });

  it('take a request for which their memory must grow', () => {
    const small = new RulesModule(compiled, 'ballast_call');
    expect(outcome(() => small.call('wanted', { vault: 'A'.repeat(1 << 20), routes: [] }))).toBe('NotAVault');
    expect(small.call('wanted', chain)).toEqual(rules.wanted(chain));
  });
});

/** `ok`, or the error's name. */
function outcome(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    return (error as RulesError).name;
  }
}

it('refuses files that would keep the page waiting', () => {
  const toml = '#'.repeat(100_001);
  const change = { kind: 'strategy', toml } as const;
  expect(() => rules.vaultFile({ toml })).toThrow(/at most 100000 characters/);
  expect(() => rules.change({ vault: '', now: 0n, change })).toThrow(/at most 100000 characters/);
  expect(rules.vaultFile({ toml: toml.slice(1) })).toMatchObject({ ok: false });
});
