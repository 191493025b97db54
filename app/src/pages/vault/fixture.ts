import type { RoutePreview } from '../../rules/types.js';
import { OTHER } from './history/fixture.js';

/** A route that rests because nothing is due. For tests. */
export const DORMANT: RoutePreview = {
  route: OTHER,
  sell: 0,
  buy: 1,
  reason: 6,
  reasonName: 'InBand',
  words: 'Every asset is inside its band.',
  trigger: 0,
  amountIn: 0n,
  minOut: 0n,
  expectedOut: 0n,
  valueUsd: 0n,
  benefitUsd: 0n,
  costUsd: 0n,
  rewardLamports: 0n,
  breaker: 0,
  breakerName: null,
  halt: null,
  error: null,
};
