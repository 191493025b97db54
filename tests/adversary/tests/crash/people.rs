//! Users who deposit, and mostly leave, while prices fall.

use ballast::{
    error::BallastError,
    instructions::{DepositInKindArgs, RedeemInKindArgs},
};
use ballast_tests::{Failure, Keypair, Outcome, reference, scene::Scene};
use fastrand::Rng;

/// What one-asset operations may answer besides success.
const SINGLE: [BallastError; 5] = [
    BallastError::PriceStale,
    BallastError::LeavesBand,
    BallastError::InsufficientReserve,
    BallastError::PriceDislocated,
    BallastError::Halted,
];

/// Fails where a transaction failed with an error that is not listed.
#[track_caller]
pub fn require_listed(what: &str, result: &Result<Outcome, Failure>, listed: &[BallastError]) {
    let Err(failure) = result else { return };
    let is_listed = listed.iter().any(|error| failure.code() == Some(u32::from(*error)));
    assert!(is_listed, "{what} failed with an error that is not listed: {failure}");
}

/// One user does something at random.
pub fn act(scene: &mut Scene, user: &Keypair, rng: &mut Rng) {
    let (asset, shares) = (rng.usize(..scene.assets.len()), scene.shares_of(user));
    // Far more leave than come.
    match rng.usize(..8) {
        0 => {
            let max_amounts = scene.assets.iter().map(|asset| asset.units(rng.u64(1_000..20_000))).collect();
            let deposited = scene.deposit(user, DepositInKindArgs { max_amounts, min_shares: 0 });
            require_listed("a deposit in kind", &deposited, &[]);
        }
        1 => {
            let amount = scene.assets[asset].units(rng.u64(100..10_000));
            let deposited = scene.deposit_single(user, asset as u8, amount, 0);
            require_listed("a deposit of one asset", &deposited, &SINGLE);
        }
        2 | 3 if shares > 0 => {
            let redeemed = scene.redeem_single(user, asset as u8, rng.u64(1..=shares.div_ceil(10)), 0);
            require_listed(
                "a redemption for one asset",
                &redeemed,
                &[SINGLE.as_slice(), &[BallastError::AmountTooSmall]].concat(),
            );
        }
        _ if shares > 0 => redeem_in_kind(scene, user, rng.u64(1..=shares.div_ceil(4))),
        _ => {}
    }
}

/// Redeems in kind. Never fails, and pays exactly the shares' part of everything.
fn redeem_in_kind(scene: &mut Scene, user: &Keypair, shares: u64) {
    let expected = reference::parts_down(&scene.vault(), shares);
    if expected.iter().all(|amount| *amount == 0) {
        return;
    }
    let args = RedeemInKindArgs { shares, min_amounts: expected, skip_mask: 0, forfeit_mask: 0 };
    let redeemed = scene.redeem(user, args);
    require_listed("a redemption in kind", &redeemed, &[]);
}
