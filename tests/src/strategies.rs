//! Strategies to test with, and what a scene's people do with them.

use {
    crate::{
        random::Random,
        scene::Scene,
        transaction::{Failure, Outcome},
    },
    ballast::instructions::{ConfigureStrategyArgs, WeightBounds},
    ballast_client::instruction,
    ballast_core::{
        statistics::Sampling,
        strategy::{
            Strategy,
            band::{ForecastBand, VolatilityBand},
            execution::Execution,
            gate::Gate,
            schedule::Schedule,
            target::{Floor, MeanReversion, Momentum, Movement, VolatilityTarget},
        },
    },
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// Prices are observed every ten minutes; ten observations make warm statistics.
pub const SAMPLING: Sampling =
    Sampling { spacing_secs: 600, max_gap_secs: 7_200, fast_half_life_secs: 1_800, slow_half_life_secs: 6_000, winsor_e2: 500 };

/// Observations until statistics are warm: one more than the slow half-life has spacings, since the first one only looks.
pub const WARM_OBSERVATIONS: usize = 11;

/// Plain trading on drift, with observed prices.
pub fn observing() -> Strategy {
    Strategy { sampling: SAMPLING, ..Strategy::plain() }
}

/// Every part on. The first asset is the safe one.
pub fn every_part() -> Strategy {
    Strategy {
        sampling: SAMPLING,
        volatility_band: VolatilityBand { reference_vol_bps: 6_000, min_scale_bps: 5_000, max_scale_bps: 20_000 },
        forecast_band: ForecastBand { max_scale_bps: 20_000, min_scale_bps: 5_000, max_validity_secs: 86_400 },
        schedule: Schedule { interval_secs: 86_400, window_secs: 3_600, dust_bps: 10 },
        gate: Gate { horizon_secs: 31_536_000, risk_aversion_e2: 1_000, min_ratio_bps: 10_000, max_drift_bps: 5_000 },
        execution: Execution { recentre_bps: 2_500, min_trade_bps: 1, jitter_period_secs: 600, jitter_window_secs: 600 },
        floor: Floor { multiplier_e2: 300, floor_bps: 7_000, ratchet_bps: 8_000 },
        volatility_target: VolatilityTarget { target_vol_bps: 4_000 },
        mean_reversion: MeanReversion { strength_bps: 10_000, max_tilt_bps: 1_000 },
        momentum: Momentum { strength_bps: 10_000, max_tilt_bps: 1_000 },
        movement: Movement { max_change_bps: 100, safe_asset: 0 },
    }
}

impl Scene {
    /// The arguments that give this scene's vault its strategy.
    pub fn configure_args(&self) -> ConfigureStrategyArgs {
        let bounds = |target_bps: u16| WeightBounds {
            min_bps: target_bps.saturating_sub(self.config.slack_bps),
            max_bps: (target_bps + self.config.slack_bps).min(ballast_core::BPS),
        };
        ConfigureStrategyArgs {
            strategy: self.config.strategy,
            forecaster: self.forecaster.pubkey(),
            bounds: self.assets.iter().map(|asset| bounds(asset.spec.target_bps)).collect(),
        }
    }

    /// `signer` configures the strategy.
    pub fn configure_by(&mut self, signer: &Keypair, args: ConfigureStrategyArgs) -> Result<Outcome, Failure> {
        let configure = instruction::configure_strategy(signer.pubkey(), self.view.address, args);
        self.send(&[configure], &[signer])
    }

    /// The admin configures the strategy.
    pub fn configure(&mut self, args: ConfigureStrategyArgs) -> Result<Outcome, Failure> {
        let admin = self.admin.clone();
        self.configure_by(&admin, args)
    }

    /// The keeper observes.
    pub fn observe(&mut self) -> Result<Outcome, Failure> {
        self.keep(instruction::observe(self.view.address))
    }

    /// The admin starts a ramp.
    pub fn start_ramp(&mut self, targets_bps: &[u16], duration_secs: u32) -> Result<Outcome, Failure> {
        let admin = self.admin.clone();
        self.start_ramp_by(&admin, targets_bps, duration_secs)
    }

    /// `signer` starts a ramp.
    pub fn start_ramp_by(&mut self, signer: &Keypair, targets_bps: &[u16], secs: u32) -> Result<Outcome, Failure> {
        let ramp = instruction::start_ramp(signer.pubkey(), self.view.address, targets_bps.to_vec(), secs);
        self.send(&[ramp], &[signer])
    }

    /// The forecaster posts a forecast.
    pub fn post_forecast(&mut self, scale_bps: u64, expires_at: i64) -> Result<Outcome, Failure> {
        let forecaster = self.forecaster.clone();
        let post = instruction::post_forecast(forecaster.pubkey(), self.view.address, scale_bps, expires_at);
        self.send(&[post], &[&forecaster])
    }

    /// Moves all prices but the first asset's by random steps, brings the pools to the market, and observes, each a spacing
    /// after the last.
    pub fn live(&mut self, random: &mut Random, observations: usize, step_bps: u64) {
        for _ in 0..observations {
            let prices: Vec<_> =
                (1..self.assets.len()).map(|index| (index, random.step(self.assets[index].spec.price_e8, step_bps))).collect();
            self.shift(&prices, self.config.strategy.sampling.spacing_secs);
            self.observe().expect("an observation");
        }
    }
}
