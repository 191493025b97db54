/**
 * What the rules tell about a vault's safeguards.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { Chain } from './types.js';

/** A parameter that is changed by itself, and where it may go. */
export type Bounds = {
  /** The core's name of it. */
  name: string;
  /** The present value, and the least and the largest that are compiled in as allowed. */
  value: bigint;
  least: bigint;
  most: bigint;
  /** Which way loosens nothing. */
  tightens: 'down' | 'up' | 'never';
};

/** What a breaker looks at, as it is now. */
export type Evidence = {
  /** The breaker's number. */
  breaker: number;
  /** Whether only the admin ends its halt. */
  isHard: boolean;
  /** The asset that is measured. */
  asset: number | null;
  /** The route whose pool is measured. */
  route: Address | null;
  /** Days of the high that the share price is measured against. */
  days: number | null;
  /**
   * What is measured, in basis points, or in micro-dollars for a pool's depth; `null` where there is nothing to measure, such as without
   * fresh prices.
   */
  measured: bigint | null;
  /** The limit, in the same unit. */
  limit: bigint;
  /** Whether the breaker would trip. */
  isMet: boolean;
};

/** The rules about safeguards. */
export interface GovernanceRules {
  /** The bounds of what is changed one by one. */
  bounds(input: { vault: string }): { limits: Bounds[]; breakers: Bounds[] };
  /** The breakers' evidence, by the published prices where they are newer than the vault's. */
  evidence(input: Chain): Evidence[];
  /** Raw shares that have accrued as management fees and are not minted yet. */
  owedFees(input: { vault: string; now: bigint }): { shares: bigint };
  /** The targets by place that a ramp moves, as they are now: before the strategy's own tilts, and quarantined assets' too. */
  baseTargets(input: { vault: string; now: bigint }): { targetsE8: number[] };
}
