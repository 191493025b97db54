//! Governance: which changes of a vault's parameters loosen it.
//!
//! A change tightens where the vault can do nothing after it that it could not do before; that takes effect at once. Any other
//! change loosens, also one of which nobody can say, and waits for the timelock. Code decides this, field by field.

use crate::limits::Limits;
use crate::risk::breaker::Breakers;
use crate::risk::stress::{self, Shock, Stress};

/// Gives each field of a struct the rule by which its change loosens. A field without a rule does not compile.
macro_rules! directions {
    ($name:ident { $($field:ident: $loosens:path),* $(,)? }) => {
        impl $name {
            /// The first field that `new` loosens; `None` where it loosens nothing.
            pub fn loosened(&self, new: &Self) -> Option<&'static str> {
                let Self { $($field),* } = self;
                let loosened = [$(($loosens($field, &new.$field), stringify!($field))),*];
                loosened.into_iter().find(|(is_loosened, _)| *is_loosened).map(|(_, field)| field)
            }
        }
    };
}

directions!(Limits {
    // A larger least trade leaves out trades that were made before.
    min_trade_usd: when_lower,
    max_price_age_secs: when_higher,
    min_interval_secs: when_lower,
    timelock_secs: when_lower,
    change_window_secs: when_higher,
    max_daily_turnover_bps: when_higher,
    crank_reward_lamports: when_higher,
    max_daily_crank_lamports: when_higher,
    max_conf_bps: when_higher,
    max_slippage_bps: when_higher,
    max_pool_deviation_bps: when_higher,
    max_pool_impact_bps: when_higher,
    max_trade_bps: when_higher,
    max_daily_loss_bps: when_higher,
    // A lower fee leaves those who stay with less, a higher one those who come and go.
    entry_fee_bps: when_different,
    exit_fee_bps: when_different,
    management_fee_bps: when_higher,
    max_ramp_bps_per_day: when_higher,
});

directions!(Breakers {
    min_pool_depth_usd: when_lower,
    cooldown_secs: when_lower,
    // A faster average follows a slide that a slower one would call a jump, and the other way round.
    average_secs: when_different,
    hard_mask: when_bits_go,
    max_loss_used_bps: when_higher,
    max_jump_bps: when_higher,
    max_divergence_bps: when_higher,
    max_conf_bps: when_higher,
    max_pool_before_bps: when_higher,
    max_pool_after_bps: when_higher,
    max_day_drawdown_bps: when_higher,
    max_week_drawdown_bps: when_higher,
    max_month_drawdown_bps: when_higher,
});

directions!(Stress { max_loss_bps: when_higher, shocks: when_shocks_change });

fn when_lower<T: PartialOrd>(old: &T, new: &T) -> bool {
    new < old
}

fn when_higher<T: PartialOrd>(old: &T, new: &T) -> bool {
    new > old
}

fn when_different<T: PartialEq>(old: &T, new: &T) -> bool {
    new != old
}

/// A set of bits may grow.
fn when_bits_go(old: &u32, new: &u32) -> bool {
    old & !new != 0
}

/// First shocks forbid trades; any others may allow some. Beyond the limit a trade has to lower the worst loss, and a new shock
/// that is worse than the old ones would let trades pass that lower it and raise theirs.
fn when_shocks_change(old: &[Shock; stress::MAX_SHOCKS], new: &[Shock; stress::MAX_SHOCKS]) -> bool {
    let is_first = old.first().is_none_or(|shock| *shock == Shock::default());
    !is_first && old != new
}

#[cfg(test)]
mod tests;
