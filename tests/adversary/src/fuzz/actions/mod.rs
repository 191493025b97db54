//! Everything that anybody does in a history. An action draws what it needs from its own random numbers and from the state that it
//! finds, so that a history stays playable when actions are left out of it.

mod admin;
mod evil;
pub mod governance;
mod keeper;
mod outside;
mod user;

use {
    super::{
        cast::USERS,
        play::{Play, Played},
    },
    ballast_tests::random::Random,
};

/// One kind of action.
pub struct Action {
    /// What it is called in stories.
    pub name: &'static str,
    /// How often it is drawn, relative to others.
    weight: u64,
    /// Plays it.
    pub play: fn(&mut Play, &mut Random) -> Played,
}

/// Every kind of action. An instruction of the program that none of them sends fails a test.
pub const ACTIONS: &[Action] = &[
    // Outsiders and the clock.
    Action { name: "a quiet while passes", weight: 14, play: outside::quiet },
    Action { name: "time passes", weight: 4, play: outside::wait },
    Action { name: "the market moves", weight: 6, play: outside::shift },
    Action { name: "the market crashes", weight: 1, play: outside::crash },
    Action { name: "a strange price is published", weight: 2, play: outside::strange_price },
    Action { name: "a trader swaps", weight: 4, play: outside::swap },
    Action { name: "a pool drains", weight: 1, play: outside::drain },
    Action { name: "somebody donates", weight: 2, play: outside::donate },
    Action { name: "an issuer freezes", weight: 1, play: outside::freeze },
    Action { name: "an issuer thaws", weight: 3, play: outside::thaw },
    // Keepers.
    Action { name: "refresh_prices", weight: 4, play: keeper::refresh },
    Action { name: "rebalance", weight: 16, play: keeper::rebalance },
    Action { name: "observe", weight: 5, play: keeper::observe },
    Action { name: "preview_rebalance", weight: 2, play: keeper::preview },
    Action { name: "post_forecast", weight: 2, play: keeper::forecast },
    Action { name: "collect_fees", weight: 2, play: keeper::collect_fees },
    Action { name: "a keeper tops up the crank fund", weight: 1, play: keeper::top_up },
    Action { name: "trip_breaker", weight: 4, play: keeper::trip },
    // Depositors.
    Action { name: "deposit_in_kind", weight: 6, play: user::deposit_in_kind },
    Action { name: "redeem_in_kind", weight: 6, play: user::redeem_in_kind },
    Action { name: "open_claims", weight: 1, play: user::open_claims },
    Action { name: "claim", weight: 2, play: user::claim },
    Action { name: "close_claims", weight: 1, play: user::close_claims },
    Action { name: "deposit_single", weight: 8, play: user::deposit_single },
    Action { name: "redeem_single", weight: 6, play: user::redeem_single },
    Action { name: "a flash deposit", weight: 2, play: user::flash },
    Action { name: "everybody leaves, in a copy of the world", weight: 1, play: user::everybody_leaves },
    // Roles, and strangers who try the same.
    Action { name: "set_pause", weight: 2, play: admin::pause },
    Action { name: "start_ramp", weight: 1, play: admin::ramp },
    Action { name: "register_route", weight: 1, play: admin::register },
    Action { name: "configure_strategy", weight: 1, play: admin::configure },
    Action { name: "propose_admin", weight: 1, play: admin::propose },
    Action { name: "accept_admin", weight: 1, play: admin::accept },
    Action { name: "initialize_vault", weight: 1, play: admin::initialize },
    Action { name: "queue_change", weight: 3, play: governance::queue },
    Action { name: "apply_change", weight: 4, play: governance::apply },
    Action { name: "cancel_change", weight: 1, play: governance::cancel },
    Action { name: "tighten", weight: 1, play: governance::tighten },
    Action { name: "clear_breaker", weight: 5, play: governance::clear },
    Action { name: "quarantine", weight: 1, play: governance::quarantine },
    Action { name: "close_route", weight: 1, play: governance::close_route },
    Action { name: "close_reserve or close_vault", weight: 1, play: governance::close_early },
    // The evil ones.
    Action { name: "tampered accounts", weight: 4, play: evil::tamper },
    Action { name: "a sandwich", weight: 2, play: evil::sandwich },
];

/// Draws the position of a kind of action.
pub fn draw(random: &mut Random) -> usize {
    let mut ticket = random.below(ACTIONS.iter().map(|action| action.weight).sum());
    for (position, action) in ACTIONS.iter().enumerate() {
        match ticket.checked_sub(action.weight) {
            Some(rest) => ticket = rest,
            None => return position,
        }
    }
    unreachable!("a ticket is below the sum of all weights")
}

/// A depositor.
fn user(random: &mut Random) -> usize {
    USERS.start + random.below(USERS.len() as u64) as usize
}

/// Whoever should do something, or now and then somebody else.
fn person(random: &mut Random, expected: usize) -> usize {
    if random.one_in(5) { random.below(super::cast::PEOPLE.len() as u64) as usize } else { expected }
}

/// A part of what somebody has; all of it once in five times.
fn part(random: &mut Random, whole: u64) -> u64 {
    match random.below(5) {
        0 => whole,
        1 => random.below(100).min(whole),
        _ if whole == 0 => 0,
        _ => random.sized(1..=whole),
    }
}
