//! The promise that matters most: whatever happened, everybody can leave with their part, in any order.

use {
    super::{
        books::{self, Books},
        cast::PEOPLE,
        checks::require,
        play::{Play, Played},
    },
    anchor_lang::prelude::Pubkey,
    ballast_client::instruction,
    ballast_tests::random::Random,
};

/// Has everybody redeem everything in kind, in random order, around what issuers have frozen: that becomes a claim, or is left to
/// the others. What remains is the locked share's, and dust. Then the issuers thaw, claims are paid, and the vault is wound up.
///
/// # Errors
/// Who could not leave, or what was left.
pub fn everybody(play: &mut Play, random: &mut Random) -> Played {
    let before = play.books();
    let leavers = play.holders();
    let held: u64 = leavers.iter().map(|person| play.shares(*person)).sum();
    require(held == before.supply, || format!("people hold {held} of {} shares", before.supply))?;
    let forfeited = leave_all(play, random)?;
    nothing_is_left(&before, &play.books(), leavers.len() as u64, forfeited)?;
    thaw_all(play);
    (0..PEOPLE.len()).try_for_each(|person| claim_all(play, person))?;
    let owed = play.books().vault.assets().iter().position(|asset| asset.owed > 0);
    require(owed.is_none(), || format!("of asset {owed:?} something is owed to nobody"))?;
    wind_up(play, random)
}

/// Everybody who has shares leaves. Returns what somebody left to the others.
fn leave_all(play: &mut Play, random: &mut Random) -> Played<u16> {
    let (mut holders, mut forfeited) = (play.holders(), 0);
    while !holders.is_empty() {
        let person = holders.swap_remove(random.below(holders.len() as u64) as usize);
        forfeited |= leave(play, random, person)?;
    }
    let left = play.books().supply;
    require(left == 0, || format!("{left} shares are left"))?;
    Ok(forfeited)
}

/// Redeems all of somebody's shares, and returns what they left to the others.
fn leave(play: &mut Play, random: &mut Random, person: usize) -> Played<u16> {
    let (view, mut args) = (play.view(), play.all_in_kind(play.shares(person)));
    let is_frozen = |asset: usize| {
        let accounts = [view.assets[asset].reserve, play.cast.tokens(person, asset)];
        !view.assets[asset].is_removed && accounts.iter().any(|account| books::is_frozen(play.chain.as_ref(), account))
    };
    args.skip_mask = (0..view.assets.len()).filter(|asset| is_frozen(*asset)).fold(0, |mask, asset| mask | 1 << asset);
    args.forfeit_mask = args.skip_mask & random.number() as u16;
    if args.forfeit_mask == play.vault().basket_mask() {
        args.forfeit_mask = 0;
    }
    if args.skip_mask != args.forfeit_mask {
        play.open_claims_of(person)?;
    }
    let forfeited = args.forfeit_mask;
    let redeem = instruction::redeem_in_kind(play.cast.people[person], &view, args);
    play.call(redeem)?.map_err(|failed| format!("{} cannot leave: {failed}", PEOPLE[person]))?;
    Ok(forfeited)
}

/// But for what belongs to the locked share and to the management fee, and less than a unit for each redemption's rounding.
fn nothing_is_left(before: &Books, after: &Books, leavers: u64, forfeited: u16) -> Played {
    let accrued = after.owed_shares().saturating_sub(before.owed_shares());
    let total = u128::from(before.vault.total_shares) + u128::from(accrued);
    let assets = before.vault.assets().iter().zip(after.vault.assets()).enumerate();
    for (index, (old, new)) in assets.filter(|(index, _)| forfeited >> index & 1 == 0) {
        let unheld = u128::from(old.balance) * u128::from(after.unheld_shares()) / total.max(1);
        let most = unheld + u128::from(leavers) + 1;
        require(u128::from(new.balance) <= most, || format!("{} units of asset {index} are left, not {most}", new.balance))?;
    }
    Ok(())
}

fn thaw_all(play: &mut Play) {
    let mut accounts: Vec<Pubkey> = play.view().assets.iter().map(|asset| asset.reserve).collect();
    for person in 0..PEOPLE.len() {
        accounts.extend((0..play.cast.assets.len()).map(|asset| play.cast.tokens(person, asset)));
    }
    for account in accounts {
        if books::is_frozen(play.chain.as_ref(), &account) {
            books::set_frozen(play.chain.as_mut(), &account, false);
        }
    }
}

/// Pays somebody all that they are owed, and closes their claims.
fn claim_all(play: &mut Play, person: usize) -> Played {
    let Some(claims) = play.claims(person) else { return Ok(()) };
    let (owner, view) = (play.cast.people[person], play.view());
    for asset in (0..view.assets.len()).filter(|asset| claims.amounts[*asset] > 0) {
        let had = play.tokens(person)[asset];
        let claim = instruction::claim(owner, &view, asset as u8).expect("an asset of the vault");
        play.call(claim)?.map_err(|failed| format!("{} cannot claim asset {asset}: {failed}", PEOPLE[person]))?;
        let (paid, claimed) = (play.tokens(person)[asset] - had, claims.amounts[asset]);
        require(paid == claimed, || format!("a claim of {claimed} units of asset {asset} paid {paid}"))?;
    }
    let close = instruction::close_claims(owner, view.address);
    play.call(close)?.map_err(|failed| format!("{} cannot close their claims: {failed}", PEOPLE[person]))
}

/// The fee recipient leaves as well; then the admin closes everything.
fn wind_up(play: &mut Play, random: &mut Random) -> Played {
    let vault = play.vault();
    if play.books().owed_shares() > 0 {
        let Some(recipient) = play.cast.position(&vault.fee_recipient) else { return Ok(()) };
        let collect = instruction::collect_fees(&play.cast.view, &vault.fee_recipient);
        play.call(collect)?.map_err(|failed| format!("{} cannot collect fees: {failed}", PEOPLE[recipient]))?;
        leave_all(play, random)?;
    }
    let (admin, view) = (play.admin(), play.view());
    let mut assets: Vec<usize> = (0..view.assets.len()).collect();
    while !assets.is_empty() {
        let asset = assets.swap_remove(random.below(assets.len() as u64) as usize);
        let destination = play.cast.tokens(admin, asset);
        let close = instruction::close_reserve(play.cast.people[admin], &view, asset as u8, destination).expect("an asset");
        play.call(close)?.map_err(|failed| format!("the reserve of asset {asset} cannot be closed: {failed}"))?;
    }
    let close = instruction::close_vault(play.cast.people[admin], view.address, view.crank_fund);
    play.call(close)?.map_err(|failed| format!("the vault cannot be closed: {failed}"))
}
