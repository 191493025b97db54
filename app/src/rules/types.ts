/**
 * What the rules take and answer: ballast-core's and ballast-view's, compiled to WebAssembly.
 *
 * Amounts of 64 bits and more are `bigint`: raw units of tokens and shares, `…Usd` micro-dollars, `…E8` parts in 10⁻⁸, `…Lamports`,
 * `…At` and `…Secs` seconds (of Unix time). Smaller numbers, such as places of assets and `…Bps`, are `number`. Weights, which are at most
 * one whole, are numbers too. Assets are named by their place in the vault.
 *
 * @module
 */

import type { Address } from '@solana/kit';
import type { CreationRules } from './creation.js';
import type { GovernanceRules } from './governance.js';

export type { Range } from './creation.js';

/** An account as the node gives it; `null` where there is none. */
export type AccountData = {
  /** The program that owns it. */
  owner: Address;
  lamports: bigint;
  /** Its bytes, in base64. */
  data: string;
} | null;

/** A route of a vault. */
export type RouteData = {
  address: Address;
  /** Its account's bytes, in base64. */
  data: string;
};

/** A vault and what its figures depend on, as the cluster has them. */
export type Chain = {
  /** The cluster's clock: Unix time in seconds. */
  now: bigint;
  /** The vault. */
  address: Address;
  /** Its account's bytes, in base64. The caller has checked that the account is the program's. */
  vault: string;
  /** Its routes, whose accounts are the program's, too. */
  routes: RouteData[];
  /** The accounts of {@link Rules.wanted}; what is left out is taken for missing. */
  accounts: Record<Address, AccountData>;
  /** Names of the assets by place, for words; mints stand in for what is left out. */
  names?: string[];
  /** Which of Pyth's sponsored price accounts to read; 0 where left out. */
  shard?: number;
};

/** Something that a vault does and that can be paused. In-kind redemption cannot. */
export type Activity = 'deposit-in-kind' | 'deposit-single' | 'redeem-single' | 'rebalance';

/** What a vault is to people. */
export type VaultFigures = {
  /** The basket at mid prices; `null` before every asset that counts has had a price. */
  navUsd: bigint | null;
  /** Whether every price that counts is fresh enough to trade on. */
  isFresh: boolean;
  /** All shares: minted ones, owed fees and the locked one. */
  totalShares: bigint;
  /** A whole share; `null` where there are none, or the value is unknown. */
  sharePriceUsd: bigint | null;
  shareDecimals: number;
  state: VaultState;
  /** What is paused. */
  paused: Activity[];
  /** The vault's halt that stands. */
  halt: Halt | null;
  assets: AssetFigures[];
  /** The asset that is farthest towards, or beyond, the edge of its band; `null` where there is no value. */
  drift: Drift | null;
  next: Next;
  /** What a rebalance would do now, one for each route. */
  previews: RoutePreview[];
  performance: Performance;
  /** What holding the first deposit would be worth; `null` where it is not given, or an asset of it has no price. */
  held: Held | null;
  budgets: Budgets;
  /** The worst loss under any of the vault's shocks; `null` without shocks or value. */
  stress: { lossE8: bigint; limitE8: bigint } | null;
  fund: CrankFund;
  refresh: PriceRefresh;
};

/** Whether a vault trades, and if not, why. */
export type VaultState = {
  /** The gravest of what `words` says. */
  kind: 'live' | 'paused' | 'halted' | 'closing' | 'empty';
  /** All that the vault does not do at the moment; `running` where it does everything. */
  words: string[];
};

/** Why trading is halted. */
export type Halt = {
  /** The breaker's number, its name in the program, and what it looks at. */
  breaker: number;
  name: string;
  meaning: string;
  /** The asset that it is about. */
  asset: number | null;
  /** Whether only the admin ends it. */
  isHard: boolean;
  trippedAt: bigint;
  /** When a soft one has cooled off. */
  endsAt: bigint | null;
  /** What was measured, and the limit that it passed. */
  measured: bigint;
  limit: bigint;
  /** What both are in. */
  unit: 'bps' | 'usd';
};

/** An asset of a vault. */
export type AssetFigures = {
  index: number;
  mint: Address;
  decimals: number;
  status: 'active' | 'quarantined' | 'removed';
  /** Raw units that shares are worth. */
  balance: bigint;
  /** Raw units that belong to claims. */
  owed: bigint;
  /** The balance at the mid price; 0 of what does not count, `null` where there is no price yet. */
  valueUsd: bigint | null;
  /** Part of the vault's value; `null` where that is unknown or nothing. */
  weightE8: number | null;
  targetE8: number;
  /** Half the width of the band around the target. */
  bandE8: number;
  /** The band's edges. */
  lowE8: number;
  highE8: number;
  /** Whether the weight is outside the band. */
  isOut: boolean;
  price: AssetPrice | null;
};

/** The vault's price of an asset, or the published one where that is newer and acceptable. */
export type AssetPrice = {
  /** A whole token. */
  usd: bigint;
  /** Half-width of the confidence interval, over the price. */
  confBps: number;
  publishTime: bigint;
  ageSecs: bigint;
  /** Whether it is fresh enough to trade on. */
  isFresh: boolean;
};

/** How far an asset is from its target. */
export type Drift = {
  asset: number;
  /** Distance from the target over half the width of the band; over 10,000 is outside. */
  usedBps: number;
};

/** What comes next. */
export type Next = {
  /**
   * `due`: a rebalance is possible now; `schedule`: at the next opening; `drift`: when an asset leaves its band; `wait`: what is due waits
   * for something; `stopped`: somebody or a breaker has stopped it.
   */
  kind: 'due' | 'drift' | 'schedule' | 'wait' | 'stopped';
  /** When, where that is known. */
  at: bigint | null;
  /** Such as `due in 3 h` or `drift 62% of band (SOL)`. */
  words: string;
};

/** What a rebalance on a route would do now. */
export type RoutePreview = {
  route: Address;
  /** The asset to sell and the one to buy; the route's first and second where there is no trade. */
  sell: number;
  buy: number;
  /** 0 for a trade, otherwise the program's reason for none, with its name. */
  reason: number;
  reasonName: string | null;
  /** The decision in a sentence, amounts included. */
  words: string;
  /** What makes the trade due: 1 for drift, 2 for the schedule; 0 for nothing. */
  trigger: number;
  /** Raw units to sell, to get at least, and to expect. */
  amountIn: bigint;
  minOut: bigint;
  expectedOut: bigint;
  /** The trade at mid prices, what it is worth, and what it costs against mid prices. */
  valueUsd: bigint;
  benefitUsd: bigint;
  costUsd: bigint;
  /** What the fund pays whoever makes the trade. */
  rewardLamports: bigint;
  /** The breaker that a rebalance would trip instead; 0 for none. */
  breaker: number;
  breakerName: string | null;
  /** The route's own halt that stands. */
  halt: Halt | null;
  /** Why there is no decision: the pool's accounts, or the vault's figures, are not as they must be. All else is then 0. */
  error: string | null;
};

/** The vault's own books since its first observation. */
export type Performance = {
  /** 0 before it. */
  since: bigint;
  trades: bigint;
  turnoverUsd: bigint;
  /** What trades lost against mid prices, less what they gained. */
  costUsd: bigint;
  /** Growth of the share price up to the last observation: one tenth is 10,000,000. */
  growthE8: bigint;
  /** Logarithmic growth beyond that of the assets as held: what rebalancing has harvested, less costs and fees. */
  harvestE8: bigint;
  lastRebalanceAt: bigint;
};

/** What a share would be worth, had the first deposit been held without a trade. */
export type Held = {
  sharePriceUsd: bigint;
  /** How much more a share is worth than that, as a part of it. */
  againstE8: bigint;
};

/** What is left of a day's budgets, and what they are when nothing is spent. */
export type Budgets = {
  lossLeftUsd: bigint;
  lossUsd: bigint;
  turnoverLeftUsd: bigint;
  turnoverUsd: bigint;
};

/** What pays keepers. */
export type CrankFund = {
  address: Address;
  lamports: bigint;
  /** For a rebalance, by the vault's limits; 0 for nothing. */
  rewardLamports: bigint;
  /** Whether the next one is paid: the fund has enough, and the day's budget too. */
  isPaying: boolean;
};

/** What refreshes the prices on the chain as these figures have them: the arguments of `refreshPrices`. */
export type PriceRefresh = {
  /** Bit `i` set: asset `i` has a newer price. 0 where there is nothing to refresh. */
  assetMask: number;
  /** The price accounts of those assets, in order. */
  priceAccounts: Address[];
  /** Whether prices would be observed after that: targets and bands may move by it. */
  isObservationDue: boolean;
  /** Assets whose published price the vault would not take, and why. */
  refused: { asset: number; message: string }[];
};

/** An exchange of one asset for shares, or the reverse. */
export type SingleQuote = {
  /** What comes out: raw shares of a deposit, raw units of a redemption. */
  out: bigint;
  /** What goes in and what comes out, at mid prices. */
  inUsd: bigint;
  outUsd: bigint;
  /** Of the difference, the vault's fee. */
  feeUsd: bigint;
  /** Of the difference, what the width of prices costs. */
  spreadUsd: bigint;
};

/** All assets in proportion for shares, or the reverse. */
export type InKindQuote = {
  shares: bigint;
  /** Raw units by the asset's place. */
  amounts: bigint[];
};

/** The first deposit of an empty vault. */
export type FirstDepositQuote = {
  /** All shares to create: what the deposit names as its minimum. */
  shares: bigint;
  /** Of these, its maker's; the rest is locked for ever. */
  ownShares: bigint;
  amounts: bigint[];
  /** Assets whose weight it leaves outside their band. */
  outside: { asset: number; weightE8: number; targetE8: number }[];
};

/** A parameter's value: 64-bit ones are `bigint`. */
export type Parameter = number | bigint | string | boolean | Parameter[] | { [name: string]: Parameter };

/** A vault's parameters under the core's names, as `ballast vault show --full` has them. */
export type Configuration = {
  limits: Record<string, Parameter>;
  breakers: Record<string, Parameter>;
  stress: Record<string, Parameter>;
  strategy: Record<string, Record<string, Parameter>>;
  /** By place: target, bounds and band. */
  allocations: AllocationParameters[];
};

/** A risk profile's parameters. The basket is not the profile's: there are no allocations, and the safe asset is the last one. */
export type ProfileConfiguration = Configuration & {
  /** What an asset's band is where a vault file does not say. */
  bandAbsBps: number;
  bandRelBps: number;
};

/** An asset's target, bounds and band. */
export type AllocationParameters = {
  targetBps: number;
  minBps: number;
  maxBps: number;
  bandAbsBps: number;
  bandRelBps: number;
};

/** How a price is published: by a pull feed's id, in hexadecimal, or in a push account. */
export type Feed = { feedId: string } | { priceAccount: Address };

/** A wanted change of a vault's configuration. */
export type ChangeRequest =
  | { kind: 'limits' | 'breakers'; /** Such as `max_trade=3%` or `timelock=72h`. */ settings: string[] }
  | { kind: 'strategy' | 'stress'; /** A vault file. */ toml: string }
  | {
      kind: 'roles';
      /** `null` for nobody; what is left out stays. */
      manager?: Address | null;
      forecaster?: Address | null;
      feeRecipient?: Address | null;
    }
  | { kind: 'guardian'; address: Address }
  | { kind: 'targets'; targetsBps: number[]; durationSecs: number }
  | { kind: 'addAsset'; feed: Feed; bandAbsBps: number; bandRelBps: number; maxBps: number }
  | { kind: 'removeAsset' | 'releaseAsset'; asset: number }
  | { kind: 'feed'; asset: number; feed: Feed };

/** A change in words. */
export type ChangeDescription = {
  /** What it is about, in a word or two. */
  kind: string;
  /** What would be other than it is, line by line. */
  lines: string[];
  /** What it loosens; `null` where it can be made at once. */
  loosens: string | null;
};

/** A change to queue or to make. */
export type BuiltChange = ChangeDescription & {
  /** Base64 of its bytes, as `getChangeDecoder` of the client reads them. */
  bytes: string;
};

/** A risk profile. */
export type Profile = 'conservative' | 'balanced' | 'aggressive';

/** What is wrong in a vault file. */
export type FileProblem = {
  /** The field, such as `limits.max_trade_bps`, `assets.0.mint` or `deployment.guardian`; empty where it is the file's form. */
  path: string;
  /** From 1 on; that of the table where the field is missing. */
  line: number | null;
  message: string;
};

/** A vault file, read and checked. */
export type VaultFileReading = { ok: true; summary: VaultFileSummary } | { ok: false; problems: FileProblem[] };

/** What a vault file asks for. */
export type VaultFileSummary = {
  assets: { name: string; mint: Address; feed: Feed; allocation: AllocationParameters }[];
  vaultId: bigint;
  guardian: Address;
  /** `null` for nobody. */
  manager: Address | null;
  forecaster: Address | null;
  feeRecipient: Address | null;
  pools: Address[];
  configuration: Configuration;
};

/** What a vault file is written from. It may have problems: `vaultFile` tells which. */
export type VaultDraft = {
  profile: Profile;
  assets: {
    /** A symbol: capital letters and digits. `USDC`, if it is there, comes last. */
    name: string;
    mint: string;
    feed: { feedId: string } | { priceAccount: string };
    targetBps: number;
    /** From nothing to the whole vault, where left out. */
    minBps?: number;
    maxBps?: number;
    /** The profile's, where left out. */
    bandAbsBps?: number;
    bandRelBps?: number;
  }[];
  vaultId: bigint;
  guardian: string;
  /** Nobody, where left out. */
  manager?: string;
  forecaster?: string;
  feeRecipient?: string;
  pools: string[];
  /**
   * Parameters by the core's names where they are not the profile's, such as `{ limits: { max_trade_bps: 300 }, gate: false }`. Shocks
   * are by the assets' names: `{ stress: { shocks: [{ BTC: -3000 }] } }`.
   */
  overrides?: Record<string, Parameter>;
};

/** An instruction for a wallet to sign. */
export type RawInstruction = {
  programAddress: Address;
  /** `role` as kit's `AccountRole`. */
  accounts: { address: Address; role: number }[];
  /** Base64. */
  data: string;
};

/** What creating a vault still takes. */
export type DeploymentPlan =
  /** These accounts must be looked at first. */
  | { vault: Address; wanted: Address[] }
  | {
      vault: Address;
      /**
       * The vault's lookup table, to be remembered before it is created: the next question names it. Addresses can be used from
       * the slot after the one in which they were added.
       */
      lookupTable: Address | null;
      /** In order. */
      steps: DeploymentStep[];
    };

/** A step of a vault's creation. */
export type DeploymentStep = {
  name: string;
  /** What it does, in a few words. */
  about: string;
  /** Missing ones, in order. They are known once the steps before are done: ask again then. */
  transactions: RawInstruction[][];
  isDone: boolean;
};

/** A vault's way through past prices. Plain numbers: parts of one, and US dollars. */
export type Backtest = {
  /** The order of weights, targets and places in trades: the file's assets, and `USDC` last, which is there in any case. */
  assets: string[];
  /** The first and the last moment, seconds since 1970, and the distance of prices. */
  from: number;
  to: number;
  intervalSecs: number;
  /** Prices that are missing in between. */
  missing: number;
  metrics: BacktestMetrics;
  /** The same basket, bought at the start and never traded. */
  held: BacktestMetrics;
  /** Thinned to what a chart shows. Time in seconds since 1970. */
  series: { time: number; navUsd: number; heldUsd: number; weights: number[]; targets: number[] }[];
  trades: { time: number; sell: number; buy: number; soldUsd: number; costUsd: number }[];
  /** How often each breaker tripped, and how often there was no trade for which reason. */
  halts: { name: string; count: number }[];
  dormant: { name: string; count: number }[];
  /** Trades that were due, but that the checks after the swap refused. */
  refused: number;
};

/** Figures of one way through past prices. */
export type BacktestMetrics = {
  totalReturn: number;
  volatility: number;
  trackingError: number;
  maxDrawdown: number;
  turnoverPerYear: number;
  costPerYear: number;
  costUsd: number;
  trades: number;
  excessGrowth: number;
};

/** What showing a vault and quoting takes. Every function here and below throws a {@link RulesError} where there is no answer. */
export interface VaultRules {
  /** The accounts that the figures depend on besides vault and routes: prices, pools, and what pays keepers. */
  wanted(input: Pick<Chain, 'vault' | 'routes' | 'shard'>): Address[];
  /** The vault with every published price that it would accept now. */
  figures(input: Chain & { firstDeposit?: { totalShares: bigint; amounts: bigint[] } }): VaultFigures;
  depositSingle(input: Chain & { asset: number; amount: bigint }): SingleQuote;
  redeemSingle(input: Chain & { asset: number; shares: bigint }): SingleQuote;
  /** The most shares that these amounts pay for, and what they take of each asset. */
  depositInKind(input: Chain & { maxAmounts: bigint[] }): InKindQuote;
  redeemInKind(input: Chain & { shares: bigint }): InKindQuote;
  /** As many shares as the amounts are worth micro-dollars, where `shares` is left out. */
  firstDeposit(input: Chain & { amounts: bigint[]; shares?: bigint }): FirstDepositQuote;
}

/** All of them. */
export interface Rules extends VaultRules, GovernanceRules, CreationRules {
  configuration(input: { vault: string }): Configuration;
  change(input: { vault: string; now: bigint; change: ChangeRequest; names?: string[] }): BuiltChange;
  /** A queued change, by the bytes of its borsh encoding in base64, against the vault as it is. */
  describe(input: { vault: string; change: string; names?: string[] }): ChangeDescription;
  profile(input: { name: Profile }): ProfileConfiguration;
  vaultFile(input: { toml: string }): VaultFileReading;
  writeVaultFile(input: VaultDraft): { toml: string };
  /**
   * To be asked again with the accounts that it wants, until it wants none, and after each step. A basket of more than five assets needs
   * the lookup table: `recentSlot` is one of the last 512 where there is none yet, `lookupTable` the one that an earlier plan named.
   */
  deployment(input: {
    toml: string;
    admin: Address;
    accounts: Record<Address, AccountData>;
    recentSlot?: bigint;
    lookupTable?: Address;
    shard?: number;
  }): DeploymentPlan;
  /** `prices` are CSV files by the assets' names; the cash asset `USDC` needs none. Times in seconds since 1970. */
  backtest(input: { toml: string; prices: Record<string, string>; from?: bigint; to?: bigint }): Backtest;
}
