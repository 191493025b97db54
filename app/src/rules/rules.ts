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

/** The rules of a compiled module. */
export function createRules(compiled: WebAssembly.Module): Rules {
  const module = new RulesModule(compiled);
  const calls = Object.keys(CALLS).map((name) => [name, (input: unknown) => module.call(name, input)]);
  return Object.fromEntries(calls) as Rules;
}
