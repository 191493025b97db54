/**
 * Where an asset's weight, target and band lie on its track.
 *
 * @module
 */

import type { AssetFigures } from '../../../rules/types';

/** How much of a track lies between target and edge of the band where the weight is near: a third to either side. */
const BAND_PART = 1 / 3;
/** How much farther than the weight a track reaches where the weight is far outside its band. */
const MARGIN = 1.15;
/** The narrowest half of a track, in 10⁻⁸ of the vault: assets without a band still have one. */
const LEAST_REACH_E8 = 1_000_000;

/** Places on a track, from 0 at its left end to 1 at its right. */
export type Track = {
  low: number;
  target: number;
  high: number;
  /** `null` where the weight is not known. */
  weight: number | null;
};

/**
 * Lays a track out around the target, so that a narrow band is as readable as a wide one: bands take two thirds of their tracks,
 * and assets can be compared by how much of their band they have used. A weight that is far outside widens its track.
 */
export function track({
  weightE8,
  targetE8,
  lowE8,
  highE8,
}: Pick<AssetFigures, 'weightE8' | 'targetE8' | 'lowE8' | 'highE8'>): Track {
  const bandE8 = Math.max(targetE8 - lowE8, highE8 - targetE8);
  const distanceE8 = weightE8 === null ? 0 : Math.abs(weightE8 - targetE8);
  const reachE8 = Math.max(bandE8 * (0.5 / BAND_PART), distanceE8 * MARGIN, LEAST_REACH_E8);
  const place = (e8: number) => 0.5 + (e8 - targetE8) / (2 * reachE8);
  return {
    low: place(lowE8),
    target: 0.5,
    high: place(highE8),
    weight: weightE8 === null ? null : place(weightE8),
  };
}
