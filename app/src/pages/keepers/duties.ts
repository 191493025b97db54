/**
 * What there is to do for a vault: everything that anybody may do for it, and whether it is time.
 *
 * Prices, observations and decisions are judged by the rules. Whether there is a fee, or evidence for a breaker, only the program can
 * tell: a simulation asks it.
 *
 * @module
 */

import { AssetStatus, BALLAST_ERRORS, type Vault } from '@ballast/client';
import type { Address } from '@solana/kit';
import type { ReadyVault } from '../../chain/index.js';
import { formatDuration, formatFromNow } from '../../format/index.js';
import type { VaultFigures } from '../../rules/types.js';
import { plain } from '../vault/history/words.js';
import { pairName } from '../vault/pair.js';

/** What to do. */
export type Task =
  /** Take published prices over. */
  | { kind: 'refresh' }
  /** Fold them into the vault's statistics. */
  | { kind: 'observe' }
  /** Trade on a route. Where a breaker's condition holds, the same instruction halts instead. */
  | { kind: 'rebalance' | 'halt'; route: Address }
  /** Halt because a published price is too uncertain to be taken over. */
  | { kind: 'trip'; asset: number }
  /** Mint the management fee's shares to whom it belongs. */
  | { kind: 'collectFees' };

/** A task, and whether it is time for it. */
export type Duty = {
  key: string;
  task: Task;
  title: string;
  /** `due`: now; `possible`: whoever wants to may try; `waiting`: the program would refuse. */
  state: 'due' | 'possible' | 'waiting';
  /** Why, in a sentence. */
  words: string;
  /** What the crank fund pays for it. */
  rewardLamports: bigint;
};

/** What is known of a vault. */
export type Known = Pick<ReadyVault, 'names' | 'routes'> & {
  account: KnownAccount;
  figures: Pick<VaultFigures, 'refresh' | 'previews'>;
  chain: { now: bigint };
};

type KnownAccount = Pick<
  Vault,
  'assets' | 'assetCount' | 'limits' | 'strategy' | 'state' | 'feeRecipient' | 'isClosing'
>;

/** Stands for nobody. */
const NOBODY = '11111111111111111111111111111111';

/** The program's words for a price with too wide a confidence interval; the rules refuse such a price in them. */
const UNCERTAIN = Object.values(BALLAST_ERRORS).find(({ name }) => name === 'PriceUncertain')?.message;

/** Everything that there is to do for a vault, what is due first. */
export function duties(vault: Known): Duty[] {
  if (vault.account.isClosing !== 0) {
    return [];
  }
  const all = [...halts(vault), ...rebalances(vault), ...refresh(vault), ...observe(vault), ...fees(vault)];
  const rank = { due: 0, possible: 1, waiting: 2 };
  return all.sort((a, b) => rank[a.state] - rank[b.state]);
}

/** A refresh is due once a price is too old to trade on; before that whoever wants to may pay for one. */
function refresh({ account, figures, names, chain }: Known): Duty[] {
  const { assetMask } = figures.refresh;
  if (assetMask === 0) {
    return [];
  }
  const newer = names.filter((_, asset) => ((assetMask >> asset) & 1) === 1);
  const { maxPriceAgeSecs } = account.limits;
  const ageSecs = chain.now - oldestPriceAt(account);
  const isStale = ageSecs > BigInt(maxPriceAgeSecs);
  const age = `The oldest price of the vault is ${formatDuration(ageSecs)} old, of at most ${formatDuration(maxPriceAgeSecs)}.`;
  const words = `${newer.join(', ')}: newer prices are published. ${age}`;
  return [
    { ...unpaid('refresh', 'Refresh prices', words), task: { kind: 'refresh' }, state: isStale ? 'due' : 'possible' },
  ];
}

function observe({ account, figures, chain }: Known): Duty[] {
  const isDue = figures.refresh.isObservationDue;
  const { observedAt } = account.state.statistics;
  const last =
    observedAt === 0n ? 'There has been none yet.' : `The last one was ${formatFromNow(observedAt, chain.now)}.`;
  const words = `Fresh prices count once every ${formatDuration(account.strategy.sampling.spacingSecs)}. ${last}`;
  return [
    { ...unpaid('observe', 'Observe prices', words), task: { kind: 'observe' }, state: isDue ? 'due' : 'waiting' },
  ];
}

function rebalances(vault: Known): Duty[] {
  return vault.figures.previews.map((preview) => {
    const { route, sell, buy, reason, breaker, breakerName, error, words, rewardLamports } = preview;
    if (error === null && breaker !== 0) {
      const title = `Halt ${pairName(vault, route)}: ${plain(breakerName ?? '')}`;
      return { ...unpaid(`halt ${route}`, title, words), task: { kind: 'halt', route }, state: 'due' };
    }
    const isDue = error === null && reason === 0;
    const title = isDue
      ? `Rebalance ${vault.names[sell]} → ${vault.names[buy]}`
      : `Rebalance ${pairName(vault, route)}`;
    return {
      key: `rebalance ${route}`,
      task: { kind: 'rebalance', route },
      title,
      state: isDue ? 'due' : 'waiting',
      words: error ?? words,
      rewardLamports: isDue ? rewardLamports : 0n,
    };
  });
}

/** A published price that is too uncertain for the vault to take may be evidence for a breaker. */
function halts({ figures, names }: Known): Duty[] {
  const uncertain = figures.refresh.refused.filter(({ message }) => message === UNCERTAIN);
  return uncertain.map(({ asset, message }) => ({
    ...unpaid(`trip ${asset}`, `Halt by the price of ${names[asset]}`, message),
    task: { kind: 'trip', asset },
    state: 'possible',
  }));
}

function fees({ account }: Known): Duty[] {
  const isCharged = account.limits.managementFeeBps > 0 || account.state.fees.owedShares > 0n;
  if (!isCharged || account.feeRecipient === NOBODY) {
    return [];
  }
  const words = 'What has accrued since the last collection goes to the vault’s fee recipient, whoever collects it.';
  return [{ ...unpaid('fees', 'Collect the management fee', words), task: { kind: 'collectFees' }, state: 'possible' }];
}

function unpaid(key: string, title: string, words: string) {
  return { key, title, words, rewardLamports: 0n };
}

/** When the oldest price that counts was published, as the vault has it on the chain. */
function oldestPriceAt(account: KnownAccount): bigint {
  const counted = account.assets.slice(0, account.assetCount).filter(({ status }) => status === AssetStatus.Active);
  return counted.map(({ publishTime }) => publishTime).reduce((oldest, at) => (at < oldest ? at : oldest));
}
