//! Dust and rounding: amounts so small that every division is felt, thousands of times.

use {
    crate::market::{FREE, INTERVAL_SECS, Market, standard},
    ballast::{
        error::BallastError,
        events::Rebalanced,
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::Vault,
    },
    ballast_adversary::exits::tokens,
    ballast_client::instruction,
    ballast_core::{limits, shares},
    ballast_tests::{
        Signer,
        pyth::Quote,
        random::Random,
        reference,
        scene::{self, AssetSpec, Config, Scene, assert_error},
    },
};

/// Instructions in one transaction.
const BATCH: usize = 14;

/// Units of each asset that stand behind a share have not become fewer: compared crosswise, without any rounding.
#[track_caller]
fn assert_a_share_is_no_less(before: &Vault, after: &Vault) {
    for (before_asset, after_asset) in before.assets().iter().zip(after.assets()) {
        let was = u128::from(before_asset.balance) * u128::from(after.total_shares);
        let is = u128::from(after_asset.balance) * u128::from(before.total_shares);
        assert!(is >= was, "a share lost of {}", after_asset.mint);
    }
}

/// In and out in kind by a few raw shares at a time, a thousand times and more: no unit of any asset is won.
#[test]
fn thousands_of_tiny_exchanges_in_kind_win_not_one_unit() {
    let mut market = Market::new(standard(), 1_000_000, FREE);
    let attacker = market.attacker.clone();
    market.join(10);
    let user = attacker.pubkey();
    for shares in [1, 2, 3, 7, 19, 333] {
        let (before, own, held) = (market.scene.vault(), tokens(&market.scene, &attacker), market.scene.shares_of(&attacker));
        let max_amounts = reference::parts_up(&before, shares);
        let view = &market.scene.view;
        let deposit = DepositInKindArgs { max_amounts: max_amounts.iter().map(|units| units + 1).collect(), min_shares: 0 };
        let redeem = RedeemInKindArgs { shares, min_amounts: vec![0; 2], skip_mask: 0, forfeit_mask: 0 };
        let cycle = [instruction::deposit_in_kind(user, view, deposit), instruction::redeem_in_kind(user, view, redeem)];
        let batch: Vec<_> = cycle.iter().cycle().take(BATCH).cloned().collect();
        for _ in 0..30 {
            market.send(&batch).expect("dust comes and goes");
        }
        let kept = market.scene.shares_of(&attacker) - held;
        let after = tokens(&market.scene, &attacker);
        assert_a_share_is_no_less(&before, &market.scene.vault());
        // What became shares is worth no more than what it cost.
        let parts = reference::parts_down(&market.scene.vault(), kept);
        for ((own, after), part) in own.iter().zip(&after).zip(parts) {
            assert!(after + part <= *own, "{shares} shares at a time: {own} became {after} and {part}");
        }
    }
}

/// In by one asset and out by one, in amounts that mint a raw share or a few, without fees and without confidence.
#[test]
fn thousands_of_tiny_one_asset_exchanges_win_nothing() {
    let mut config = standard();
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (0, 0);
    let mut market = Market::new(config, 1_000_000, FREE);
    market.scene.world.advance(1);
    for index in [0, 1] {
        let quote = Quote { conf: 0, ..market.scene.quote(index) };
        market.scene.publish_quote(index, &quote);
    }
    market.scene.refresh().unwrap();
    market.join(10);
    let mut done = 0;
    for (amounts, shares) in [([1, 20], 1), ([2, 40], 1), ([3, 61], 2), ([1_000, 19_999], 999)] {
        for index in [0, 1] {
            let mut market = market.clone();
            let attacker = market.attacker.clone();
            let (worth, admins) = (market.worth_usd(&attacker), market.worth_usd(&market.scene.admin));
            let cycle = [
                market.deposit_single_instruction(index as u8, amounts[index]),
                market.redeem_single_instruction(index as u8, shares),
            ];
            let batch: Vec<_> = cycle.iter().cycle().take(BATCH).cloned().collect();
            for _ in 0..20 {
                match market.send(&batch) {
                    Ok(_) => done += 1,
                    // What would mint no share, or pay no unit, is not taken.
                    refused => assert_error(refused, BallastError::AmountTooSmall),
                }
            }
            assert!(market.worth_usd(&attacker) <= worth, "{amounts:?}, {shares}");
            assert!(market.worth_usd(&market.scene.admin) >= admins);
        }
    }
    println!("{done} batches of {BATCH} came off");
    assert!(done >= 80);
}

/// The share arithmetic itself, a million random cycles by vaults of any size.
#[test]
fn a_million_random_cycles_of_the_share_arithmetic_win_nothing() {
    let mut random = Random::new(7);
    for _ in 0..1_000_000 {
        let total = random.sized(shares::MIN_FIRST_SHARES..=1 << 50);
        let balance = random.sized(1..=1 << 50);
        let new = random.sized(1..=total);
        let Ok(cost) = shares::deposit_amount(new, balance, total) else { continue };
        let paid = shares::redeem_amount(new, balance + cost, total + new).unwrap();
        assert!(paid <= cost, "{total} shares, {balance} units: {new} shares cost {cost} and paid {paid}");
        let (nav, value, fee) = (balance, random.sized(1..=1 << 50), random.below(201) as u16);
        let Ok(minted) = shares::shares_for_value(value, fee, nav, total) else { continue };
        let back = shares::value_for_shares(minted, fee, nav + value, total + minted).unwrap_or(0);
        assert!(back <= value, "{total} shares of {nav}: {value} at {fee} bps paid {back}");
    }
}

/// A vault so small, of an asset so coarse, that a unit is a good part of a trade: it does not trade. A larger one does, each
/// time at least what is worth making, and loses no more than its slippage.
#[test]
fn dust_trades_are_not_made() {
    // A unit of the second asset is worth 40 cents.
    let specs = vec![AssetSpec::spl(6, 100_000_000, 5_000), AssetSpec::spl(5, 4_000_000_000_000, 5_000)];
    for dollars in [4, 20, 100, 1_000] {
        let config = Config { limits: limits::DEFAULT, ..Config::of(specs.clone()) };
        let mut scene = Scene::empty(config);
        scene.add_route(0, 1, 1_000_000);
        scene.refresh().unwrap();
        scene.user("admin", 10_000);
        let admin = scene.admin.clone();
        let max_amounts = scene.assets.iter().map(|asset| asset.units(dollars) / 2).collect();
        let deposit = DepositInKindArgs { max_amounts, min_shares: shares::MIN_FIRST_SHARES };
        scene.deposit(&admin, deposit).unwrap();
        let mut trades = 0;
        for price_e8 in [8_000_000_000_000, 4_000_000_000_000, 2_000_000_000_000, 4_000_000_000_000] {
            scene.shift(&[(1, price_e8)], INTERVAL_SECS);
            for _ in 0..20 {
                let preview = scene.preview(0);
                if preview.reason != 0 {
                    break;
                }
                assert!(preview.value_usd >= limits::DEFAULT.min_trade_usd);
                let event: Rebalanced = scene::event(&scene.rebalance(0).unwrap());
                let slippage_usd = preview.value_usd * u64::from(limits::DEFAULT.max_slippage_bps) / 10_000;
                // A micro-dollar for each of the values compared.
                assert!(event.loss_usd <= slippage_usd + 3, "{} of {slippage_usd}", event.loss_usd);
                trades += 1;
                scene.shift(&[], INTERVAL_SECS);
            }
        }
        println!("{dollars} $: {trades} trades");
        assert_eq!(trades > 0, dollars >= 1_000, "{dollars} $: {trades} trades");
    }
}
