//! Gifts: to the reserves, where they do not count, and to pools, where they move the price.

use {
    crate::market::{BPS, FREE, Gain, INTERVAL_SECS, Market, best, standard, told},
    anchor_lang::prelude::Pubkey,
    anchor_spl::token::spl_token::instruction::transfer,
    ballast::token::TOKEN,
    ballast_core::limits,
    ballast_tests::{Signer, amm::token_swap::Fees},
};

/// Transfers the attacker's tokens to any account of their mint.
fn give(market: &mut Market, index: usize, to: &Pubkey, units: u64) {
    let mint = market.scene.assets[index].mint;
    let from = market.scene.world.token_address(&market.attacker.pubkey(), &mint);
    let owner = market.attacker.pubkey();
    let gift = transfer(&TOKEN, &from, to, &owner, &[], units).unwrap();
    market.send(&[gift]).expect("a gift");
}

/// A holder who gives to the reserves loses the gift, before, during and after a trade, and nobody gains by it.
#[test]
fn gifts_to_the_reserves_are_lost() {
    let mut market = Market::new(standard(), 10_000_000, FREE);
    market.join(50_000);
    market.move_price(2 * market.price_e8(), INTERVAL_SECS);
    let choices = [0, 1].into_iter().flat_map(|index| [1, 1_000, 100_000, 10_000_000].map(|dollars| (index, dollars)));
    let (_, gain) = best("gift to a reserve", choices, |(index, dollars)| {
        market.play(|market| {
            let (reserve, units) = (market.scene.view.assets[index].reserve, market.scene.assets[index].units(dollars));
            give(market, index, &reserve, units);
            market.crank().ok()?;
            market.leave();
            Some(())
        })
    })
    .expect("a trade");
    assert!(gain.attacker_usd < 0, "{}", told(&gain));
}

/// Who owns all of a pool gets a gift to it back. So they may move its price without a swap, up to what the vault bears; what the
/// vault then loses is theirs, and within its slippage.
#[test]
fn gifts_to_a_pool_win_its_owner_no_more_than_the_trades_slippage() {
    for (pool_dollars, fees) in [(200_000, FREE), (1_000_000, FREE), (10_000_000, FREE), (1_000_000, Fees::default())] {
        let mut market = Market::new(standard(), pool_dollars, fees);
        market.move_price(2 * market.price_e8(), INTERVAL_SECS);
        let limits = limits::DEFAULT;
        let chunk_usd = market.nav_usd() * i128::from(limits.max_trade_bps) / BPS;
        let choices = [0, 1].into_iter().flat_map(|index| (0..=20).map(move |parts| (index, parts)));
        let name = format!("gift to a pool of {pool_dollars} $ a side, {} bps", fees.trade_bps + fees.owner_bps);
        let play = |(index, parts): (usize, u64)| {
            let (mut pool_before, mut pool_after) = (0, 0);
            let gain = market.play(|market| {
                pool_before = market.pool_usd();
                let (side, _) = market.pool.sides(&market.scene.assets[index].mint);
                let vault = market.pool.vaults()[side];
                // Up to a hundredth of the reserve, which moves the price as much.
                let units = market.pool.reserves(&market.scene.world)[side] / 2_000 * parts;
                give(market, index, &vault, units);
                market.crank().ok()?;
                pool_after = market.pool_usd();
                Some(())
            })?;
            Some(Gain { attacker_usd: gain.attacker_usd + pool_after - pool_before, ..gain })
        };
        let (_, gain) = best(&name, choices, play).expect("a trade");
        let bound_usd = chunk_usd * i128::from(limits.max_slippage_bps) / BPS;
        assert!(gain.attacker_usd <= bound_usd && gain.stayers_usd >= -bound_usd, "{} of {bound_usd}", told(&gain));
    }
}
