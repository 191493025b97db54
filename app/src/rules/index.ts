/**
 * Ballast's rules in the browser: the Rust code that the program, keepers and command line decide with, compiled to WebAssembly by
 * `cargo xtask wasm`. Nothing of it is written a second time here.
 *
 * @module
 */

import { RulesError } from './error.js';
import { createRules, createVaultRules } from './rules.js';
import rulesModule from './rules.wasm?url';
import vaultModule from './vault.wasm?url';

export { RulesError } from './error.js';
export type * from './types.js';

/** Loads the rules that showing a vault and quoting takes, once: those that every visitor needs. See {@link loadRules}. */
export const loadVaultRules = once(vaultModule, createVaultRules);

/** Loads all rules, once. Throws a {@link RulesError} where they cannot be fetched; the next call tries again. */
export const loadRules = once(rulesModule, createRules);

function once<T>(url: string, create: (compiled: WebAssembly.Module) => T): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load(url, create).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

async function load<T>(url: string, create: (compiled: WebAssembly.Module) => T): Promise<T> {
  try {
    return create(await WebAssembly.compileStreaming(fetch(url)));
  } catch (error) {
    throw new RulesError('RulesMissing', `the app's rules cannot be loaded; reload the page (${String(error)})`);
  }
}
