//! Games with quarantine: an issuer freezes a reserve, has the asset quarantined, and knows when it will be thawed and released.
//! Meanwhile the asset counts for nothing in one-asset exchanges, and as ever in kind.

use {
    crate::market::{FREE, Market, best, standard, told},
    ballast::{error::BallastError, instructions::RedeemInKindArgs, state::AssetStatus},
    ballast_client::instruction,
    ballast_tests::{
        Signer,
        attack::assert_fails,
        scene::{AssetSpec, Config},
    },
};

/// The asset that is frozen.
const FROZEN: usize = 2;

/// What the attacker does between the freeze and the release, in this order.
#[derive(Clone, Copy, Debug)]
struct Choice {
    /// Holds shares since before.
    is_in_before: bool,
    /// Redeems as much as the bands allow for this asset while the third is frozen.
    redeems: Option<usize>,
    /// Leaves in kind while it is frozen, the frozen asset to be claimed.
    claims: bool,
    /// Comes in (again) in kind after the thaw, before the release.
    joins_thawed: bool,
}

fn choices() -> impl Iterator<Item = Choice> {
    (0..24).map(|n| Choice {
        is_in_before: n % 2 == 0,
        claims: n / 2 % 2 == 0,
        joins_thawed: n / 4 % 2 == 0,
        redeems: [None, Some(0), Some(1)][n / 8],
    })
}

fn play(market: &mut Market, choice: Choice) -> Option<()> {
    let (attacker, view) = (market.attacker.clone(), market.scene.view.clone());
    if choice.is_in_before {
        market.join(30_000);
    }
    let reserve = view.assets[FROZEN].reserve;
    market.scene.world.freeze(&reserve);
    let quarantine = instruction::quarantine(attacker.pubkey(), &view, FROZEN as u8).expect("an asset");
    market.send(&[quarantine]).expect("anybody quarantines what is frozen");
    // Nobody comes in by one asset, at a value that leaves out what is frozen.
    let dollar = market.scene.assets[0].units(1);
    assert_fails(market.scene.deposit_single(&attacker, 0, dollar, 0), BallastError::Quarantined);
    if let Some(index) = choice.redeems {
        market.redeem_most(index);
    }
    let is_claiming = choice.claims && market.scene.shares_of(&attacker) > 0;
    if is_claiming {
        market.send(&[instruction::open_claims(attacker.pubkey(), view.address)]).expect("claims are opened");
        let shares = market.scene.shares_of(&attacker);
        let args = RedeemInKindArgs { shares, min_amounts: vec![0; 3], skip_mask: 1 << FROZEN, forfeit_mask: 0 };
        market.scene.redeem(&attacker, args).expect("in kind is open");
    }
    market.scene.world.thaw(&reserve);
    if choice.joins_thawed {
        market.join(30_000);
    }
    market.scene.edit_vault(|vault| vault.assets[FROZEN].status = AssetStatus::Active as u8);
    market.leave();
    if is_claiming {
        let claim = instruction::claim(attacker.pubkey(), &view, FROZEN as u8).expect("an asset");
        market.send(&[claim]).expect("the claim is paid");
    }
    Some(())
}

#[test]
fn freezing_and_quarantining_wins_the_issuer_nothing() {
    let mut config = Config { limits: standard().limits, ..Config::of(vec![]) };
    config.assets = [(6, 100_000_000, 4_000), (9, 5_000_000_000, 3_000), (6, 200_000_000, 3_000)]
        .map(|(decimals, price_e8, target_bps)| AssetSpec::spl(decimals, price_e8, target_bps))
        .to_vec();
    // No fees in the way.
    (config.limits.entry_fee_bps, config.limits.exit_fee_bps) = (0, 0);
    let market = Market::new(config, 1_000_000, FREE);
    best("quarantine", choices(), |choice| {
        let gain = market.play(|market| play(market, choice))?;
        assert!(gain.attacker_usd <= 0 && gain.stayers_usd >= -1, "{choice:?}: {}", told(&gain));
        Some(gain)
    });
}
