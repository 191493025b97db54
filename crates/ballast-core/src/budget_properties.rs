//! The loss budget against holders who come and go: nobody's flash deposit buys the vault a larger loss for the others.

use proptest::collection::vec;
use proptest::prelude::*;
use std::vec::Vec;

use crate::BPS;
use crate::budget::{Budget, NavBudget};
use crate::fixed;
use crate::fixture::{NOW, Scene};
use crate::settlement::SettlementError;
use crate::shares;
use crate::valuation::Holding;

/// Shares of the holders who stay, in raw units.
const STAYERS: u64 = 1_000_000_000_000;
/// What they hold, in whole dollars.
const DOLLARS: u64 = 1_000_000;
/// Micro-dollars on each side of the pool: enough for any trade here.
const DEPTH_USD: u64 = 100_000_000_000_000_000;
/// Rounding that a deposit, a trade and a redemption of three assets may cost, in micro-dollars.
const ROUNDING_USD: u64 = 8;

/// A vault of the stayers alone, worth [`DOLLARS`]. Only its loss is to stop it, not its turnover.
fn vault() -> Scene {
    let mut scene = Scene::drifted();
    scene.limits.max_daily_turnover_bps = 100_000;
    scene.set_dollars([DOLLARS / 100 * 60, DOLLARS / 100 * 20, DOLLARS / 100 * 20]);
    scene
}

/// Ways for the market to push the route's assets, of 50 and 30 %, ten points out of place: in either direction.
const DRIFTS: [[u64; 3]; 2] = [[60, 20, 20], [40, 40, 20]];

/// The market moves the basket to these weights without changing its worth, and the pool follows.
fn drift(scene: &mut Scene, percents: [u64; 3]) {
    let nav_usd = scene.valuation().nav_usd;
    for (holding, percent) in scene.holdings.iter_mut().zip(percents) {
        let value_usd = fixed::mul_div_floor(nav_usd, percent, 100).unwrap();
        holding.price.mid_x64 = (u128::from(value_usd) << 64) / u128::from(holding.balance);
    }
    scene.reserves = scene.pair.map(|index| fixed::div_x64_floor(DEPTH_USD, scene.holdings[index].price.mid_x64).unwrap());
}

/// What the stayers' claim is worth at mid prices while they are alone: all of the basket.
fn stayers_usd(holdings: &[Holding]) -> u64 {
    holdings.iter().map(|holding| holding.price.value_usd(holding.balance).unwrap()).sum()
}

/// Somebody deposits `guest_shares` in kind, the vault trades at the worst rate allowed but for `kept_permille` of what
/// that loses, and they redeem all of it. Answers the stayers' claim afterwards, or `None` where settlement stops at the
/// loss budget, which leaves everything as it was.
fn visit(scene: &mut Scene, guest_shares: u64, kept_permille: u64) -> Option<u64> {
    let mut during = scene.clone();
    for holding in &mut during.holdings {
        holding.balance += shares::deposit_amount(guest_shares, holding.balance, STAYERS).unwrap();
    }
    let trade = during.trade();
    let [sold, bought] = [trade.sell, trade.buy()].map(|side| during.pair[side]);
    let fair = fixed::div_x64_floor(trade.value_usd, during.holdings[bought].price.mid_x64).unwrap();
    let received = trade.min_out + fixed::mul_div_floor(fair - trade.min_out, kept_permille, 1_000).unwrap();
    let settlement = match during.settle(&trade, 0, trade.amount_in, received) {
        Err(SettlementError::LossBudget) => return None,
        settled => settled.unwrap(),
    };
    during.state.loss = settlement.loss;
    during.state.turnover = settlement.turnover;
    during.holdings[sold].balance = settlement.sold_balance;
    during.holdings[bought].balance = settlement.bought_balance;
    let total_shares = STAYERS + guest_shares;
    for holding in &mut during.holdings {
        holding.balance -= shares::redeem_amount(guest_shares, holding.balance, total_shares).unwrap();
    }
    *scene = during;
    Some(stayers_usd(&scene.holdings))
}

/// What became of the stayers' claim, and how often the budget stopped a trade.
struct Outcome {
    first_usd: u64,
    last_usd: u64,
    trades: u64,
    refusals: u64,
}

/// The scene's loss budget.
fn left(scene: &Scene) -> NavBudget {
    scene.state.loss.of_nav(scene.limits.max_daily_loss_bps.into(), NOW).unwrap()
}

/// One losing trade per visit, each in a vault that drifted again, all at one moment.
fn outcome(visits: &[(u64, u64)]) -> Outcome {
    let mut scene = vault();
    let first_usd = stayers_usd(&scene.holdings);
    let mut outcome = Outcome { first_usd, last_usd: first_usd, trades: 0, refusals: 0 };
    for (&(guest_shares, kept_permille), percents) in visits.iter().zip(DRIFTS.into_iter().cycle()) {
        drift(&mut scene, percents);
        if left(&scene).is_spent() {
            break;
        }
        match visit(&mut scene, guest_shares, kept_permille) {
            Some(after_usd) => (outcome.last_usd, outcome.trades) = (after_usd, outcome.trades + 1),
            None => outcome.refusals += 1,
        }
    }
    outcome
}

/// Most that the stayers may have lost after so many trades.
fn most_lost_usd(outcome: &Outcome) -> u64 {
    let max_daily_loss_bps = u64::from(vault().limits.max_daily_loss_bps);
    outcome.first_usd / u64::from(BPS) * max_daily_loss_bps + outcome.trades * ROUNDING_USD
}

/// Each trade loses about 9.9 bps, and the budget is 50: the sixth is refused, however much larger each visit is.
#[test]
fn budget_holds_against_ever_larger_flash_deposits() {
    let alone = outcome(&[(0, 0); 12]);
    let visits: Vec<(u64, u64)> = (0..12).map(|visit| (STAYERS << visit, 0)).collect();
    let visited = outcome(&visits);
    assert_eq!((alone.trades, visited.trades), (5, 5));
    assert_eq!((alone.refusals, visited.refusals), (7, 7));
    for outcome in [alone, visited] {
        let lost_usd = outcome.first_usd - outcome.last_usd;
        assert!(lost_usd <= most_lost_usd(&outcome), "{lost_usd}");
        // The test means something only if the trades lose most of the budget.
        assert!(lost_usd > most_lost_usd(&outcome) / 10 * 9, "{lost_usd}");
    }
}

/// A visitor who leaves after a loss takes none of the budget along, and gives none back.
#[test]
fn leaving_after_a_loss_leaves_the_budget_as_it_was() {
    let spent = |guest_shares| {
        let mut scene = vault();
        drift(&mut scene, DRIFTS[0]);
        visit(&mut scene, guest_shares, 0).unwrap();
        drift(&mut scene, DRIFTS[1]);
        assert!(!left(&scene).is_spent());
        assert!(visit(&mut scene, 0, 0).is_some(), "the next trade still goes through");
        scene.state.loss
    };
    let Budget { at, spent: alone_e8 } = spent(0);
    let visited = spent(STAYERS * 1_000);
    assert_eq!((visited.at, at), (NOW, NOW));
    assert!(visited.spent.abs_diff(alone_e8) <= 2, "but for rounding up");
}

proptest! {
    /// Whoever visits with whatever part of the vault, the others' claim falls by no more than the limit at once.
    #[test]
    fn visits_never_cost_the_stayers_more_than_the_limit(
        visits in vec((0u64..=STAYERS * 1_000, 0u64..=1_000), 1..20),
    ) {
        let outcome = outcome(&visits);
        let lost_usd = outcome.first_usd.saturating_sub(outcome.last_usd);
        prop_assert!(lost_usd <= most_lost_usd(&outcome), "{} > {}", lost_usd, most_lost_usd(&outcome));
    }
}
