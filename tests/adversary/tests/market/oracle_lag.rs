//! Stale prices: the attacker knows where the market went, and the vault does not yet. They deposit what it overvalues, and
//! take out what it undervalues.
//!
//! Entry and exit fees stand against small moves; against large ones, that no exchange may leave the band: what moves at a stale
//! price is at most the way from one edge of the band to the other. In kind there is nothing to gain: no price is asked.

use {
    crate::market::{BPS, FREE, Gain, Market, best, standard, told},
    ballast_adversary::exits::tokens,
    ballast_tests::reference,
};

/// How far the market is from the stored price, in basis points.
const MOVES_BPS: [i64; 8] = [0, 25, 50, 60, 75, 100, 200, 1_000];

/// Dollars a side in the pool; nobody trades on it here.
const POOL_DOLLARS: u64 = 1_000_000;

/// What the attacker does at the stale prices.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Deposits one asset, and leaves in kind.
    OneToAll,
    /// Deposits one asset, and redeems for the other as far as the bands allow; leaves in kind with the rest.
    OneToOther,
    /// Deposits in kind, and redeems for one asset as far as the bands allow; leaves in kind with the rest.
    AllToOne,
    /// The same, from one edge of the band to the other: the vault was left at the far edge by an earlier exchange.
    EdgeToEdge,
}

const WAYS: [Way; 4] = [Way::OneToAll, Way::OneToOther, Way::AllToOne, Way::EdgeToEdge];

/// Which asset goes in, which way, and which part of what the bands allow, in quarters.
fn choices() -> impl Iterator<Item = (Way, usize, u64)> {
    let part = |way, index| [1, 4].map(move |quarters| (way, index, quarters));
    WAYS.into_iter().flat_map(move |way| [0, 1].into_iter().flat_map(move |index| part(way, index)))
}

/// Plays one way at stale prices, `index` going in and the other asset out.
fn exploit(market: &mut Market, (way, index, quarters): (Way, usize, u64)) -> Option<()> {
    let other = 1 - index;
    match way {
        Way::OneToAll => {
            let most = market.clone().deposit_most(index, u64::MAX);
            (market.deposit_most(index, most / 4 * quarters) > 0).then_some(())?;
        }
        Way::OneToOther | Way::EdgeToEdge => {
            let most = market.clone().deposit_most(index, u64::MAX);
            (market.deposit_most(index, most / 4 * quarters) > 0).then_some(())?;
            // Redeeming makes room for more of what goes in.
            for _ in 0..4 {
                market.redeem_most(other);
                market.deposit_most(index, most / 4 * quarters);
            }
            market.redeem_most(other);
        }
        Way::AllToOne => {
            market.join(20_000 * quarters);
            (market.redeem_most(other) > 0).then_some(())?;
        }
    }
    market.leave();
    Some(())
}

/// The market as the attacker finds it, before the price moves unnoticed.
fn found(market: &Market, (way, index, _): (Way, usize, u64)) -> Market {
    let mut found = market.clone();
    if let Way::EdgeToEdge = way {
        found.deposit_most(1 - index, u64::MAX);
        found.leave();
    }
    found
}

/// The most that the best choice gains where the fair price has moved by `move_bps` from the stored one.
fn worst(market: &Market, move_bps: i64) -> Gain {
    let fair_e8 = market.price_e8() * (10_000 + move_bps) / 10_000;
    let name = format!("{move_bps} bps unnoticed");
    let play = |choice| found(market, choice).play_at(fair_e8, |market| exploit(market, choice));
    best(&name, choices(), play).expect("some choice comes off").1
}

/// The way from edge to edge, at stored prices, times the move less both fees; nothing below them.
fn bound_usd(market: &Market, move_bps: i64) -> i128 {
    let vault = market.scene.vault();
    let band_bps = i128::from(vault.assets[0].allocation.band_abs_bps);
    let fees_bps = i128::from(vault.limits.entry_fee_bps + vault.limits.exit_fee_bps);
    let edge_to_edge_usd = market.nav_usd() * 2 * band_bps / BPS;
    edge_to_edge_usd * (i128::from(move_bps.abs()) - fees_bps).max(0) / BPS
}

#[test]
fn one_asset_exchanges_at_a_stale_price_win_only_beyond_both_fees_and_within_the_bands() {
    let market = Market::new(standard(), POOL_DOLLARS, FREE);
    for move_bps in MOVES_BPS.into_iter().flat_map(|move_bps| [move_bps, -move_bps]) {
        let (gain, bound_usd) = (worst(&market, move_bps), bound_usd(&market, move_bps));
        assert!(gain.attacker_usd <= bound_usd, "{move_bps} bps: {} of {bound_usd}", told(&gain));
        // Where nobody gains, the fees are the stayers'.
        assert!(gain.stayers_usd >= -bound_usd, "{move_bps} bps: {}", told(&gain));
    }
}

/// From slot to slot: a market that swings, and an attacker who is always a minute ahead of the vault. Each swing is worth what
/// one is; nothing adds up beyond.
#[test]
fn swings_known_ahead_win_no_more_than_each_alone() {
    const SWINGS: i128 = 10;
    for move_bps in [40, 100] {
        let mut market = Market::new(standard(), POOL_DOLLARS, FREE);
        let (low_e8, high_e8) = (market.price_e8(), market.price_e8() * (10_000 + move_bps) / 10_000);
        let (admin, attacker) = (market.scene.admin.clone(), market.attacker.clone());
        let worth = |market: &Market| [market.worth_usd(&attacker), market.worth_usd(&admin), market.nav_usd()];
        let before = worth(&market);
        for swing in 0..SWINGS {
            // A rise is about to be known, or a fall: the dollar goes in ahead of the first, and comes out ahead of the second.
            let index = (swing % 2) as usize;
            exploit(&mut market, (Way::OneToOther, index, 4));
            market.move_price(if index == 0 { high_e8 } else { low_e8 }, 60);
        }
        let after = worth(&market);
        let gain = Gain { attacker_usd: after[0] - before[0], stayers_usd: after[1] - before[1], nav_usd: before[2] };
        println!("{SWINGS} swings of {move_bps} bps: {}", told(&gain));
        assert!(gain.attacker_usd <= SWINGS * bound_usd(&market, move_bps), "{}", told(&gain));
    }
}

/// No price, no lag: in and out in kind around any move, nobody gains a micro-dollar.
#[test]
fn in_kind_wins_nothing_whatever_the_market_does() {
    let mut market = Market::new(standard(), POOL_DOLLARS, FREE);
    for move_bps in [-3_000, -100, 0, 100, 10_000] {
        let fair_e8 = market.price_e8() * (10_000 + move_bps) / 10_000;
        let gain = market.play_at(fair_e8, |market| {
            market.join(50_000);
            market.leave();
            Some(())
        });
        let gain = gain.expect("in kind always comes off");
        assert!(gain.attacker_usd <= 0 && gain.stayers_usd >= -1, "{}", told(&gain));
    }
    // Through a refresh in between: the market's own move, that of the basket, is all there is.
    market.join(50_000);
    let (before, held) = (market.scene.vault(), market.scene.shares_of(&market.attacker));
    market.move_price(market.price_e8() * 2, 60);
    let attacker = market.attacker.clone();
    let own = tokens(&market.scene, &attacker);
    market.leave();
    let paid: Vec<u64> = tokens(&market.scene, &attacker).iter().zip(own).map(|(after, before)| after - before).collect();
    assert_eq!(paid, reference::parts_down(&before, held));
}
