import { RulesError } from './error.js';
import { RulesModule } from './module.js';
import type { Rules, VaultRules } from './types.js';

const OF_A_VAULT: Record<keyof VaultRules, true> = {
  wanted: true,
  figures: true,
  depositSingle: true,
  redeemSingle: true,
  depositInKind: true,
  redeemInKind: true,
  firstDeposit: true,
};

const ALL: Record<keyof Rules, true> = {
  ...OF_A_VAULT,
  configuration: true,
  change: true,
  describe: true,
  profile: true,
  vaultFile: true,
  writeVaultFile: true,
  deployment: true,
  backtest: true,
  bounds: true,
  evidence: true,
  owedFees: true,
  baseTargets: true,
  ranges: true,
  mint: true,
};

/** Vault files have a few thousand characters. Judging a million may take minutes, and the page stands still meanwhile. */
const LONGEST_FILE = 100_000;

/** The rules of the compiled module that has those of a vault only. */
export function createVaultRules(compiled: WebAssembly.Module): VaultRules {
  return calls(new RulesModule(compiled, 'ballast_call_of_a_vault'), OF_A_VAULT);
}

/** The rules of the compiled module that has all of them. */
export function createRules(compiled: WebAssembly.Module): Rules {
  return calls(new RulesModule(compiled, 'ballast_call'), ALL);
}

function calls<T>(module: RulesModule, names: Record<keyof T, true>): T {
  const call = (name: string, input: unknown) => {
    requireShort(input);
    return module.call(name, input);
  };
  const entries = Object.keys(names).map((name) => [name, (input: unknown) => call(name, input)]);
  return Object.fromEntries(entries) as T;
}

/** Vault files are a call's own, or a change's. */
function requireShort(input: unknown): void {
  const { toml, change } = input as { toml?: unknown; change?: { toml?: unknown } | string };
  const files = [toml, typeof change === 'object' ? change.toml : undefined];
  if (files.some((file) => typeof file === 'string' && file.length > LONGEST_FILE)) {
    const message = `a vault file has at most ${LONGEST_FILE} characters; is it another file?`;
    throw new RulesError('FileTooLong', message);
  }
}
