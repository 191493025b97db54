//! What anybody may do to keep a vault running.

use {
    super::person,
    crate::fuzz::{
        cast::{FORECASTER, KEEPER},
        play::{Play, Played},
    },
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction},
    ballast_client::instruction,
    ballast_tests::random::Random,
};

impl Play {
    /// The instruction that refreshes every price.
    pub fn refresh_all(&self) -> Instruction {
        self.refresh_some(self.vault().basket_mask())
    }

    fn refresh_some(&self, mask: u16) -> Instruction {
        let named = (0..16).filter(|slot| mask >> slot & 1 == 1);
        let prices: Vec<_> = named.map(|slot| self.cast.asset(slot).price_account).collect();
        instruction::refresh_prices(self.cast.view.address, mask, &prices)
    }

    /// The instruction that rebalances on a pool's route; `None` where it has none.
    pub fn rebalance_on(&self, keeper: usize, pool: usize, min_out: u64) -> Option<Instruction> {
        let (address, route) = self.route(pool)?;
        instruction::rebalance(self.cast.people[keeper], &self.view(), address, &route, min_out)
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

/// A breaker of the vault, with or without a price as evidence, or of a route.
pub fn trip(play: &mut Play, random: &mut Random) -> Played {
    let vault = play.cast.view.address;
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    let trip = match (random.below(3), play.route(pool)) {
        (0, Some((address, route))) => instruction::trip_route_breaker(vault, address, &route),
        (1, _) => {
            let slot = random.below(play.vault().assets().len() as u64) as usize;
            if random.one_in(2) {
                // Wide enough to be evidence, or nearly.
                let quote = play.quote(play.cast.position_of(slot), random.within(100..=2_000));
                play.publish(play.cast.position_of(slot), &quote);
            }
            instruction::trip_breaker(vault, Some((slot as u8, play.cast.asset(slot).price_account)))
        }
        _ => instruction::trip_breaker(vault, None),
    };
    play.call(trip)?.ok();
    Ok(())
}

/// By anybody, to whoever the recipient is.
pub fn collect_fees(play: &mut Play, _: &mut Random) -> Played {
    let recipient = play.vault().fee_recipient;
    // Where there is none, somebody tries to become it.
    let recipient = if recipient == Pubkey::default() { play.cast.people[KEEPER] } else { recipient };
    play.call(instruction::collect_fees(&play.cast.view, &recipient))?.ok();
    Ok(())
}

/// By anybody.
pub fn top_up(play: &mut Play, random: &mut Random) -> Played {
    let lamports = random.sized(1..=1_000_000_000);
    let top_up = instruction::top_up_crank_fund(play.cast.people[person(random, KEEPER)], &play.cast.view, lamports);
    play.call(top_up)?.ok();
    Ok(())
}

/// Within the usual bounds or not.
pub fn forecast(play: &mut Play, random: &mut Random) -> Played {
    let vault = play.vault();
    let forecaster = play.cast.position(&vault.forecaster).unwrap_or(FORECASTER);
    let forecaster = play.cast.people[person(random, forecaster)];
    let band = &vault.strategy.forecast_band;
    let is_within = band.max_validity_secs > 0 && !random.one_in(4);
    let (scale_bps, validity_secs) = if is_within {
        (
            random.within(u64::from(band.min_scale_bps)..=u64::from(band.max_scale_bps)),
            random.within(1..=u64::from(band.max_validity_secs)),
        )
    } else {
        (random.sized(1..=200_000), random.below(1 << 20))
    };
    let expires_at = play.now() + validity_secs as i64 - if is_within { 0 } else { 5_000 };
    play.call(instruction::post_forecast(forecaster, play.cast.view.address, scale_bps, expires_at))?.ok();
    Ok(())
}
