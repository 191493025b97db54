//! What anybody may do to keep a vault running.

use {
    super::person,
    crate::fuzz::{
        cast::{FORECASTER, KEEPER},
        play::{Play, Played},
    },
    anchor_lang::solana_program::instruction::Instruction,
    ballast_client::instruction,
    ballast_tests::random::Random,
};

impl Play {
    /// The instruction that refreshes every price.
    pub fn refresh_all(&self) -> Instruction {
        self.refresh_some(((1u32 << self.cast.assets.len()) - 1) as u16)
    }

    fn refresh_some(&self, mask: u16) -> Instruction {
        let named = self.cast.assets.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1);
        let prices: Vec<_> = named.map(|(_, asset)| asset.price_account).collect();
        instruction::refresh_prices(self.cast.view.address, mask, &prices)
    }

    /// The instruction that rebalances on a pool's route; `None` where it has none.
    pub fn rebalance_on(&self, keeper: usize, pool: usize, min_out: u64) -> Option<Instruction> {
        let (address, route) = self.route(pool)?;
        instruction::rebalance(self.cast.people[keeper], &self.cast.view, address, &route, min_out)
    }
}

/// Some prices, sometimes of assets that there are not.
pub fn refresh(play: &mut Play, random: &mut Random) -> Played {
    let all = (1u64 << play.cast.assets.len()) - 1;
    let mask = if random.one_in(10) { random.below(1 << 16) } else { random.within(1..=all) };
    let refresh = play.refresh_some(mask as u16);
    play.call(refresh)?.ok();
    Ok(())
}

/// On any route, sometimes with a demand for more.
pub fn rebalance(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    let min_out = if random.one_in(20) { random.sized(1..=u64::MAX >> 1) } else { 0 };
    if let Some(rebalance) = play.rebalance_on(person(random, KEEPER), pool, min_out) {
        play.call(rebalance)?.ok();
    }
    Ok(())
}

/// Observes.
pub fn observe(play: &mut Play, _: &mut Random) -> Played {
    play.call(instruction::observe(play.cast.view.address))?.ok();
    Ok(())
}

/// Previews any route.
pub fn preview(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    if let Some((address, route)) = play.route(pool) {
        play.call(instruction::preview_rebalance(play.cast.view.address, address, &route))?.ok();
    }
    Ok(())
}

/// Within the usual bounds or not.
pub fn forecast(play: &mut Play, random: &mut Random) -> Played {
    let forecaster = play.cast.people[person(random, FORECASTER)];
    let expires_at = play.now() + random.below(100_000) as i64 - 5_000;
    let scale_bps = random.sized(1..=200_000);
    play.call(instruction::post_forecast(forecaster, play.cast.view.address, scale_bps, expires_at))?.ok();
    Ok(())
}
