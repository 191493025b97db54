/**
 * Ballast's rules in the browser: the Rust code that the program, keepers and command line decide with, compiled to WebAssembly by
 * `cargo xtask wasm`. Nothing of it is written a second time here.
 *
 * @module
 */

import { RulesError } from './error.js';
import { createRules } from './rules.js';
import wasm from './rules.wasm?url';
import type { Rules } from './types.js';

export { RulesError } from './error.js';
export type * from './types.js';

let loaded: Promise<Rules> | undefined;

/** Loads the rules, once. Throws a {@link RulesError} where they cannot be fetched; the next call tries again. */
export function loadRules(): Promise<Rules> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<Rules> {
  try {
    return createRules(await WebAssembly.compileStreaming(fetch(wasm)));
  } catch (error) {
    throw new RulesError('RulesMissing', `the app's rules cannot be loaded; reload the page (${String(error)})`);
  }
}
