/**
 * Events of a vault in words.
 *
 * @module
 */

import { BREAKERS, Pause, type BallastEvent, type Change } from '@ballast/client';
import type { Address } from '@solana/kit';
import {
  formatAmount,
  formatPercentBps,
  formatPercentE8,
  formatPrice,
  formatTime,
  formatUsd,
} from '../../../format/index.js';

/** What amounts in events are of. */
export type Tokens = {
  /** Names of the assets, by place. */
  names: readonly string[];
  /** Their decimals. */
  decimals: readonly number[];
  shareDecimals: number;
};

/** An event in words. */
export type Said = {
  /** What happened, in two or three words. */
  title: string;
  /** With which figures; empty where there is nothing to add. */
  text: string;
  /** Who did it or got something, where the event tells. */
  by: Address | null;
  /** Whether it limits what the vault does, gives it back, or neither. */
  tone: 'neutral' | 'good' | 'caution';
};

/** More decimals than anybody reads in a list. */
const MAX_DECIMALS = 6;
/** Stands for nobody, and for no route. */
const NOBODY = '11111111111111111111111111111111';
/** The breaker of which the limit is in micro-dollars; those of all others are in basis points. */
const ILLIQUID = 7;

const CHANGES: Readonly<Record<Change['__kind'], string>> = {
  Limits: 'limits',
  Breakers: 'breakers',
  Stress: 'stress test',
  Strategy: 'strategy',
  Roles: 'roles',
  Guardian: 'guardian',
  Targets: 'target weights',
  AddAsset: 'new asset',
  RemoveAsset: 'removal of an asset',
  ReleaseAsset: 'release of an asset',
  Feed: 'price feed',
};

const ACTIVITIES = [
  { bit: Pause.DepositInKind, name: 'deposits in kind' },
  { bit: Pause.DepositSingle, name: 'deposits of one asset' },
  { bit: Pause.RedeemSingle, name: 'redemptions in one asset' },
  { bit: Pause.Rebalance, name: 'rebalancing' },
];

/** Whether an event is everyday upkeep, of which there are too many to list. */
export function isRoutine({ name }: BallastEvent): boolean {
  return name === 'PricesRefreshed' || name === 'Observed';
}

/** Tells an event. */
export function say(event: BallastEvent, tokens: Tokens): Said {
  const said = sayWhat(event, tokens);
  return { text: '', by: null, tone: 'neutral', ...said };
}

function sayWhat({ name, data }: BallastEvent, tokens: Tokens): Pick<Said, 'title'> & Partial<Said> {
  switch (name) {
    case 'VaultInitialized':
      return { title: 'Vault created', by: data.admin };
    case 'VaultClosed':
      return { title: 'Vault closed', text: `The crank fund gave back ${sol(data.lamports)}.`, by: data.by };
    case 'DepositedInKind':
      return {
        title: 'Deposit in kind',
        text: `${basket(data.amounts, tokens)} for ${shares(data.shares, tokens)}`,
        by: data.user,
      };
    case 'RedeemedInKind':
      return {
        title: 'Redemption in kind',
        text: `${shares(data.shares, tokens)} for ${basket(data.amounts, tokens)}${skipped(data, tokens)}`,
        by: data.user,
      };
    case 'SingleAssetExchange': {
      const [paid, got] = [amount(data.amount, data.asset, tokens), shares(data.shares, tokens)];
      return data.isDeposit
        ? { title: 'Deposit', text: `${paid} for ${got}`, by: data.user }
        : { title: 'Redemption', text: `${got} for ${paid}`, by: data.user };
    }
    case 'Claimed':
      return { title: 'Claim paid', text: amount(data.amount, data.asset, tokens), by: data.owner };
    case 'Rebalanced': {
      const [sold, bought] = [
        amount(data.amountIn, data.soldAsset, tokens),
        amount(data.amountOut, data.boughtAsset, tokens),
      ];
      return { title: 'Rebalance', text: `Sold ${sold} for ${bought}`, by: data.keeper };
    }
    case 'PricesRefreshed':
      return { title: 'Prices refreshed', text: masked(data.assetMask, tokens).join(', ') };
    case 'Observed':
      return { title: 'Prices observed', text: observed(data.sharePriceX64, data.excessGrowthE12, tokens) };
    case 'FeesCollected':
      return { title: 'Management fee collected', text: shares(data.shares, tokens), by: data.recipient };
    case 'BreakerTripped':
      return {
        title: data.route === NOBODY ? 'Trading halted' : 'Route halted',
        text: `${breaker(data.breaker, data.asset, tokens)} ${beyond(data.breaker, data.measured, data.limit)}${
          data.isHard ? ' Only the admin ends it.' : ''
        }`,
        tone: 'caution',
      };
    case 'BreakerCleared':
      return {
        title: 'Halt ended',
        text: `${breaker(data.breaker, data.asset, tokens)} It had stood since ${formatTime(data.trippedAt)}.`,
        by: data.by,
        tone: 'good',
      };
    case 'PauseChanged':
      return { ...pauses(data.after), by: data.by };
    case 'AssetQuarantined':
      return { title: 'Asset quarantined', text: nameOf(data.asset, tokens), by: data.by, tone: 'caution' };
    case 'AssetAdded':
      return { title: 'Asset added', text: nameOf(data.asset, tokens) };
    case 'AssetRemoved':
      return { title: 'Asset removed', text: nameOf(data.asset, tokens) };
    case 'ReserveClosed':
      return { title: 'Reserve closed', text: nameOf(data.asset, tokens) };
    case 'AdminChanged':
      return data.pendingAdmin === NOBODY
        ? { title: 'Admin changed', by: data.admin }
        : { title: 'Admin proposed', by: data.pendingAdmin };
    case 'RolesChanged':
      return { title: 'Roles changed' };
    case 'ChangeQueued':
      return {
        title: 'Change queued',
        text: `Change ${data.id}, ${CHANGES[data.change.__kind]}: it can be applied from ${formatTime(data.eta)} on.`,
        by: data.by,
      };
    case 'ChangeApplied':
      return { title: 'Change applied', text: `Change ${data.id}, ${CHANGES[data.change.__kind]}`, by: data.by };
    case 'ChangeCancelled':
      return { title: 'Change cancelled', text: `Change ${data.id}`, by: data.by };
    case 'Tightened':
      return { title: 'Settings tightened', text: CHANGES[data.change.__kind], by: data.by };
    case 'StrategyConfigured':
      return { title: 'Strategy configured' };
    case 'RampStarted':
      return { title: 'Targets on the move', text: ramp(data.toBps, data.endAt, tokens) };
    case 'ForecastPosted':
      return {
        title: 'Forecast posted',
        text: `${formatPercentBps(data.scaleBps)} of the usual volatility, until ${formatTime(data.expiresAt)}`,
      };
    case 'RouteRegistered':
      return { title: 'Route registered', text: `${pair(data, tokens)}, in use from ${formatTime(data.activeAt)} on` };
    case 'RouteClosed':
      return { title: 'Route closed', by: data.by };
  }
}

/** What a breaker is about, in a sentence. */
export function breaker(number: number, asset: number, tokens: Pick<Tokens, 'names'>): string {
  const about = tokens.names[asset];
  const meaning = BREAKERS[number]?.meaning ?? `Breaker ${number}.`;
  return about === undefined ? meaning : `${about}: ${meaning}`;
}

/** What a breaker measured against its limit, in a sentence. */
export function beyond(number: number, measured: bigint, limit: bigint): string {
  const figure = number === ILLIQUID ? formatUsd : formatPercentBps;
  return `Measured ${figure(measured)}, where ${figure(limit)} is the limit.`;
}

/** A name of the program's in words: `CostExceedsBenefit` is `Cost exceeds benefit`. */
export function plain(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** Words as a sentence: with a capital and a full stop. */
export function sentence(words: string): string {
  return /[.!?]$/.test(words) ? capital(words) : `${capital(words)}.`;
}

/** Words with a capital. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Raw units of an asset with its name. */
export function amount(raw: bigint, asset: number, tokens: Tokens): string {
  return `${formatAmount(raw, tokens.decimals[asset] ?? 0, MAX_DECIMALS)} ${nameOf(asset, tokens)}`;
}

/** Lamports in SOL. */
export function sol(lamports: bigint): string {
  return `${formatAmount(lamports, 9)} SOL`;
}

function nameOf(asset: number, { names }: Tokens): string {
  return names[asset] ?? `asset ${asset}`;
}

function shares(raw: bigint, { shareDecimals }: Tokens): string {
  return `${formatAmount(raw, shareDecimals, MAX_DECIMALS)} shares`;
}

function basket(amounts: readonly bigint[], tokens: Tokens): string {
  const parts = amounts.map((raw, asset) => (raw === 0n ? '' : amount(raw, asset, tokens)));
  return parts.filter((part) => part !== '').join(' + ') || 'nothing';
}

function skipped({ skipMask, forfeitMask }: { skipMask: number; forfeitMask: number }, tokens: Tokens): string {
  const claimed = masked(skipMask & ~forfeitMask, tokens);
  const forfeited = masked(forfeitMask, tokens);
  const left = [
    claimed.length > 0 ? `${claimed.join(', ')} left as a claim` : '',
    forfeited.length > 0 ? `${forfeited.join(', ')} given up` : '',
  ].filter((part) => part !== '');
  return left.length === 0 ? '' : ` (${left.join('; ')})`;
}

function masked(mask: number, { names }: Tokens): string[] {
  return names.filter((_, asset) => ((mask >> asset) & 1) === 1);
}

function observed(sharePriceX64: bigint, excessGrowthE12: bigint, { shareDecimals }: Tokens): string {
  if (sharePriceX64 === 0n) {
    return 'No shares yet';
  }
  const priceUsd = (sharePriceX64 * 10n ** BigInt(shareDecimals)) >> 64n;
  const harvest = formatPercentE8(excessGrowthE12 / 10_000n, { isChange: true });
  return `Share price ${formatPrice(priceUsd)}, harvest so far ${harvest}`;
}

function pauses(after: number): Pick<Said, 'title' | 'text' | 'tone'> {
  const paused = ACTIVITIES.filter(({ bit }) => (after & bit) !== 0).map(({ name }) => name);
  return paused.length === 0
    ? { title: 'Everything runs again', text: '', tone: 'good' }
    : { title: 'Paused', text: paused.join(', '), tone: 'caution' };
}

function ramp(toBps: readonly number[], endAt: bigint, tokens: Tokens): string {
  const targets = toBps.map((bps, asset) => `${nameOf(asset, tokens)} ${formatPercentBps(bps)}`);
  return `${targets.join(', ')} by ${formatTime(endAt)}`;
}

function pair({ assetA, assetB }: { assetA: number; assetB: number }, tokens: Tokens): string {
  return `${nameOf(assetA, tokens)}/${nameOf(assetB, tokens)}`;
}
