//! The stress test in the loop: no trade makes the worst loss worse than is allowed; preview, event and account tell it.

use {
    ballast::{error::BallastError, events::Rebalanced, state::Vault},
    ballast_core::{MAX_ASSETS, decision::Reason, risk::stress::MAX_SHOCKS},
    ballast_tests::scene::{Config, Scene, assert_error, event},
};

const INTERVAL_SECS: u32 = 300;

/// A vault with a trade to make, from its second asset to its first, tested with these shocks.
fn stressed(max_loss_bps: u16, shocks: &[&[i16]]) -> Scene {
    let mut scene = Scene::drifted(Config::pair());
    scene.edit_vault(|vault| set(vault, max_loss_bps, shocks));
    scene
}

fn set(vault: &mut Vault, max_loss_bps: u16, shocks: &[&[i16]]) {
    vault.stress.max_loss_bps = max_loss_bps;
    for (shock, moves_bps) in vault.stress.shocks.iter_mut().zip(shocks) {
        shock.moves_bps[..moves_bps.len()].copy_from_slice(moves_bps);
    }
    vault.stress.validate().expect("within bounds");
}

/// What each shock would cost the vault as it is now, in 10⁻⁸ of it: value by value before and after the shock, rounded up.
fn recomputed(vault: &Vault) -> [i64; MAX_SHOCKS] {
    let values: Vec<i128> =
        vault.assets().iter().map(|asset| i128::from(asset.price().value_usd(asset.balance).unwrap())).collect();
    let nav: i128 = values.iter().sum();
    vault.stress.shocks.map(|shock| {
        let after: i128 = values.iter().zip(shock.moves_bps).map(|(value, it)| value * (10_000 + i128::from(it))).sum();
        let lost = (nav * 10_000 - after) * 10_000;
        (lost.div_euclid(nav) + i128::from(lost.rem_euclid(nav) != 0)) as i64
    })
}

const FALLS: &[&[i16]] = &[&[0, -5_000], &[-100, 0], &[300, -9_000], &[0, 2_000]];

#[test]
fn preview_event_and_account_tell_the_loss_under_stress() {
    let mut scene = stressed(10_000, FALLS);
    let (before, preview) = (recomputed(&scene.vault()), scene.preview(0));
    assert_eq!((preview.reason, preview.stress_before_e8), (0, before));
    // Two thirds of the vault in the second asset: 60 % less 1 % are the worst.
    assert_eq!(before.iter().max(), Some(&before[2]));
    assert!((before[2] - 59_000_000).abs() < 10_000, "{before:?}");
    let told: Rebalanced = event(&scene.rebalance(0).unwrap());
    let after = recomputed(&scene.vault());
    // The pool leaves what its rounding cannot use.
    for (previewed, real) in preview.stress_after_e8.iter().zip(after) {
        assert!((previewed - real).abs() <= 2, "{:?}, {after:?}", preview.stress_after_e8);
    }
    assert_eq!((told.stress_before_e8, told.stress_after_e8), (before[2], after[2]));
    assert_eq!(scene.vault().state.stress_loss_e8, after[2]);
    assert!(after[2] < before[2]);
}

#[test]
fn vault_without_shocks_loses_nothing_under_stress() {
    let mut scene = Scene::drifted(Config::pair());
    let preview = scene.preview(0);
    assert_eq!((preview.stress_before_e8, preview.stress_after_e8), Default::default());
    let told: Rebalanced = event(&scene.rebalance(0).unwrap());
    assert_eq!((told.stress_before_e8, told.stress_after_e8, scene.vault().state.stress_loss_e8), (0, 0, 0));
}

/// The asset that is bought is the one that may fall.
#[test]
fn trade_that_makes_the_worst_loss_worse_than_the_limit_fails() {
    // A third of the vault, and a trade of 5 % of it: 16.7 % and 19.2 %.
    let shocks: &[&[i16]] = &[&[-5_000]];
    let mut scene = stressed(1_700, shocks);
    let preview = scene.preview(0);
    assert_eq!(preview.reason, Reason::StressWorse as u8);
    // What it would have been.
    assert_eq!((preview.sell_asset, preview.buy_asset), (1, 0));
    assert!(preview.amount_in > 0 && preview.expected_out >= preview.min_out);
    assert!((preview.stress_before_e8[0] - 16_670_000).abs() < 10_000, "{preview:?}");
    assert!((preview.stress_after_e8[0] - 19_170_000).abs() < 20_000, "{preview:?}");
    let before = scene.world.account(&scene.view.address);
    assert_error(scene.rebalance(0), BallastError::StressWorse);
    assert_eq!(scene.world.account(&scene.view.address), before);

    // Within the limit the same trade is made.
    scene.edit_vault(|vault| set(vault, 1_920, shocks));
    assert_eq!(scene.preview(0).amount_in, preview.amount_in);
    let told: Rebalanced = event(&scene.rebalance(0).unwrap());
    assert!(told.stress_after_e8 > told.stress_before_e8 && told.stress_after_e8 <= 19_200_000);
}

/// However far beyond its limit the loss is, what lowers it is made, until that is no longer so.
#[test]
fn trade_that_lowers_the_worst_loss_is_made_beyond_the_limit() {
    let mut scene = stressed(1, &[&[0, -5_000]]);
    let mut worst_e8 = i64::MAX;
    for _ in 0..3 {
        let told: Rebalanced = event(&scene.rebalance(0).unwrap());
        assert!(told.stress_after_e8 < told.stress_before_e8.min(worst_e8) && told.stress_after_e8 > 10_000);
        worst_e8 = told.stress_after_e8;
        scene.shift(&[], INTERVAL_SECS);
    }
}

/// Eight shocks of sixteen assets, each against a recomputation.
#[test]
fn table_of_many_assets_equals_a_recomputation() {
    for count in [2, 8, 16] {
        let mut scene = Scene::drifted(Config::many(count));
        let moves = |shock: usize| {
            let mut moves_bps = [0; MAX_ASSETS];
            for (asset, move_bps) in moves_bps.iter_mut().take(count).enumerate() {
                *move_bps = ((shock * 7_919 + asset * 104_729) % 20_001) as i16 - 10_000;
            }
            moves_bps
        };
        let shocks: [[i16; MAX_ASSETS]; MAX_SHOCKS] = std::array::from_fn(moves);
        let shocks: Vec<&[i16]> = shocks.iter().map(|moves_bps| &moves_bps[..]).collect();
        scene.edit_vault(|vault| set(vault, 10_000, &shocks));
        let before = recomputed(&scene.vault());
        assert_eq!(scene.preview(0).stress_before_e8, before);
        let told: Rebalanced = event(&scene.rebalance(0).unwrap());
        let after = recomputed(&scene.vault());
        assert_eq!([told.stress_before_e8, told.stress_after_e8], [before, after].map(|table| *table.iter().max().unwrap()));
        assert_eq!(scene.vault().state.stress_loss_e8, told.stress_after_e8);
    }
}

/// A vault of nothing but shares has no table.
#[test]
fn preview_of_an_empty_vault_has_no_table() {
    let mut scene = Scene::empty(Config::pair());
    scene.add_route(0, 1, 1_000_000);
    scene.edit_vault(|vault| set(vault, 1, FALLS));
    scene.refresh().unwrap();
    let preview = scene.preview(0);
    assert_eq!((preview.reason, preview.stress_before_e8), (Reason::Empty as u8, Default::default()));
}

/// Eight shocks of eight assets, in decision, settlement and event: what all of it adds to a trade's compute units.
#[test]
fn stress_test_of_eight_shocks_costs_little() {
    let mut without = Scene::drifted(Config::many(8));
    let mut with = without.clone();
    let shocks: Vec<Vec<i16>> = (1..=8).map(|shock| (1..=8).map(|asset| -100 * shock * asset).collect()).collect();
    let shocks: Vec<&[i16]> = shocks.iter().map(|moves_bps| &moves_bps[..]).collect();
    with.edit_vault(|vault| set(vault, 10_000, &shocks));
    let [without, with] = [&mut without, &mut with].map(|scene| scene.rebalance(0).unwrap().compute_units);
    println!("{without} CU without shocks, {} more with eight", with - without);
    assert!(with - without < 15_000, "{with} - {without}");
}
