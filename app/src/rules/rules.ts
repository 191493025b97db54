import { RulesError } from './error.js';
import { RulesModule } from './module.js';
import type { Rules } from './types.js';

const CALLS: Record<keyof Rules, true> = {
  wanted: true,
  figures: true,
  depositSingle: true,
  redeemSingle: true,
  depositInKind: true,
  redeemInKind: true,
  firstDeposit: true,
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

/** The rules of a compiled module. */
export function createRules(compiled: WebAssembly.Module): Rules {
  const module = new RulesModule(compiled);
  const call = (name: string, input: unknown) => {
    requireShort(input);
    return module.call(name, input);
  };
  const calls = Object.keys(CALLS).map((name) => [name, (input: unknown) => call(name, input)]);
  return Object.fromEntries(calls) as Rules;
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
