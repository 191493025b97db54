//! Games with the management fee: it is a part of all shares for each second, whoever makes it accrue, and however often.

use {
    crate::market::{FREE, Market, standard, told},
    ballast_adversary::exits::tokens,
    ballast_client::instruction,
    ballast_tests::{Keypair, Signer, reference},
    std::sync::Arc,
};

/// Seconds in a year of 365 days.
const YEAR_SECS: u32 = 31_536_000;
/// The compiled ceiling.
const MAX_FEE_BPS: u16 = 500;

/// A market whose vault charges the highest fee, and whoever gets it, with an account for it.
fn charged() -> (Market, Arc<Keypair>) {
    let mut config = standard();
    config.limits.management_fee_bps = MAX_FEE_BPS;
    let mut market = Market::new(config, 1_000_000, FREE);
    let recipient = Arc::new(market.scene.world.wallet("fee recipient"));
    let share_mint = market.scene.view.share_mint;
    market.scene.world.create_token_account(&recipient.pubkey(), &share_mint);
    market.scene.edit_vault(|vault| vault.fee_recipient = recipient.pubkey());
    (market, recipient)
}

/// Mints what has accrued.
fn collect(market: &mut Market, recipient: &Keypair) -> bool {
    let collect = instruction::collect_fees(&market.scene.view, &recipient.pubkey());
    market.scene.keep(collect).is_ok()
}

/// Who comes after a year that nobody accrued, and leaves at once, neither pays for it nor is paid by it.
#[test]
fn in_and_out_around_an_accrual_wins_and_costs_nothing() {
    let (mut market, recipient) = charged();
    market.scene.pass(YEAR_SECS);
    let mut quiet = market.clone();
    collect(&mut quiet, &recipient);
    let part = |market: &Market| reference::parts_down(&market.scene.vault(), market.scene.shares_of(&market.scene.admin));
    for dollars in [1, 1_000, 10_000_000] {
        for is_collected_between in [false, true] {
            let mut market = market.clone();
            let attacker = market.attacker.clone();
            let own = tokens(&market.scene, &attacker);
            market.join(dollars);
            if is_collected_between {
                assert!(collect(&mut market, &recipient));
            }
            market.leave();
            for (before, after) in own.iter().zip(tokens(&market.scene, &attacker)) {
                assert!(after <= *before && before - after <= 1, "{dollars} $: {before} became {after}");
            }
            // A unit of each asset that rounding left to them.
            for (undisturbed, stayed) in part(&quiet).iter().zip(part(&market)) {
                assert!(stayed >= *undisturbed && stayed - undisturbed <= 1, "{dollars} $: {undisturbed} became {stayed}");
            }
        }
    }
}

/// By one asset, the same: before the accrual and after it, a depositor gets for their money what the entry fee leaves.
#[test]
fn one_asset_around_an_accrual_wins_nothing() {
    let (mut market, recipient) = charged();
    market.scene.pass(YEAR_SECS);
    for is_collected_between in [false, true] {
        for index in [0, 1] {
            let gain = market.play(|market| {
                (market.deposit_most(index, u64::MAX) > 0).then_some(())?;
                if is_collected_between {
                    collect(market, &recipient);
                }
                market.redeem_most(index);
                market.leave();
                Some(())
            });
            let gain = gain.expect("deposits and redemptions are open");
            assert!(gain.attacker_usd < 0, "{}", told(&gain));
        }
    }
}

/// Who is in for a year and leaves before anybody made the fee accrue pays it all the same: `1 − exp(−0.05)` of their part.
#[test]
fn leaving_before_the_accrual_does_not_save_the_fee() {
    let (mut market, recipient) = charged();
    market.join(100_000);
    market.scene.pass(YEAR_SECS);
    let attacker = market.attacker.clone();
    let paid = |market: &Market, is_collected: bool| {
        let mut market = market.clone();
        if is_collected {
            assert!(collect(&mut market, &recipient));
        }
        let own = tokens(&market.scene, &attacker);
        market.leave();
        tokens(&market.scene, &attacker).iter().zip(own).map(|(after, before)| after - before).collect::<Vec<_>>()
    };
    assert_eq!(paid(&market, false), paid(&market, true));
    let (part, kept) = (market.scene.assets[0].units(100_000) as f64, paid(&market, true)[0] as f64);
    // 365 days of a year of 365.25.
    let expected = (-0.05f64 * 365.0 / 365.25).exp();
    assert!((kept / part - expected).abs() < 1e-9, "{} instead of {expected}", kept / part);
}

/// A recipient who collects every second gets what one who waits gets, to a raw share.
#[test]
fn accruing_every_second_wins_the_recipient_nothing() {
    const SECS: u32 = 400;
    let (mut eager, recipient) = charged();
    let mut patient = eager.clone();
    let done = (0..SECS).filter(|_| {
        eager.scene.world.advance(1);
        collect(&mut eager, &recipient)
    });
    assert_eq!(done.count(), SECS as usize, "something accrues in every second");
    patient.scene.world.advance(SECS);
    assert!(collect(&mut patient, &recipient));
    let [eager, patient] = [&eager, &patient].map(|market| market.scene.shares_of(&recipient));
    println!("{SECS} seconds: {eager} shares by the second, {patient} at once");
    assert!(eager.abs_diff(patient) <= 1);
}

/// A vault that is a thousand times as large for no time at all owes no more for it.
#[test]
fn a_flash_deposit_does_not_enlarge_the_fee() {
    let (mut market, recipient) = charged();
    market.scene.pass(YEAR_SECS);
    let mut plain = market.clone();
    assert!(collect(&mut plain, &recipient));
    market.join(50_000_000);
    collect(&mut market, &recipient);
    let again = collect(&mut market, &recipient);
    market.leave();
    assert!(!again, "nothing is owed for no time");
    let [plain, flashed] = [&plain, &market].map(|market| market.scene.shares_of(&recipient));
    assert!(plain.abs_diff(flashed) <= 1, "{plain} and {flashed}");
}
