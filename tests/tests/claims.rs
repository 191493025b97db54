//! Exits that nobody can block: whatever an issuer freezes, pauses or takes, everything else is paid at once, and what is not
//! becomes a claim or is forfeited.

use anchor_lang::error::ErrorCode;
use anchor_spl::token::spl_token::error::TokenError;
use anchor_spl::token_2022::spl_token_2022::error::TokenError as Token2022Error;
use ballast::error::BallastError;
use ballast::events::{Claimed, RedeemedInKind};
use ballast::instructions::RedeemInKindArgs;
use ballast::state::{AssetStatus, Claims, Vault, pause};
use ballast_client::{Pubkey, VaultView, address, instruction};
use ballast_tests::attack::{Expected, assert_fails};
use ballast_tests::issuer::Issuer;
use ballast_tests::random::Random;
use ballast_tests::reference::parts_down;
use ballast_tests::scene::{Config, Scene, event};
use ballast_tests::seed::seed;
use ballast_tests::{Keypair, Signer};
use solana_transaction::InstructionError;

/// What happened to an asset.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    FrozenReserve,
    FrozenHolder,
    /// Of a Token-2022 mint alone.
    Paused,
}

impl Trouble {
    fn begin(self, issuer: &Issuer, scene: &mut Scene, user: &Keypair, asset: usize) {
        match self {
            Trouble::FrozenReserve => issuer.freeze_reserve(scene, asset),
            Trouble::FrozenHolder => issuer.freeze(scene, asset, holder(scene, user, asset)),
            Trouble::Paused => issuer.pause(scene, asset),
        }
    }

    fn end(self, issuer: &Issuer, scene: &mut Scene, user: &Keypair, asset: usize) {
        match self {
            Trouble::FrozenReserve => issuer.thaw_reserve(scene, asset),
            Trouble::FrozenHolder => issuer.thaw(scene, asset, holder(scene, user, asset)),
            Trouble::Paused => issuer.resume(scene, asset),
        }
    }

    fn error(self) -> Expected {
        match self {
            Trouble::FrozenReserve | Trouble::FrozenHolder => TokenError::AccountFrozen.into(),
            Trouble::Paused => InstructionError::Custom(Token2022Error::MintPaused as u32).into(),
        }
    }
}

/// Every asset of a vault of four, two of them Token-2022, and what can happen to it.
const TROUBLES: [(usize, Trouble); 10] = [
    (0, Trouble::FrozenReserve),
    (1, Trouble::FrozenReserve),
    (2, Trouble::FrozenReserve),
    (3, Trouble::FrozenReserve),
    (0, Trouble::FrozenHolder),
    (1, Trouble::FrozenHolder),
    (2, Trouble::FrozenHolder),
    (3, Trouble::FrozenHolder),
    (1, Trouble::Paused),
    (3, Trouble::Paused),
];

fn holder(scene: &Scene, user: &Keypair, asset: usize) -> Pubkey {
    scene.world.token_address(&user.pubkey(), &scene.assets[asset].mint)
}

/// A vault of 1,000 dollars, of which alice has some, in units that do not divide evenly.
fn funded(count: usize) -> (Issuer, Scene, Keypair) {
    let issuer = Issuer::default();
    let mut scene = Scene::funded(issuer.of(Config::mixed(count)), 1_000);
    let alice = scene.user("alice", 1_000);
    scene.deposit_part(&alice, &mut Random::new(1)).unwrap();
    scene.redeem_skipping(&alice, 7_654_321, 0, 0).unwrap();
    (issuer, scene, alice)
}

/// Every raw unit is somebody's: what shares are worth and what claims are owed is in the reserves, and nothing else is.
#[track_caller]
fn assert_books_balance(scene: &Scene, users: &[&Keypair]) {
    let claims: Vec<Claims> = users.iter().filter_map(|user| scene.claims_of(user)).collect();
    for (index, (asset, view)) in scene.vault().assets().iter().zip(&scene.view.assets).enumerate() {
        assert_eq!(asset.balance + asset.owed, scene.world.balance(&view.reserve), "asset {index}");
        assert_eq!(asset.owed, claims.iter().map(|claims| claims.amounts[index]).sum::<u64>(), "asset {index}");
    }
}

fn balances(scene: &Scene, user: &Keypair) -> Vec<u64> {
    scene.assets.iter().map(|asset| scene.world.balance_of(&user.pubkey(), &asset.mint)).collect()
}

#[test]
fn redeem_in_kind_pays_the_others_and_claims_what_is_stuck_until_it_is_not() {
    for (asset, trouble) in TROUBLES {
        let (issuer, mut scene, alice) = funded(4);
        trouble.begin(&issuer, &mut scene, &alice, asset);
        let (shares, mask) = (scene.shares_of(&alice) / 3, 1 << asset);
        let (vault, before, parts) = (scene.vault(), balances(&scene, &alice), parts_down(&scene.vault(), shares));
        assert_fails(scene.redeem_skipping(&alice, shares, 0, 0), trouble.error());
        assert_fails(scene.redeem_skipping(&alice, shares, mask, 0), ErrorCode::AccountOwnedByWrongProgram);
        scene.open_claims(&alice).unwrap();
        let args = RedeemInKindArgs { shares, min_amounts: parts.clone(), skip_mask: mask, forfeit_mask: 0 };
        let outcome = scene.redeem(&alice, args).unwrap();

        let event: RedeemedInKind = event(&outcome);
        assert_eq!((event.amounts, event.skip_mask, event.forfeit_mask), (parts.clone(), mask, 0));
        let after = scene.vault();
        for index in 0..4 {
            let paid = if index == asset { 0 } else { parts[index] };
            assert_eq!(balances(&scene, &alice)[index], before[index] + paid);
            assert_eq!(after.assets[index].balance, vault.assets[index].balance - parts[index], "no longer the others'");
        }
        assert_eq!((after.assets[asset].owed, scene.claims_of(&alice).unwrap().amounts[asset]), (parts[asset], parts[asset]));
        assert_books_balance(&scene, &[&alice]);

        assert_fails(scene.claim(&alice, asset as u8), trouble.error());
        assert_fails(scene.close_claims(&alice), BallastError::ClaimsOpen);
        trouble.end(&issuer, &mut scene, &alice, asset);
        assert_claim_is_paid(&mut scene, &alice, asset, parts[asset]);
        assert_eq!(balances(&scene, &alice)[asset], before[asset] + parts[asset]);
        assert_fails(scene.claim(&alice, asset as u8), BallastError::NothingOwed);
        assert_claims_close(&mut scene, &alice);
    }
}

#[track_caller]
fn assert_claim_is_paid(scene: &mut Scene, user: &Keypair, asset: usize, amount: u64) {
    let before = scene.vault();
    let outcome = scene.claim(user, asset as u8).unwrap();
    let (event, after): (Claimed, Vault) = (event(&outcome), scene.vault());
    assert_eq!((event.vault, event.slot, event.sequence), (scene.view.address, scene.world.clock().slot, before.sequence + 1));
    assert_eq!((event.owner, usize::from(event.asset), event.amount), (user.pubkey(), asset, amount));
    assert_eq!((event.claimed_after, event.owed_after), (0, after.assets[asset].owed));
    assert_eq!(after.assets[asset].owed, before.assets[asset].owed - amount);
    assert_eq!((after.assets[asset].balance, after.total_shares), (before.assets[asset].balance, before.total_shares));
    assert_books_balance(scene, &[user]);
}

#[track_caller]
fn assert_claims_close(scene: &mut Scene, user: &Keypair) {
    let claims = scene.world.account(&address::claims(&scene.view.address, &user.pubkey()));
    let before = scene.world.account(&user.pubkey()).lamports;
    scene.close_claims(user).unwrap();
    let fee = 5_000;
    assert_eq!(scene.world.account(&user.pubkey()).lamports, before + claims.lamports - fee, "the rent is back");
    assert!(scene.claims_of(user).is_none());
    scene.open_claims(user).unwrap();
    assert!(scene.claims_of(user).unwrap().is_empty(), "they may be opened again");
}

#[test]
fn redeem_in_kind_forfeits_what_the_holder_chooses_to() {
    for (asset, trouble) in TROUBLES {
        let (issuer, mut scene, alice) = funded(4);
        trouble.begin(&issuer, &mut scene, &alice, asset);
        let (shares, mask) = (scene.shares_of(&alice), 1 << asset);
        let (vault, before, parts) = (scene.vault(), balances(&scene, &alice), parts_down(&scene.vault(), shares));
        let outcome = scene.redeem_skipping(&alice, shares, mask, mask).unwrap();
        let event: RedeemedInKind = event(&outcome);
        assert_eq!((event.amounts, event.skip_mask, event.forfeit_mask), (parts.clone(), mask, mask));
        assert_eq!(scene.vault().assets[asset].balance, vault.assets[asset].balance, "it stays with the others");
        assert_eq!(scene.vault().assets[asset].owed, 0);
        for index in (0..4).filter(|index| *index != asset) {
            assert_eq!(balances(&scene, &alice)[index], before[index] + parts[index]);
        }
        assert_books_balance(&scene, &[]);
    }
}

#[test]
fn redeem_in_kind_claims_everything_where_everything_is_stuck() {
    let (issuer, mut scene, alice) = funded(4);
    (0..4).for_each(|asset| issuer.freeze_reserve(&mut scene, asset));
    let guardian = scene.guardian.clone();
    (0..4).for_each(|asset| drop(scene.quarantine(&guardian, asset).unwrap()));
    scene.edit_vault(|vault| vault.paused = pause::ALL);
    scene.open_claims(&alice).unwrap();
    let (shares, parts) = (scene.shares_of(&alice), parts_down(&scene.vault(), scene.shares_of(&alice)));
    scene.redeem_skipping(&alice, shares, 0b1111, 0b0001).unwrap();
    assert_eq!(scene.claims_of(&alice).unwrap().amounts[..4], [0, parts[1], parts[2], parts[3]]);
    for (asset, part) in parts.into_iter().enumerate().skip(1) {
        issuer.thaw_reserve(&mut scene, asset);
        assert_claim_is_paid(&mut scene, &alice, asset, part);
    }
}

#[test]
fn redeem_in_kind_refuses_masks_that_contradict_each_other() {
    let (_, mut scene, alice) = funded(2);
    scene.open_claims(&alice).unwrap();
    // Forfeited but not skipped; everything forfeited; assets that are not there.
    for (skip_mask, forfeit_mask) in [(0, 1), (0b01, 0b10), (0b01, 0b11), (0b11, 0b11), (0b100, 0), (1 << 15, 1 << 15)] {
        let result = scene.redeem_skipping(&alice, 1_000, skip_mask, forfeit_mask);
        assert_fails(result, BallastError::SkipMask);
    }
}

#[test]
fn redeem_in_kind_asks_for_claims_only_where_something_is_claimed() {
    let (_, mut scene, alice) = funded(2);
    let args = RedeemInKindArgs { shares: 1_000_000, min_amounts: vec![0, 0], skip_mask: 0b10, forfeit_mask: 0 };
    let mut claiming = instruction::redeem_in_kind(alice.pubkey(), &scene.view, args.clone());
    claiming.accounts[CLAIMS].pubkey = ballast::ID;
    claiming.accounts[CLAIMS].is_writable = false;
    assert_fails(scene.send(&[claiming], &[&alice]), BallastError::ClaimsMissing);
    // Passed without need, they stay as they are.
    scene.open_claims(&alice).unwrap();
    let mut paid = instruction::redeem_in_kind(alice.pubkey(), &scene.view, RedeemInKindArgs { forfeit_mask: 0b10, ..args });
    paid.accounts[CLAIMS].pubkey = address::claims(&scene.view.address, &alice.pubkey());
    paid.accounts[CLAIMS].is_writable = true;
    scene.send(&[paid], &[&alice]).unwrap();
    assert!(scene.claims_of(&alice).unwrap().is_empty());
}

/// Position of the claims among a redemption's accounts.
const CLAIMS: usize = 7;

#[test]
fn redeem_in_kind_counts_claimed_units_as_received_and_forfeited_ones_not() {
    let (_, mut scene, alice) = funded(2);
    scene.open_claims(&alice).unwrap();
    let parts = parts_down(&scene.vault(), 1_000_000);
    let redeem = |asset: usize, more: u64, forfeit_mask| {
        let mut min_amounts = vec![0, 0];
        min_amounts[asset] = if forfeit_mask == 0 { parts[asset] } else { 0 } + more;
        let mask = 1 << asset;
        scene.clone().redeem(&alice, RedeemInKindArgs { shares: 1_000_000, min_amounts, skip_mask: mask, forfeit_mask })
    };
    for asset in [0, 1] {
        redeem(asset, 0, 0).unwrap();
        assert_fails(redeem(asset, 1, 0), BallastError::BelowMinimum);
        redeem(asset, 0, 1 << asset).unwrap();
        assert_fails(redeem(asset, 1, 1 << asset), BallastError::BelowMinimum);
    }
}

/// A permanent delegate took half of the reserve. Claims are paid while there is something, and the rest stays owed.
#[test]
fn claim_pays_what_is_left_of_a_seized_reserve() {
    let (issuer, mut scene, alice) = funded(2);
    scene.open_claims(&alice).unwrap();
    let shares = scene.shares_of(&alice);
    scene.redeem_skipping(&alice, shares, 0b10, 0).unwrap();
    let Vault { assets, .. } = scene.vault();
    let (claimed, left) = (assets[1].owed, assets[1].owed / 2);
    issuer.seize(&mut scene, 1, assets[1].balance + assets[1].owed - left);
    let outcome = scene.claim(&alice, 1).unwrap();
    let event: Claimed = event(&outcome);
    assert_eq!((event.amount, event.claimed_after, event.owed_after), (left, claimed - left, claimed - left));
    assert_eq!(scene.claims_of(&alice).unwrap().amounts[1], claimed - left);
    assert_fails(scene.claim(&alice, 1), BallastError::NothingOwed);
}

#[test]
fn claims_go_where_their_owner_says() {
    let (_, mut scene, alice) = funded(2);
    scene.open_claims(&alice).unwrap();
    scene.redeem_skipping(&alice, 1_000_000, 0b01, 0).unwrap();
    let (owed, bob) = (scene.vault().assets[0].owed, scene.user("bob", 0));
    let mut claim = instruction::claim(alice.pubkey(), &scene.view, 0).unwrap();
    claim.accounts[DESTINATION].pubkey = holder(&scene, &bob, 0);
    scene.send(&[claim], &[&alice]).unwrap();
    assert_eq!(scene.world.balance_of(&bob.pubkey(), &scene.assets[0].mint), owed);
}

/// Position of the destination among a claim's accounts.
const DESTINATION: usize = 6;

/// Users come and go in any order, with assets freezing and thawing. Nobody is ever stuck, and no unit is lost or made.
#[test]
fn claims_conserve_every_unit_in_any_order() {
    let mut random = Random::new(seed("claims in any order"));
    for _ in 0..20 {
        let (issuer, mut scene, alice) = funded(4);
        let users = [alice, scene.user("bob", 1_000), scene.user("carol", 1_000)];
        users.iter().for_each(|user| drop(scene.open_claims(user).unwrap()));
        let mut is_frozen = [false; 4];
        for _ in 0..40 {
            act(&issuer, &mut scene, &users[random.below(3) as usize], &mut is_frozen, &mut random);
            assert_books_balance(&scene, &users.each_ref());
        }
        leave(&issuer, &mut scene, &users, is_frozen);
    }
}

/// Somebody does something that must succeed.
fn act(issuer: &Issuer, scene: &mut Scene, user: &Keypair, is_frozen: &mut [bool; 4], random: &mut Random) {
    let asset = random.below(4) as usize;
    let frozen_mask = (0..4).filter(|asset| is_frozen[*asset]).fold(0, |mask, asset| mask | 1 << asset);
    match random.below(4) {
        0 => {
            let reserve = scene.view.assets[asset].reserve;
            if is_frozen[asset] {
                issuer.thaw(scene, asset, reserve)
            } else {
                issuer.freeze(scene, asset, reserve)
            }
            is_frozen[asset] = !is_frozen[asset];
        }
        1 if frozen_mask == 0 => drop(scene.deposit_part(user, random).unwrap()),
        2 if !is_frozen[asset] && scene.claims_of(user).unwrap().amounts[asset] > 0 => {
            drop(scene.claim(user, asset as u8).unwrap())
        }
        _ if scene.shares_of(user) > 0 => {
            // What is frozen must be skipped, and another asset may be.
            let shares = random.within(1..=scene.shares_of(user));
            let skip_mask = frozen_mask | if random.one_in(3) { 1 << asset } else { 0 };
            let forfeit_mask = skip_mask & random.below(16) as u16;
            let forfeit_mask = if forfeit_mask == 0b1111 { 0 } else { forfeit_mask };
            scene.redeem_skipping(user, shares, skip_mask, forfeit_mask).unwrap();
        }
        _ => {}
    }
}

/// Everybody leaves, claims what they are owed after the thaw, and closes.
fn leave(issuer: &Issuer, scene: &mut Scene, users: &[Keypair; 3], is_frozen: [bool; 4]) {
    let frozen_mask = (0..4).filter(|asset| is_frozen[*asset]).fold(0, |mask, asset| mask | 1 << asset);
    for user in users {
        let shares = scene.shares_of(user);
        if shares > 0 {
            scene.redeem_skipping(user, shares, frozen_mask, 0).unwrap();
        }
    }
    (0..4).filter(|asset| is_frozen[*asset]).for_each(|asset| issuer.thaw_reserve(scene, asset));
    for user in users {
        for asset in 0..4 {
            if scene.claims_of(user).unwrap().amounts[asset] > 0 {
                scene.claim(user, asset as u8).unwrap();
            }
        }
        scene.close_claims(user).unwrap();
    }
    assert_books_balance(scene, &users.each_ref());
    assert!(scene.vault().assets().iter().all(|asset| asset.owed == 0));
}

/// A removed asset takes no accounts and no amounts, and cannot be skipped.
#[test]
fn in_kind_passes_over_removed_assets() {
    let (_, mut scene, alice) = funded(4);
    scene.edit_vault(|vault| (vault.assets[1].status, vault.assets[1].balance) = (AssetStatus::Removed as u8, 0));
    scene.view = VaultView::of(scene.view.address, &scene.vault()).unwrap();
    let before = balances(&scene, &alice);
    let outcome = scene.redeem_skipping(&alice, 1_000_000, 0, 0).unwrap();
    let event: RedeemedInKind = event(&outcome);
    assert_eq!((event.amounts[1], balances(&scene, &alice)[1]), (0, before[1]));
    assert!([0, 2, 3].iter().all(|asset| event.amounts[*asset] > 0));
    assert_fails(scene.redeem_skipping(&alice, 1_000, 0b0010, 0b0010), BallastError::SkipMask);
    // All that is left of the basket, forfeited.
    assert_fails(scene.redeem_skipping(&alice, 1_000, 0b1101, 0b1101), BallastError::SkipMask);
    let min_amounts = vec![0, 1, 0, 0];
    let args = RedeemInKindArgs { shares: 1_000, min_amounts, skip_mask: 0, forfeit_mask: 0 };
    assert_fails(scene.redeem(&alice, args), BallastError::BelowMinimum);

    let mut deposit = ballast::instructions::DepositInKindArgs { max_amounts: before, min_shares: 0 };
    assert_fails(scene.deposit(&alice, deposit.clone()), BallastError::UnknownAsset);
    deposit.max_amounts[1] = 0;
    scene.deposit(&alice, deposit).unwrap();
    assert_fails(scene.deposit_single(&alice, 1, 1_000, 0), BallastError::UnknownAsset);
    assert_fails(scene.redeem_single(&alice, 1, 1_000, 0), BallastError::UnknownAsset);
    assert_fails(scene.refresh(), BallastError::UnknownAsset);
    scene.refresh_some(0b1101).unwrap();
}

/// Claims are paid to their owner's order alone, on their vault alone. (Every other account of these instructions is replaced by
/// the suite of account substitutions.)
#[test]
fn claims_are_their_owners_on_one_vault() {
    let (_, mut scene, alice) = funded(2);
    let mallory = scene.user("mallory", 1_000);
    scene.deposit_part(&mallory, &mut Random::new(2)).unwrap();
    for user in [&alice, &mallory] {
        scene.open_claims(user).unwrap();
        scene.redeem_skipping(user, 1_000_000, 0b10, 0).unwrap();
    }
    let theirs = scene.second_vault(&mallory);
    let open_theirs = instruction::open_claims(alice.pubkey(), theirs.address);
    scene.send(&[open_theirs], &[&alice]).unwrap();
    let mallorys = address::claims(&scene.view.address, &mallory.pubkey());
    let elsewhere = address::claims(&theirs.address, &alice.pubkey());
    let args = RedeemInKindArgs { shares: 1_000, min_amounts: vec![0, 0], skip_mask: 0b10, forfeit_mask: 0 };
    for foreign in [mallorys, elsewhere] {
        let mut redeem = instruction::redeem_in_kind(alice.pubkey(), &scene.view, args.clone());
        redeem.accounts[CLAIMS].pubkey = foreign;
        assert_fails(scene.send(&[redeem], &[&alice]), BallastError::WrongClaims);
        let mut claim = instruction::claim(alice.pubkey(), &scene.view, 1).unwrap();
        claim.accounts[CLAIM_CLAIMS].pubkey = foreign;
        assert_fails(scene.send(&[claim], &[&alice]), BallastError::WrongClaims);
    }
    let mut close = instruction::close_claims(alice.pubkey(), scene.view.address);
    close.accounts[1].pubkey = mallorys;
    assert_fails(scene.send(&[close], &[&alice]), BallastError::WrongClaims);
}

/// Position of the claims among a claim's accounts.
const CLAIM_CLAIMS: usize = 2;

#[test]
fn claims_open_once_and_nobody_keeps_them_from_it() {
    let (_, mut scene, alice) = funded(2);
    scene.open_claims(&alice).unwrap();
    // The system program's "account in use".
    assert_fails(scene.open_claims(&alice), InstructionError::Custom(0));
    // Lamports sent ahead.
    let bob = scene.user("bob", 0);
    let early = address::claims(&scene.view.address, &bob.pubkey());
    scene.world.fund(&early);
    scene.open_claims(&bob).unwrap();
}

/// As large as a basket gets: every asset's claim in one redemption, and all paid but one.
#[test]
fn redeem_in_kind_of_sixteen_assets_fits_a_transaction_with_claims() {
    let mut scene = Scene::funded(Config::mixed(16), 100_000);
    let admin = scene.admin.clone();
    scene.open_claims(&admin).unwrap();
    let shares = scene.shares_of(&admin);
    scene.redeem_skipping(&admin, shares / 2, 1 << 15, 0).unwrap();
    scene.redeem_skipping(&admin, shares / 4, u16::MAX, 0).unwrap();
    assert!(scene.claims_of(&admin).unwrap().amounts.iter().all(|amount| *amount > 0));
    assert_books_balance(&scene, &[&admin]);
}
