/**
 * What the rules tell about a vault that does not exist yet, besides its file.
 *
 * @module
 */

import type { AccountData } from './types.js';

/** The whole numbers that are allowed for a parameter, by the core's unit of it. */
export type Range = {
  /** But for 0, where that counts apart. */
  least: number;
  /** `null` where it lies beyond four billion. */
  most: number | null;
  /** Whether 0 is allowed besides, which turns a part off. */
  orZero: boolean;
};

/** The rules about vaults to be. */
export interface CreationRules {
  /**
   * What is allowed at paths such as `limits.max_trade_bps` while all else is as the file has it. Found by trying: about a hundredth of a
   * second each. Paths that lead to no number are left out.
   */
  ranges(input: { toml: string; paths: string[] }): Record<string, Range>;
  /** The decimals of a mint that vaults accept. Throws `UnsupportedMint` or `UnsupportedMintExtension`. */
  mint(input: { account: NonNullable<AccountData> }): { decimals: number };
}
