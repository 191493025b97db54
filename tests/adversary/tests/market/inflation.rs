//! Inflating a share: whoever owns nearly all of a small vault makes a share so dear that the next depositor's money rounds away.
//! Forfeited assets do count for the vault, gifts do not. The locked share, which nobody owns, keeps most of what is forfeited.

use {
    crate::market::{Gain, Market, best, standard, told},
    ballast::instructions::{DepositInKindArgs, RedeemInKindArgs},
    ballast_adversary::exits::tokens,
    ballast_core::shares::MIN_FIRST_SHARES,
    ballast_tests::Keypair,
};

/// Dollars that the victim has of each asset.
const VICTIM_DOLLARS: u64 = 10_000;

/// How a share is inflated, and how the victim comes in.
#[derive(Clone, Copy, Debug)]
struct Choice {
    /// Dollars of each asset in the first deposit, which makes as few shares as it may.
    first_dollars: u64,
    /// Raw shares that the attacker keeps, while forfeiting the second asset with all others.
    kept: u64,
    /// Dollars of each asset, or of the first one alone, that the victim brings.
    victim_dollars: u64,
    /// Whether the victim deposits the first asset alone.
    is_single: bool,
}

fn choices() -> impl Iterator<Item = Choice> {
    let mut choices = vec![];
    for first_dollars in [1, 10_000, 1_000_000, 50_000_000] {
        for kept in [1, 1_000, 1_000_000] {
            for (victim_dollars, is_single) in [(1, false), (1_000, false), (1, true), (100, true)] {
                choices.push(Choice { first_dollars, kept, victim_dollars, is_single });
            }
        }
    }
    choices.into_iter()
}

/// The attacker's gain, and as the stayers' the victim's.
fn inflate(market: &Market, choice: Choice) -> Option<Gain> {
    let mut market = market.clone();
    let attacker = market.attacker.clone();
    let victim: Keypair = market.scene.user("victim", VICTIM_DOLLARS);
    let worth = |market: &Market| [market.worth_usd(&attacker), market.worth_usd(&victim)];
    let before = [&*attacker, &victim].map(|who| {
        tokens(&market.scene, who)
            .into_iter()
            .zip(0..)
            .map(|(units, index)| market.value_usd(index, i128::from(units)))
            .sum::<i128>()
    });
    let amounts = |dollars: u64| market.scene.assets.iter().map(|asset| asset.units(dollars)).collect::<Vec<_>>();
    let (first, brought) = (amounts(choice.first_dollars), amounts(choice.victim_dollars));
    market.scene.deposit(&attacker, DepositInKindArgs { max_amounts: first, min_shares: MIN_FIRST_SHARES }).ok()?;
    let nav_usd = market.nav_usd();
    let shares = market.scene.shares_of(&attacker) - choice.kept;
    market
        .scene
        .redeem(&attacker, RedeemInKindArgs { shares, min_amounts: vec![0; 2], skip_mask: 0b10, forfeit_mask: 0b10 })
        .ok()?;

    let joined = if choice.is_single {
        market.scene.deposit_single(&victim, 0, brought[0], 0)
    } else {
        market.scene.deposit(&victim, DepositInKindArgs { max_amounts: brought, min_shares: 0 })
    };
    // What cannot come in is not lost.
    joined.ok()?;
    market.leave();
    let after = worth(&market);
    Some(Gain { attacker_usd: after[0] - before[0], stayers_usd: after[1] - before[1], nav_usd })
}

#[test]
fn inflating_a_share_costs_its_attacker_more_than_its_victim() {
    // No fees and no bands in the way.
    let mut config = standard();
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (0, 0);
    (config.band_abs_bps, config.band_rel_bps) = (10_000, 10_000);
    let market = Market::unfunded(config);
    best("inflation", choices(), |choice| {
        let gain = inflate(&market, choice)?;
        assert!(gain.attacker_usd < 0, "{choice:?}: {}", told(&gain));
        assert!(gain.attacker_usd <= gain.stayers_usd, "{choice:?}: {}", told(&gain));
        Some(gain)
    })
    .expect("some victim comes in");
}
