//! The whole way once: create, deposit, drift, rebalance, redeem.

use ballast::events::Rebalanced;
use ballast::instructions::RedeemInKindArgs;
use ballast_client::decode;
use ballast_tests::Signer;
use ballast_tests::scene::{Config, Scene};

#[test]
fn a_drifted_vault_is_rebalanced_and_pays_its_depositors() {
    let mut scene = Scene::with_route(Config::pair(), 100_000, 10_000_000);
    let alice = scene.user("alice", 50_000);
    let usdc = scene.assets[0].units(10_000);
    scene.deposit_single(&alice, 0, usdc, 0).unwrap();
    let shares = scene.shares_of(&alice);
    assert!((9_980_000_000..10_000_000_000).contains(&shares), "{shares}");

    // The second asset rises by a half: 52.6 to 62.5 percent.
    scene.shift(&[(1, 7_500_000_000)], 600);
    let preview = scene.preview(0);
    assert_eq!((preview.reason, preview.sell_asset, preview.buy_asset), (0, 1, 0));
    let outcome = scene.rebalance(0).unwrap();
    let event = &decode::events::<Rebalanced>(&outcome.logs)[0];
    // The pool leaves what its rounding cannot use.
    assert!(event.amount_in <= preview.amount_in && event.amount_in > preview.amount_in - 100);
    assert!(event.amount_out >= preview.min_out);
    assert!(event.excess_after_usd < event.excess_before_usd);

    let before = scene.world.balance_of(&alice.pubkey(), &scene.assets[1].mint);
    scene.redeem(&alice, RedeemInKindArgs { shares, min_amounts: vec![1, 1], skip_mask: 0, forfeit_mask: 0 }).unwrap();
    assert_eq!(scene.shares_of(&alice), 0);
    assert!(scene.world.balance_of(&alice.pubkey(), &scene.assets[1].mint) > before);
}
