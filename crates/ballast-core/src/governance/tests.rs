//! Each field's direction once more, independent of the rules' own list.

use super::*;
use crate::MAX_ASSETS;
use crate::limits;
use crate::risk::breaker;

/// Which changes of a number loosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loosens {
    Up,
    Down,
    BothWays,
}
use Loosens::*;

/// Changes each field of a struct both ways, and asserts that it is that field which loosens, or that none does.
macro_rules! assert_directions {
    ($base:expr, $name:ident { $($field:ident: $direction:expr),* $(,)? }) => {{
        let base: $name = $base;
        // A new field is missing here until somebody has thought about it.
        let $name { $($field: _),* } = base;
        assert_eq!(base.loosened(&base), None);
        $(
            let with = |$field| base.loosened(&$name { $field, ..base });
            let field = Some(stringify!($field));
            let (up, down) = (with(base.$field + 1), with(base.$field - 1));
            let expected = match $direction {
                Up => (field, None),
                Down => (None, field),
                BothWays => (field, field),
            };
            assert_eq!((up, down), expected, "{}", stringify!($field));
        )*
    }};
}

/// Every number in the middle, so that it can go both ways.
fn middling_limits() -> Limits {
    Limits { management_fee_bps: 100, crank_reward_lamports: 10_000, max_daily_crank_lamports: 100_000, ..limits::DEFAULT }
}

#[test]
fn each_limit_has_its_direction() {
    assert_directions!(
        middling_limits(),
        Limits {
            min_trade_usd: Down,
            max_price_age_secs: Up,
            min_interval_secs: Down,
            timelock_secs: Down,
            change_window_secs: Up,
            max_daily_turnover_bps: Up,
            crank_reward_lamports: Up,
            max_daily_crank_lamports: Up,
            max_conf_bps: Up,
            max_slippage_bps: Up,
            max_pool_deviation_bps: Up,
            max_pool_impact_bps: Up,
            max_trade_bps: Up,
            max_daily_loss_bps: Up,
            entry_fee_bps: BothWays,
            exit_fee_bps: BothWays,
            management_fee_bps: Up,
            max_ramp_bps_per_day: Up,
        }
    );
}

#[test]
fn each_breaker_has_its_direction() {
    // Bit 0 alone: one more is another bit, one less is none.
    let base = Breakers { hard_mask: 1, min_pool_depth_usd: 1_000_000, ..breaker::DEFAULT };
    assert_directions!(
        base,
        Breakers {
            min_pool_depth_usd: Down,
            cooldown_secs: Down,
            average_secs: BothWays,
            hard_mask: BothWays,
            max_loss_used_bps: Up,
            max_jump_bps: Up,
            max_divergence_bps: Up,
            max_conf_bps: Up,
            max_pool_before_bps: Up,
            max_pool_after_bps: Up,
            max_day_drawdown_bps: Up,
            max_week_drawdown_bps: Up,
            max_month_drawdown_bps: Up,
        }
    );
}

#[test]
fn a_breaker_may_become_hard_and_not_soft() {
    let with = |hard_mask| Breakers { hard_mask, ..breaker::DEFAULT };
    let loosened = |old, new| with(old).loosened(&with(new));
    for bit in 0..7 {
        assert_eq!(loosened(0, 1 << bit), None);
        assert_eq!(loosened(0x7f & !(1 << bit), 0x7f), None);
        assert_eq!(loosened(1 << bit, 0), Some("hard_mask"));
        // One more that is hard does not make up for one that is not any more.
        assert_eq!(loosened(1 << bit, 0x7f & !(1 << bit)), Some("hard_mask"));
    }
}

fn stress(max_loss_bps: u16, shocks: &[i16]) -> Stress {
    let mut stress = Stress { max_loss_bps, ..stress::DEFAULT };
    for (shock, move_bps) in stress.shocks.iter_mut().zip(shocks) {
        shock.moves_bps[0] = *move_bps;
    }
    stress
}

#[test]
fn stress_loss_may_fall_and_first_shocks_may_come() {
    // Exhaustive, as above.
    let Stress { max_loss_bps: _, shocks: _ } = stress::DEFAULT;
    let loosened = |old: Stress, new: Stress| old.loosened(&new);
    assert_eq!(loosened(stress(500, &[-100]), stress(499, &[-100])), None);
    assert_eq!(loosened(stress(500, &[-100]), stress(501, &[-100])), Some("max_loss_bps"));
    assert_eq!(loosened(stress(500, &[]), stress(500, &[-100, -200])), None);
    assert_eq!(loosened(stress(500, &[-100]), stress(500, &[])), Some("shocks"));
    assert_eq!(loosened(stress(500, &[-100]), stress(500, &[-100, -200])), Some("shocks"), "another one may let trades pass");
    assert_eq!(loosened(stress(500, &[-100, -200]), stress(500, &[-200, -100])), Some("shocks"));
}

#[test]
fn each_move_of_each_shock_loosens() {
    let mut base = stress::DEFAULT;
    base.shocks.iter_mut().for_each(|shock| shock.moves_bps = [-500; MAX_ASSETS]);
    for shock in 0..stress::MAX_SHOCKS {
        for asset in 0..MAX_ASSETS {
            for move_bps in [-501, -499, 0, 500] {
                let mut new = base;
                new.shocks[shock].moves_bps[asset] = move_bps;
                assert_eq!(base.loosened(&new), Some("shocks"), "{shock} {asset} {move_bps}");
            }
        }
    }
}

#[test]
fn what_tightens_elsewhere_does_not_hide_what_loosens() {
    let base = middling_limits();
    let mut new = Limits { max_slippage_bps: 1, max_trade_bps: 1, timelock_secs: 2_592_000, max_conf_bps: 1, ..base };
    assert_eq!(base.loosened(&new), None);
    new.max_ramp_bps_per_day += 1;
    assert_eq!(base.loosened(&new), Some("max_ramp_bps_per_day"));
    new.max_price_age_secs += 1;
    assert_eq!(base.loosened(&new), Some("max_price_age_secs"), "the first of several, in the order of the account");
}

#[test]
fn to_the_strictest_bound_is_tighter() {
    // What the compiled bounds allow at most, for whoever may only tighten.
    let base = middling_limits();
    let strictest = Limits {
        min_trade_usd: 1_000_000_000_000,
        max_price_age_secs: 1,
        min_interval_secs: 31_536_000,
        timelock_secs: 2_592_000,
        change_window_secs: 86_400,
        max_daily_turnover_bps: 1,
        crank_reward_lamports: 0,
        max_daily_crank_lamports: 0,
        max_conf_bps: 1,
        max_slippage_bps: 1,
        max_pool_deviation_bps: 1,
        max_pool_impact_bps: 1,
        max_trade_bps: 1,
        max_daily_loss_bps: 1,
        management_fee_bps: 0,
        max_ramp_bps_per_day: 0,
        ..base
    };
    assert_eq!((base.loosened(&strictest), strictest.validate()), (None, Ok(())));
    assert_eq!(strictest.loosened(&base), Some("min_trade_usd"), "and back only after the timelock");
}
