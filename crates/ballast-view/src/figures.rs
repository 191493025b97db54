//! All that people look at of a vault.

use ballast_client::Pubkey;
use ballast_client::anchor_lang::prelude::Rent;
use ballast_client::ballast::state::{Asset, AssetStatus, Vault};
use ballast_client::decide;
use ballast_core::crank::{self, Purse};
use ballast_core::fixed::mul_div_floor;
use ballast_core::performance::share_price_x64;
use ballast_core::risk::condition::width_bps;
use ballast_core::risk::stress::Book;
use ballast_core::shares::SHARE_DECIMALS;
use ballast_core::strategy::allocation::WHOLE_E8;
use ballast_core::valuation::Valuation;
use ballast_core::{BPS, E8, price};
use serde::Serialize;

use crate::chain::Chain;
use crate::next::{Drift, Next, next};
use crate::preview::{RoutePreview, preview};
use crate::prices::{Refreshed, is_priced, token_price_usd};
use crate::status::{HaltView, VaultState, paused};
use crate::{Refusal, text};

/// Raw shares of a whole one.
const WHOLE_SHARE: u64 = 10u64.pow(SHARE_DECIMALS as u32);
/// 10⁻¹² in 10⁻⁸.
const E12_PER_E8: i64 = 10_000;

/// All that people look at of a vault, at one moment and with the newest prices. Values are in micro-dollars, parts in 10⁻⁸.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultFigures {
    /// The basket at mid prices; `None` before everything that counts has had a price.
    pub nav_usd: Option<u64>,
    /// Whether every price that counts is fresh.
    pub is_fresh: bool,
    /// All shares: minted ones, owed fees and the locked one.
    pub total_shares: u64,
    /// A whole share.
    pub share_price_usd: Option<u64>,
    /// Decimals of shares.
    pub share_decimals: u8,
    /// Whether it does what it should.
    pub state: VaultState,
    /// The names of paused activities.
    pub paused: Vec<&'static str>,
    /// The vault's halt that stands.
    pub halt: Option<HaltView>,
    /// The assets by place, removed ones included.
    pub assets: Vec<AssetFigures>,
    /// The asset that is closest to, or farthest beyond, its band's edge.
    pub drift: Option<Drift>,
    /// What comes next.
    pub next: Next,
    /// What a rebalance would do on each route.
    pub previews: Vec<RoutePreview>,
    /// The vault's own books.
    pub performance: PerformanceFigures,
    /// What holding the first deposit would be worth.
    pub held: Option<Held>,
    /// What is left of a day's budgets.
    pub budgets: Budgets,
    /// The worst loss under any of the vault's shocks, where there are some.
    pub stress: Option<StressFigures>,
    /// What pays keepers.
    pub fund: CrankFund,
    /// What brings the prices of these figures to the chain.
    pub refresh: PriceRefresh,
}

/// An asset of a vault.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetFigures {
    /// Its place.
    pub index: u8,
    /// Its mint.
    #[serde(serialize_with = "text")]
    pub mint: Pubkey,
    /// The mint's decimals.
    pub decimals: u8,
    /// Whether it takes part.
    pub status: &'static str,
    /// Raw units that shares are worth.
    pub balance: u64,
    /// Raw units that belong to claims.
    pub owed: u64,
    /// The balance at the mid price.
    pub value_usd: Option<u64>,
    /// Its part of the vault.
    pub weight_e8: Option<u32>,
    /// What that should be.
    pub target_e8: u32,
    /// Half the width of the band around the target, at most one whole.
    pub band_e8: u32,
    /// The band's lower edge.
    pub low_e8: u32,
    /// The band's upper edge, at most one whole.
    pub high_e8: u32,
    /// Whether the weight is outside the band.
    pub is_out: bool,
    /// The newest price that the vault would take.
    pub price: Option<AssetPrice>,
}

/// A price.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetPrice {
    /// A whole token.
    pub usd: u64,
    /// Half the width of the confidence interval over the price, in basis points rounded up.
    pub conf_bps: u32,
    /// Unix time, in seconds.
    pub publish_time: i64,
    /// Seconds since then.
    pub age_secs: i64,
    /// Whether it is fresh enough to trade on.
    pub is_fresh: bool,
}

/// The vault's own books since its first observation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PerformanceFigures {
    /// Unix time of the first observation; 0 before it.
    pub since: i64,
    /// Number of trades.
    pub trades: u64,
    /// What they sold.
    pub turnover_usd: u64,
    /// What they lost against mid prices, less what they gained.
    pub cost_usd: i64,
    /// Growth of the share price up to the last observation.
    pub growth_e8: i64,
    /// Logarithmic growth beyond that of the assets as held.
    pub harvest_e8: i64,
    /// Unix time; 0 before the first.
    pub last_rebalance_at: i64,
}

/// A first deposit, to compare the vault with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstDeposit {
    /// All raw shares after it.
    pub total_shares: u64,
    /// Raw units of each asset, by place.
    pub amounts: Vec<u64>,
}

/// What a share would be worth, had the first deposit been held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// A whole share.
    pub share_price_usd: u64,
    /// How much more a share is worth than that, as a part of it.
    pub against_e8: i64,
}

/// What is left of a day's budgets, and what they are when nothing is spent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Budgets {
    /// What trades may still lose.
    pub loss_left_usd: u64,
    /// What they may lose in a day.
    pub loss_usd: u64,
    /// What trades may still sell.
    pub turnover_left_usd: u64,
    /// What they may sell in a day.
    pub turnover_usd: u64,
}

/// The worst loss under stress.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StressFigures {
    /// As it is.
    pub loss_e8: i64,
    /// What no trade may make worse beyond.
    pub limit_e8: i64,
}

/// What pays keepers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CrankFund {
    /// Its address.
    #[serde(serialize_with = "text")]
    pub address: Pubkey,
    /// What it has.
    pub lamports: u64,
    /// What it pays for a rebalance, by the vault's limits.
    pub reward_lamports: u64,
    /// Whether it pays for the next one.
    pub is_paying: bool,
}

/// What brings newer prices to the chain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceRefresh {
    /// Bit `i` set: asset `i` has a newer price.
    pub asset_mask: u16,
    /// The price accounts of those assets, in order.
    pub price_accounts: Vec<String>,
    /// Whether prices would be observed after that: targets and bands may move by it.
    pub is_observation_due: bool,
    /// Assets whose published price the vault would not take.
    pub refused: Vec<RefusedPrice>,
}

/// A price that the vault would not take.
#[derive(Clone, Debug, Serialize)]
pub struct RefusedPrice {
    /// The asset's place.
    pub asset: u8,
    /// Why.
    pub message: String,
}

/// The figures of the chain's vault, beside what holding its first deposit would be worth.
///
/// # Errors
/// Where the vault cannot be valued: its account is broken.
pub fn figures(chain: &Chain, first: Option<&FirstDeposit>) -> Result<VaultFigures, Refusal> {
    let now = chain.now;
    let refreshed = chain.refresh();
    let vault = &*refreshed.vault;
    let terms = vault.terms(now);
    let valuation = Valuation::new(vault.holdings(), &terms).map_err(Refusal::core)?;
    let nav_usd = is_priced(vault).then_some(valuation.nav_usd);
    let share_price_usd = nav_usd.and_then(|nav_usd| mul_div_floor(nav_usd, WHOLE_SHARE, terms.total_shares).ok());
    let fund = fund(chain);
    let reward_lamports = if fund.is_paying { fund.reward_lamports } else { 0 };
    let previews: Vec<_> = chain.routes.iter().map(|route| preview(chain, vault, route, reward_lamports)).collect();
    let drift = nav_usd.and_then(|_| Drift::of(vault, &valuation));
    Ok(VaultFigures {
        nav_usd,
        is_fresh: valuation.is_fresh,
        total_shares: terms.total_shares,
        share_price_usd,
        share_decimals: SHARE_DECIMALS,
        state: VaultState::of(vault, now),
        paused: paused(vault.paused),
        halt: HaltView::of(&vault.state.halt, &vault.breakers, vault.assets().len(), now),
        assets: (0..).zip(vault.assets()).map(|(index, asset)| asset_figures(vault, index, asset, &valuation, now)).collect(),
        drift,
        next: next(chain, vault, &valuation, &previews),
        previews,
        performance: performance(vault)?,
        held: first.zip(nav_usd).and_then(|(first, nav_usd)| held(vault, first, share_price_x64(nav_usd, terms.total_shares))),
        budgets: budgets(vault, valuation.nav_usd, now)?,
        stress: stress(vault, &valuation)?,
        fund,
        refresh: refresh(&refreshed, now),
    })
}

fn asset_figures(vault: &Vault, index: u8, asset: &Asset, valuation: &Valuation, now: i64) -> AssetFigures {
    let place = usize::from(index);
    let position = valuation.positions().get(place).copied().unwrap_or_default();
    let weights_e8 = if is_priced(vault) { valuation.weights_e8().ok() } else { None };
    let part = |part_e8: u64| u32::try_from(part_e8).unwrap_or(u32::MAX).min(WHOLE_E8);
    let is_known = asset.publish_time != 0 || !asset.holding().counts();
    AssetFigures {
        index,
        mint: asset.mint,
        decimals: asset.decimals,
        status: match asset.status() {
            Ok(AssetStatus::Active) => "active",
            Ok(AssetStatus::Quarantined) => "quarantined",
            _ => "removed",
        },
        balance: asset.balance,
        owed: asset.owed,
        value_usd: is_known.then_some(position.value_usd),
        weight_e8: weights_e8.and_then(|weights_e8| weights_e8.get(place).copied()),
        target_e8: position.target_e8,
        band_e8: part(position.band_e8),
        low_e8: part(position.lower_e8()),
        high_e8: part(position.upper_e8()),
        is_out: weights_e8.is_some() && position.is_out_of_band(valuation.nav_usd),
        price: token_price_usd(asset).map(|usd| AssetPrice {
            usd,
            conf_bps: u32::try_from(width_bps(&asset.price())).unwrap_or(u32::MAX),
            publish_time: asset.publish_time,
            age_secs: now.saturating_sub(asset.publish_time),
            is_fresh: price::is_fresh(asset.publish_time, now, vault.limits.max_price_age_secs),
        }),
    }
}

fn performance(vault: &Vault) -> Result<PerformanceFigures, Refusal> {
    let books = &vault.state.performance;
    Ok(PerformanceFigures {
        since: books.inception_at,
        trades: books.trades,
        turnover_usd: books.turnover_usd,
        cost_usd: books.cost_usd,
        // For people to read: eight digits are exact enough in binary.
        growth_e8: ((books.log_growth_e12 as f64 / 1e12).exp_m1() * 1e8).round() as i64,
        harvest_e8: books.excess_growth_e12().map_err(Refusal::core)? / E12_PER_E8,
        last_rebalance_at: vault.state.last_rebalance_at,
    })
}

/// The first deposit at the vault's prices, beside the price of a share; `None` where one of its assets has none, or it says nothing.
fn held(vault: &Vault, first: &FirstDeposit, price_x64: u128) -> Option<Held> {
    let mut value_usd = 0u64;
    for (asset, amount) in vault.assets().iter().zip(&first.amounts).filter(|(_, amount)| **amount > 0) {
        // Prices of others are refreshed no more.
        let is_priced = asset.status == AssetStatus::Active as u8 && asset.publish_time != 0;
        let asset_usd = asset.price().value_usd(*amount).ok().filter(|_| is_priced)?;
        value_usd = value_usd.checked_add(asset_usd)?;
    }
    let share_price_usd = mul_div_floor(value_usd, WHOLE_SHARE, first.total_shares).ok()?;
    let ratio_e8 = price_x64.checked_mul(E8.into())?.checked_div(share_price_x64(value_usd, first.total_shares))?;
    Some(Held { share_price_usd, against_e8: i64::try_from(ratio_e8).ok()?.checked_sub_unsigned(E8)? })
}

fn budgets(vault: &Vault, nav_usd: u64, now: i64) -> Result<Budgets, Refusal> {
    let Vault { limits, state, .. } = vault;
    let (max_loss_bps, max_turnover_bps) = (u32::from(limits.max_daily_loss_bps), limits.max_daily_turnover_bps);
    let part_usd = |bps: u32| mul_div_floor(nav_usd, bps.into(), BPS.into()).map_err(Refusal::core);
    let loss = state.loss.of_nav(max_loss_bps, now).map_err(Refusal::core)?;
    let turnover = state.turnover.of_nav(max_turnover_bps, now).map_err(Refusal::core)?;
    Ok(Budgets {
        loss_left_usd: loss.left_usd(nav_usd).map_err(Refusal::core)?,
        loss_usd: part_usd(max_loss_bps)?,
        turnover_left_usd: turnover.left_usd(nav_usd).map_err(Refusal::core)?,
        turnover_usd: part_usd(max_turnover_bps)?,
    })
}

fn stress(vault: &Vault, valuation: &Valuation) -> Result<Option<StressFigures>, Refusal> {
    if !vault.stress.is_on() || valuation.nav_usd == 0 {
        return Ok(None);
    }
    let loss_e8 = vault.stress.worst_loss_e8(&Book::of(valuation)).map_err(Refusal::core)?;
    let e8_per_bps = WHOLE_E8 / u32::from(BPS);
    Ok(Some(StressFigures { loss_e8, limit_e8: i64::from(vault.stress.max_loss_bps) * i64::from(e8_per_bps) }))
}

fn fund(chain: &Chain) -> CrankFund {
    let Chain { vault, now, .. } = *chain;
    let lamports = chain.accounts.get(&vault.crank_fund).map_or(0, |account| account.lamports);
    let rent_lamports = Rent::default().minimum_balance(0);
    // Whoever asks has some SOL.
    let keeper = Purse { lamports: rent_lamports, rent_lamports };
    let reward = crank::reward(&vault.limits, &vault.state.crank, Purse { lamports, rent_lamports }, keeper, now);
    CrankFund {
        address: vault.crank_fund,
        lamports,
        reward_lamports: vault.limits.crank_reward_lamports.into(),
        is_paying: reward.is_some(),
    }
}

fn refresh(refreshed: &Refreshed, now: i64) -> PriceRefresh {
    let message = |(asset, refusal): &(usize, Refusal)| RefusedPrice { asset: *asset as u8, message: refusal.message.clone() };
    PriceRefresh {
        asset_mask: refreshed.asset_mask,
        price_accounts: refreshed.price_accounts.iter().map(ToString::to_string).collect(),
        is_observation_due: decide::observe(&refreshed.vault, now).is_ok(),
        refused: refreshed.refused.iter().map(message).collect(),
    }
}
