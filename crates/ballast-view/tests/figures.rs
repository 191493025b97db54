//! Figures, previews and what comes next, of a vault with all its accounts.

use ballast_client::Account;
use ballast_client::ballast::state::pause;
use ballast_core::decision::Reason;
use ballast_core::risk::breaker::{Breaker, Halt};
use ballast_core::risk::condition::{NO_ASSET, Trip};
use ballast_core::strategy::execution::Execution;
use ballast_core::strategy::schedule::Schedule;
use ballast_fixtures::scene::Scene;
use ballast_view::chain::{Chain, wanted};
use ballast_view::figures::{FirstDeposit, Held, VaultFigures, figures};
use ballast_view::next::{Drift, NextKind};
use ballast_view::status::StateKind;

fn names() -> Vec<String> {
    ["SOL", "USDC"].map(String::from).to_vec()
}

fn of_with(scene: &Scene, first: Option<&FirstDeposit>) -> VaultFigures {
    let Scene { now, address, vault, routes, accounts } = scene;
    let chain = Chain { now: *now, address: *address, vault, routes, accounts, names: &names(), shard: 0 };
    figures(&chain, first).unwrap()
}

fn of(scene: &Scene) -> VaultFigures {
    of_with(scene, None)
}

/// What comes next of the scene, changed.
fn next(change: impl FnOnce(&mut Scene)) -> (NextKind, Option<i64>, String) {
    let mut scene = Scene::new();
    change(&mut scene);
    let next = of(&scene).next;
    (next.kind, next.at.map(|at| at - scene.now), next.words)
}

/// So much SOL that the vault is outside its band: 2,000 of 3,500 dollars are 57.1 %.
fn drifted(scene: &mut Scene) {
    scene.vault.assets[0].balance = 16_000_000_000;
}

#[test]
fn figures_are_those_of_the_newest_prices() {
    let figures = of(&Scene::new());
    assert_eq!((figures.nav_usd, figures.share_price_usd, figures.is_fresh), (Some(3_000_000_000), Some(1_000_000), true));
    assert_eq!((figures.state.kind, figures.paused.len(), figures.halt), (StateKind::Live, 0, None));
    let sol = &figures.assets[0];
    assert_eq!((sol.value_usd, sol.weight_e8, sol.target_e8), (Some(1_500_000_000), Some(50_000_000), 50_000_000));
    assert_eq!((sol.band_e8, sol.low_e8, sol.high_e8, sol.is_out), (5_000_000, 45_000_000, 55_000_000, false));
    let price = sol.price.as_ref().unwrap();
    assert_eq!((price.usd, price.conf_bps, price.age_secs, price.is_fresh), (125_000_000, 1, 5, true));
    assert_eq!((figures.refresh.asset_mask, figures.refresh.price_accounts.len()), (0b11, 2));
    assert!(figures.refresh.refused.is_empty() && !figures.refresh.is_observation_due, "the strategy observes nothing");
    assert_eq!(figures.drift, Some(Drift { asset: 0, used_bps: 0 }));
    // Half a percent, and all of it.
    assert_eq!((figures.budgets.loss_left_usd, figures.budgets.turnover_left_usd), (15_000_000, 3_000_000_000));
    assert!(figures.stress.is_none() && !figures.fund.is_paying && figures.held.is_none());
}

#[test]
fn prices_that_the_vault_would_not_take_are_told() {
    let mut scene = Scene::new();
    scene.publish(0, 125_00000000, 61);
    let figures = of(&scene);
    assert_eq!((figures.refresh.asset_mask, figures.nav_usd), (0b10, Some(2_987_999_999)), "the vault's own, 40 s old");
    assert_eq!(figures.refresh.refused[0].asset, 0);
    assert!(figures.refresh.refused[0].message.starts_with("The price is older"), "{:?}", figures.refresh.refused);
    scene.accounts.clear();
    scene.now += 21;
    let figures = of(&scene);
    assert!(!figures.is_fresh && figures.assets[0].price.as_ref().is_some_and(|price| !price.is_fresh));
    assert!(figures.refresh.refused[1].message.starts_with("there is no price account"));
    assert!(figures.previews[0].error.as_ref().is_some_and(|error| error.starts_with("The pool is not owned")));
    assert_eq!(figures.next.kind, NextKind::Wait);
}

#[test]
fn a_vault_without_all_its_prices_is_worth_nobody_knows_what() {
    let mut scene = Scene::new();
    scene.vault.assets[0].publish_time = 0;
    scene.accounts.remove(&wanted_price(&scene, 0));
    let figures = of(&scene);
    assert_eq!((figures.nav_usd, figures.share_price_usd, figures.drift), (None, None, None));
    assert_eq!((figures.assets[0].value_usd, figures.assets[0].weight_e8, figures.assets[1].weight_e8), (None, None, None));
    assert!(figures.assets[0].price.is_none() && figures.assets[1].price.is_some());
}

fn wanted_price(scene: &Scene, place: usize) -> ballast_client::Pubkey {
    ballast_view::prices::accounts(&scene.vault, 0)[place].1
}

#[test]
fn wanted_are_prices_pools_and_the_fund() {
    let scene = Scene::new();
    let wanted = wanted(&scene.vault, &scene.routes, 0);
    assert!(scene.accounts.keys().all(|address| wanted.contains(address)));
    assert!(!wanted.contains(&ballast_client::ballast::token::TOKEN), "a program, which is large");
}

#[test]
fn a_trade_that_is_due_is_told_with_its_amounts() {
    let mut scene = Scene::new();
    drifted(&mut scene);
    let figures = of(&scene);
    let preview = &figures.previews[0];
    assert!(preview.is_trade() && figures.assets[0].is_out);
    assert_eq!((preview.sell, preview.buy, preview.trigger), (0, 1, 1));
    // A twentieth of 3,500 dollars at most.
    assert_eq!((preview.value_usd, preview.amount_in), (175_000_000, 1_400_000_000));
    let words = "sell 1.4 SOL for 174.231807 USDC (at least 173.232676), worth 175.00 USD, at a cost of 0.77 USD";
    assert_eq!(preview.words, words);
    assert_eq!((figures.next.kind, figures.next.words), (NextKind::Due, format!("due now: {words}")));
    assert_eq!(figures.drift, Some(Drift { asset: 0, used_bps: 14_286 }));
}

#[test]
fn the_fund_rewards_a_trade_while_it_can() {
    let mut scene = Scene::new();
    drifted(&mut scene);
    scene.vault.limits.crank_reward_lamports = 10_000;
    scene.vault.limits.max_daily_crank_lamports = 20_000;
    let rewards = |scene: &Scene| {
        let figures = of(scene);
        (figures.fund.is_paying, figures.fund.reward_lamports, figures.previews[0].reward_lamports)
    };
    assert_eq!(rewards(&scene), (true, 10_000, 10_000));
    let fund = scene.vault.crank_fund;
    scene.accounts.insert(fund, Account { lamports: 890_880 + 9_999, ..Account::default() });
    assert_eq!(rewards(&scene), (false, 10_000, 0));
}

#[test]
fn a_broken_pool_is_an_error_of_its_route_alone() {
    let pool = |scene: &Scene| scene.routes[0].1.accounts[0];
    let mut scene = Scene::new();
    let address = pool(&scene);
    scene.accounts.get_mut(&address).unwrap().data.truncate(200);
    let figures = of(&scene);
    assert!(figures.previews[0].error.is_some() && figures.nav_usd.is_some());
    scene = Scene::new();
    scene.accounts.get_mut(&address).unwrap().owner = address;
    assert!(of(&scene).previews[0].error.as_ref().unwrap().starts_with("The pool is not owned by a supported AMM"));
    scene = Scene::new();
    scene.routes[0].1.vault = address;
    assert_eq!(of(&scene).previews[0].error.as_deref(), Some("The route belongs to another vault"));
    assert_eq!(of(&scene).next.words, "waits: the route belongs to another vault");
}

#[test]
fn a_quiet_vault_tells_how_far_it_has_drifted() {
    let nine_tenths = |scene: &mut Scene| scene.vault.assets[0].balance = 14_400_000_000;
    assert_eq!(next(nine_tenths), (NextKind::Drift, None, "drift 90% of band (SOL)".into()));
    let daily = Schedule { interval_secs: 86_400, window_secs: 3_600, dust_bps: 10 };
    let scheduled = next(|scene| {
        nine_tenths(scene);
        scene.vault.strategy.schedule = daily;
    });
    // The scene is at a quarter past ten in the evening.
    let words = "due in 1 h 46 min, or sooner: drift 90% of band (SOL)";
    assert_eq!(scheduled, (NextKind::Schedule, Some(6_400), words.into()));
}

#[test]
fn what_is_due_waits_for_the_interval_and_the_turn() {
    let early = |scene: &mut Scene| scene.vault.state.last_rebalance_at = scene.now - 100;
    let waiting = next(|scene| {
        drifted(scene);
        early(scene);
    });
    assert_eq!(waiting, (NextKind::Wait, Some(200), "due after the interval between two rebalances, in 3 min 20 s".into()));
    assert_eq!(next(early).0, NextKind::Drift, "nothing is due");
    let turns = Execution { recentre_bps: 10_000, jitter_period_secs: 600, jitter_window_secs: 60, ..Execution::default() };
    let (kind, at, words) = next(|scene| {
        drifted(scene);
        scene.vault.strategy.execution = turns;
    });
    let at = at.unwrap();
    assert_eq!((kind, words.starts_with("due after the vault's turn, in ")), (NextKind::Wait, true), "{words}");
    assert!((1..=600).contains(&at), "{at}");
    let its_turn = next(|scene| {
        drifted(scene);
        scene.vault.strategy.execution = turns;
        scene.now += at;
        scene.publish(0, 125_00000000, 5);
        scene.publish(1, 1_00000000, 5);
    });
    assert_eq!(its_turn.0, NextKind::Due, "when the turn begins");
}

#[test]
fn what_is_due_waits_for_what_the_core_says() {
    let waits = |change: fn(&mut Scene)| {
        let (kind, at, words) = next(|scene| {
            drifted(scene);
            change(scene);
        });
        assert_eq!(kind, NextKind::Wait, "{words}");
        (at, words)
    };
    assert_eq!(waits(|scene| scene.routes[0].1.active_at = scene.now + 60).0, Some(60));
    let (at, words) = waits(|scene| {
        let trip = Trip { breaker: Breaker::Illiquid, asset: NO_ASSET, measured: 1, limit: 2 };
        scene.routes[0].1.halt = Halt::new(&trip, &scene.vault.breakers, scene.now);
    });
    assert_eq!(at, Some(3_600), "{words}");
    let (at, words) = waits(|scene| scene.vault.limits.max_daily_turnover_bps = 1);
    assert_eq!((at, words.starts_with("waits: ")), (None, true), "{words}");
}

#[test]
fn stale_prices_are_waited_for() {
    let (kind, at, words) = next(|scene| scene.now += 61);
    assert_eq!((kind, at, words), (NextKind::Wait, None, "waits for newer prices".into()));
}

#[test]
fn a_route_that_cannot_trade_holds_up_nothing_while_another_finds_all_in_band() {
    let mut scene = Scene::new();
    let (mut other, mut locked) = (scene.routes[0], scene.routes[0]);
    other.0 = scene.address;
    locked.1.active_at = scene.now + 60;
    scene.routes = vec![locked, other];
    let words = |scene: &Scene| of(scene).next.words;
    assert_eq!(words(&scene), "drift 0% of band (SOL)");
    // By itself it tells why there would be no trade.
    scene.routes = vec![locked];
    assert_eq!(words(&scene), "waits: the route's timelock has not passed yet");
}

#[test]
fn a_stopped_vault_tells_who_starts_it_again() {
    let stopped = |change: fn(&mut Scene)| {
        let (kind, at, words) = next(change);
        assert_eq!(kind, NextKind::Stopped, "{words}");
        (at, words)
    };
    assert_eq!(stopped(|scene| scene.vault.paused = pause::REBALANCE), (None, "rebalancing is paused".into()));
    assert_eq!(stopped(|scene| scene.vault.is_closing = 1), (None, "the vault is being closed".into()));
    assert_eq!(stopped(|scene| scene.vault.total_shares = 0).1, "the vault is empty: its first deposit comes next");
    assert_eq!(stopped(|scene| scene.routes.clear()).1, "the vault has no route to trade on; the admin adds one");
    fn halt(scene: &mut Scene, breaker: Breaker) {
        let trip = Trip { breaker, asset: 0, measured: 1_600, limit: 1_500 };
        scene.vault.state.halt = Halt::new(&trip, &scene.vault.breakers, scene.now - 600);
    }
    let soft = stopped(|scene| halt(scene, Breaker::Jump));
    let words = "halted by Jump for another 50 min: a price is far from the vault's own average of it";
    assert_eq!(soft, (Some(3_000), words.into()));
    let hard = stopped(|scene| halt(scene, Breaker::LossBudget));
    assert_eq!((hard.0, hard.1.starts_with("halted by LossBudget until the admin ends it: ")), (None, true));
    let (_, words) = stopped(|scene| scene.vault.assets[0].average_x64 = (1u128 << 64).into());
    assert!(words.starts_with("the next rebalance halts the vault instead of trading: a price is far from"), "{words}");
    assert!(words.ends_with(", SOL"), "{words}");
}

#[test]
fn holding_is_compared_at_the_same_prices() {
    let mut scene = Scene::new();
    // A tenth more than it was.
    scene.vault.assets[1].balance = 1_800_000_000;
    let first = FirstDeposit { total_shares: 3_000_000_000, amounts: vec![12_000_000_000, 1_500_000_000] };
    let held = of_with(&scene, Some(&first)).held;
    assert_eq!(held, Some(Held { share_price_usd: 1_000_000, against_e8: 9_999_999 }), "rounded down");
    scene.vault.assets[0].status = 1;
    assert_eq!(of_with(&scene, Some(&first)).held, None, "a quarantined asset's price is not refreshed");
    let nothing = FirstDeposit { total_shares: 0, amounts: vec![] };
    assert_eq!(of_with(&Scene::new(), Some(&nothing)).held, None);
}

#[test]
fn performance_is_the_vaults_own() {
    let mut scene = Scene::new();
    let books = &mut scene.vault.state.performance;
    (books.inception_at, books.trades, books.cost_usd, books.turnover_usd) = (5, 7, -9, 11);
    // A logarithm of 0.095310179804 is a tenth.
    (books.log_growth_e12, books.weighted_log_growth_e12) = (95_310_179_804, 45_310_179_804);
    let performance = of(&scene).performance;
    assert_eq!((performance.since, performance.trades, performance.cost_usd, performance.turnover_usd), (5, 7, -9, 11));
    assert_eq!((performance.growth_e8, performance.harvest_e8), (10_000_000, 5_000_000));
}

#[test]
fn reasons_are_those_of_the_core() {
    let mut scene = Scene::new();
    scene.vault.paused = pause::REBALANCE;
    let preview = &of(&scene).previews[0];
    assert_eq!((preview.reason(), preview.reason_name.as_deref()), (Some(Reason::Paused), Some("Paused")));
    assert_eq!(preview.words, "this activity is paused; redemption in kind always works");
    assert_eq!((preview.sell, preview.buy, preview.amount_in), (0, 1, 0));
}
