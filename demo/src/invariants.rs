//! What must hold at every moment of a run. Each check returns what is wrong.

use ballast_core::shares::LOCKED_SHARES;

use crate::history::{Point, Rebalance};

/// The vault's books beside what is really there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books {
    /// Raw units of each asset that the vault counts.
    pub balances: Vec<u64>,
    /// Raw units of each asset in the reserves.
    pub reserves: Vec<u64>,
    /// Shares that the vault counts, raw units.
    pub total_shares: u64,
    /// Shares minted, raw units.
    pub supply: u64,
    /// Value of the balances at the vault's own prices, in micro-dollars.
    pub nav_usd: u64,
}

/// Result of a check.
pub type Check = Result<(), String>;

/// Every unit that the vault counts is in its reserves, and every share that it counts was minted or locked.
pub fn books(books: &Books) -> Check {
    for (index, (balance, reserve)) in books.balances.iter().zip(&books.reserves).enumerate() {
        ensure(reserve >= balance, || {
            format!("asset {index}: the reserve holds {reserve} units, less than the {balance} counted")
        })?;
    }
    let shares = books.supply + LOCKED_SHARES;
    ensure(shares == books.total_shares, || format!("{} shares counted, but {shares} minted and locked", books.total_shares))
}

/// A deposit or redemption in kind leaves no share with less of any asset.
pub fn in_kind(before: &Books, after: &Books) -> Check {
    for (index, (old, new)) in before.balances.iter().zip(&after.balances).enumerate() {
        let kept = product(*new, before.total_shares) >= product(*old, after.total_shares);
        ensure(kept, || format!("asset {index}: a share has less of it after a deposit or redemption in kind"))?;
    }
    Ok(())
}

/// A deposit or redemption in one asset leaves no share with less value, give or take the valuation's own rounding of one
/// micro-dollar an asset.
pub fn single(before: &Books, after: &Books) -> Check {
    let rounding = after.balances.len() as u64;
    let kept = product(after.nav_usd + rounding, before.total_shares) >= product(before.nav_usd, after.total_shares);
    ensure(kept, || format!("a share lost value in a one-asset deposit or redemption: {before:?}, then {after:?}"))
}

/// Most that a rebalance may cost.
#[derive(Clone, Copy, Debug)]
pub struct CostLimit {
    /// The vault's slippage tolerance, as a part of the trade.
    pub slippage: f64,
    /// Confidence over price of the asset sold and of the one bought.
    pub conf: (f64, f64),
}

/// A rebalance moves only its two assets, brings down drift, and costs no more than the vault allows.
pub fn rebalance(trade: &Rebalance, limit: CostLimit, before: &Books, after: &Books) -> Check {
    for (index, (old, new)) in before.balances.iter().zip(&after.balances).enumerate() {
        let is_right = if index == trade.sell {
            new < old
        } else if index == trade.buy {
            new > old
        } else {
            new == old
        };
        ensure(is_right, || {
            format!("a rebalance from asset {} to {} moved asset {index} from {old} to {new}", trade.sell, trade.buy)
        })?;
    }
    ensure(before.total_shares == after.total_shares, || "a rebalance changed the number of shares".to_string())?;
    let (drift_before, drift_after) = trade.drift;
    ensure(drift_after < drift_before, || format!("a rebalance moved drift from {drift_before} to {drift_after}"))?;
    // The least value within the confidence intervals less the tolerance; both sides in floating point.
    let least = trade.sold_usd * (1.0 - limit.conf.0) * (1.0 - limit.slippage) / (1.0 + limit.conf.1);
    let is_cheap = trade.bought_usd >= least * (1.0 - 1e-6);
    ensure(is_cheap, || {
        format!("a rebalance sold {} for {} US dollars, less than the {least} allowed", trade.sold_usd, trade.bought_usd)
    })
}

/// A vault that reports itself inside its bands is inside them.
pub fn in_band(point: &Point, targets: &[f64], bands: &[f64]) -> Check {
    for (index, ((weight, target), band)) in point.weights.iter().zip(targets).zip(bands).enumerate() {
        // Published prices have nine digits.
        let is_inside = (weight - target).abs() <= band + 1e-7;
        ensure(is_inside, || {
            format!("asset {index} weighs {weight}, outside {target} ± {band}, but the vault finds nothing to do")
        })?;
    }
    Ok(())
}

fn product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

fn ensure(holds: bool, wrong: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Books {
        Books {
            balances: vec![1_000, 2_000],
            reserves: vec![1_000, 2_001],
            total_shares: 5_000_000,
            supply: 4_000_000,
            nav_usd: 3_000_000,
        }
    }

    #[test]
    fn books_need_their_tokens_and_shares() {
        assert_eq!(books(&sound()), Ok(()));
        assert!(
            books(&Books { reserves: vec![999, 2_001], ..sound() }).unwrap_err().starts_with("asset 0: the reserve holds 999")
        );
        assert!(books(&Books { supply: 4_000_001, ..sound() }).unwrap_err().starts_with("5000000 shares counted"));
    }

    #[test]
    fn in_kind_must_not_dilute_any_asset() {
        let doubled = |balances| Books { balances, total_shares: 10_000_000, ..sound() };
        assert_eq!(in_kind(&sound(), &doubled(vec![2_000, 4_001])), Ok(()));
        assert!(in_kind(&sound(), &doubled(vec![2_000, 3_999])).unwrap_err().starts_with("asset 1"));
    }

    #[test]
    fn single_must_not_dilute_value() {
        let doubled = |nav_usd| Books { nav_usd, total_shares: 10_000_000, ..sound() };
        assert_eq!(single(&sound(), &doubled(5_999_998)), Ok(()));
        assert!(single(&sound(), &doubled(5_999_997)).is_err());
    }

    #[test]
    fn rebalance_must_lower_drift_at_a_bounded_cost() {
        let trade =
            Rebalance { time: 0, sell: 0, buy: 1, sold_usd: 1_000.0, bought_usd: 990.0, fee_usd: 2.5, drift: (0.04, 0.01) };
        let limit = CostLimit { slippage: 0.01, conf: (0.0, 0.0) };
        let after = Books { balances: vec![900, 2_100], ..sound() };
        assert_eq!(rebalance(&trade, limit, &sound(), &after), Ok(()));
        let dear = Rebalance { bought_usd: 989.9, ..trade.clone() };
        assert!(rebalance(&dear, limit, &sound(), &after).unwrap_err().contains("less than the 990 allowed"));
        let away = Rebalance { drift: (0.04, 0.04), ..trade.clone() };
        assert!(rebalance(&away, limit, &sound(), &after).unwrap_err().contains("moved drift"));
        let swapped = Rebalance { sell: 1, buy: 0, ..trade.clone() };
        assert!(rebalance(&swapped, limit, &sound(), &after).unwrap_err().contains("moved asset 0"));
        let minted = Books { total_shares: 1, ..after };
        assert!(rebalance(&trade, limit, &sound(), &minted).unwrap_err().contains("number of shares"));
    }

    #[test]
    fn in_band_is_checked_against_the_weights() {
        let point = Point { time: 0, prices_usd: vec![], weights: vec![0.53, 0.47], nav_usd: 0.0, share_usd: 0.0, hold_usd: 0.0 };
        assert_eq!(in_band(&point, &[0.5, 0.5], &[0.03, 0.03]), Ok(()));
        assert!(in_band(&point, &[0.5, 0.5], &[0.02, 0.03]).unwrap_err().starts_with("asset 0 weighs 0.53"));
    }
}
