/**
 * A vault's past as lines: value, share price and weights, from its transactions' events.
 *
 * Charts draw with floating-point numbers: what comes from here is for the eye, not for sums.
 *
 * @module
 */

import type { BallastEvent, HistoryEntry, RebalancedEvent } from '@ballast/client';
import type { Address } from '@solana/kit';

/** A value at a time, in seconds of Unix time. */
export type Point = { time: number; value: number };

/** Lines of a vault's past, each in order of time, with one point for a second. */
export type VaultSeries = {
  /** US dollars. */
  nav: Point[];
  /** US dollars for a whole share. */
  sharePrice: Point[];
  /** Parts of one, by the asset's place. An asset has points where it was traded. */
  weights: Point[][];
};

/** What a vault was when somebody looked. */
export type Sample = {
  /** Seconds of Unix time. */
  time: bigint;
  navUsd: bigint | null;
  sharePriceUsd: bigint | null;
  /** By the asset's place. */
  weightsE8: readonly (number | null)[];
  /** Raw units. */
  totalShares: bigint;
  shareDecimals: number;
};

/** An event of the vault with its time. */
type Moment = { time: number; event: BallastEvent };

const USD = 1_000_000;
const ONE_E8 = 100_000_000;
const X64 = 2 ** 64;

/** The lines of `vault` through its transactions, which may come in any order, and through what has been seen: the last is now. */
export function vaultSeries(
  vault: Address,
  entries: readonly HistoryEntry[],
  samples: readonly [...Sample[], Sample],
): VaultSeries {
  const moments = momentsOf(vault, entries);
  const present = samples.at(-1)!;
  const shares = sharesAt(moments, present.totalShares);
  const wholeShare = 10 ** present.shareDecimals;
  const series: VaultSeries = { nav: [], sharePrice: [], weights: present.weightsE8.map(() => []) };
  let targetsE8: readonly number[] = [];
  moments.forEach(({ time, event }, index) => {
    if (event.name === 'Observed' && event.data.sharePriceX64 > 0n) {
      const rawShare = Number(event.data.sharePriceX64) / X64;
      series.sharePrice.push({ time, value: (rawShare * wholeShare) / USD });
      series.nav.push({ time, value: (rawShare * Number(shares[index])) / USD });
    }
    if (event.name === 'Observed' && event.data.targetsE8.length > 0) {
      targetsE8 = event.data.targetsE8;
    }
    if (event.name === 'Rebalanced') {
      series.nav.push({ time, value: Number(event.data.navAfterUsd) / USD });
      addWeights(series.weights, time, event.data, targetsE8);
    }
  });
  samples.forEach((sample) => addSample(series, sample));
  return {
    nav: oneEachSecond(series.nav),
    sharePrice: oneEachSecond(series.sharePrice),
    weights: series.weights.map(oneEachSecond),
  };
}

/** The events of the vault whose time is known, first to last: the vault numbers them. */
function momentsOf(vault: Address, entries: readonly HistoryEntry[]): Moment[] {
  const moments = entries.flatMap(({ time, events }) => {
    const own = time === null ? [] : events.filter(({ data }) => data.vault === vault);
    return own.map((event) => ({ time: Number(time), event }));
  });
  return moments.sort((a, b) => Number(a.event.data.sequence - b.event.data.sequence));
}

/** The number of raw shares at each moment: after the last event that tells before it, or else before the next one. */
function sharesAt(moments: readonly Moment[], now: bigint): bigint[] {
  const told = moments.map(({ event }) => toldShares(event));
  const first = told.find((shares) => shares !== undefined)?.before ?? now;
  let last = first;
  return told.map((shares) => (last = shares?.after ?? last));
}

function toldShares({ name, data }: BallastEvent): { before: bigint; after: bigint } | undefined {
  switch (name) {
    case 'DepositedInKind':
    case 'RedeemedInKind':
    case 'SingleAssetExchange':
      return { before: data.totalSharesBefore, after: data.totalSharesAfter };
    case 'FeesCollected':
      return { before: data.totalShares, after: data.totalShares };
    default:
      return undefined;
  }
}

/**
 * The weights of the two traded assets: their targets, and how far they were from them. The vault's events have no weights of the
 * others. The weight before the trade is drawn a second earlier, so that a line falls steeply.
 */
function addWeights(weights: Point[][], time: number, event: RebalancedEvent, targetsE8: readonly number[]) {
  const { navBeforeUsd, navAfterUsd } = event;
  const add = (asset: number, beforeUsd: bigint, afterUsd: bigint) => {
    const targetE8 = targetsE8[asset];
    const line = weights[asset];
    if (targetE8 === undefined || line === undefined || navBeforeUsd === 0n || navAfterUsd === 0n) {
      return;
    }
    const target = targetE8 / ONE_E8;
    line.push({ time: time - 1, value: target + Number(beforeUsd) / Number(navBeforeUsd) });
    line.push({ time, value: target + Number(afterUsd) / Number(navAfterUsd) });
  };
  add(event.soldAsset, event.excessBeforeUsd, event.excessAfterUsd);
  add(event.boughtAsset, -event.deficitBeforeUsd, -event.deficitAfterUsd);
}

function addSample({ nav, sharePrice, weights }: VaultSeries, sample: Sample) {
  const time = Number(sample.time);
  if (sample.navUsd !== null) {
    nav.push({ time, value: Number(sample.navUsd) / USD });
  }
  if (sample.sharePriceUsd !== null) {
    sharePrice.push({ time, value: Number(sample.sharePriceUsd) / USD });
  }
  sample.weightsE8.forEach((weightE8, asset) => {
    if (weightE8 !== null) {
      weights[asset]?.push({ time, value: weightE8 / ONE_E8 });
    }
  });
}

/** In order of time; of several values in a second the last one. */
function oneEachSecond(points: readonly Point[]): Point[] {
  const bySecond = new Map(points.map((point) => [point.time, point]));
  return [...bySecond.values()].sort((a, b) => a.time - b.time);
}

/** A line in numbers, for those who do not see it; `null` for an empty one. */
export type LineSummary = { first: Point; last: Point; least: Point; most: Point };

/** Sums a line up. */
export function summarise(points: readonly Point[]): LineSummary | null {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    return null;
  }
  const least = points.reduce((least, point) => (point.value < least.value ? point : least));
  const most = points.reduce((most, point) => (point.value > most.value ? point : most));
  return { first, last, least, most };
}
