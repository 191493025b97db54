//! The promise that matters most: whatever happened, everybody can leave with their part, in any order.

use {
    super::{
        books::{self, Books},
        checks::require,
        play::{Play, Played},
    },
    ballast::instructions::RedeemInKindArgs,
    ballast_client::instruction,
    ballast_tests::random::Random,
};

/// Has everybody redeem everything in kind, in random order, around what issuers have frozen; what is left is the locked share's
/// and dust.
///
/// # Errors
/// Who could not leave, or what was left.
pub fn everybody(play: &mut Play, random: &mut Random) -> Played {
    let (before, mut holders) = (play.books(), play.holders());
    let held: u64 = holders.iter().map(|person| play.shares(*person)).sum();
    require(held == before.supply, || format!("people hold {held} of {} shares", before.supply))?;
    let mut skipped = 0;
    let leavers = holders.len() as u64;
    while !holders.is_empty() {
        let person = holders.swap_remove(random.below(holders.len() as u64) as usize);
        skipped |= leave(play, person)?;
    }
    let after = play.books();
    let is_empty = after.supply == 0 || skipped == every_asset(&after);
    require(is_empty, || format!("{} shares are left", after.supply))?;
    let assets = before.vault.assets().iter().zip(after.vault.assets()).enumerate();
    for (index, (old, new)) in assets.filter(|(index, _)| skipped >> index & 1 == 0) {
        // Each redemption rounds down by less than a unit.
        let unheld = u128::from(old.balance) * u128::from(after.unheld_shares()) / u128::from(before.vault.total_shares).max(1);
        let most = unheld + u128::from(leavers) + 1;
        require(u128::from(new.balance) <= most, || format!("{} units of asset {index} are left, not {most}", new.balance))?;
    }
    Ok(())
}

/// Redeems all of somebody's shares and returns what they had to leave behind.
fn leave(play: &mut Play, person: usize) -> Played<u16> {
    let count = play.cast.assets.len();
    let is_frozen = |asset: usize| {
        let accounts = [play.cast.view.assets[asset].reserve, play.cast.tokens(person, asset)];
        accounts.iter().any(|account| books::is_frozen(play.chain.as_ref(), account))
    };
    let skip_mask = (0..count).filter(|asset| is_frozen(*asset)).fold(0, |mask, asset| mask | 1 << asset);
    if skip_mask == every_asset(&play.books()) {
        return Ok(skip_mask);
    }
    let args = RedeemInKindArgs { shares: play.shares(person), min_amounts: vec![0; count], skip_mask };
    let redeem = instruction::redeem_in_kind(play.cast.people[person], &play.cast.view, args);
    let name = play.cast.name(&play.cast.people[person]);
    play.call(redeem)?.map_err(|failed| format!("{name} cannot leave: {failed}"))?;
    Ok(skip_mask)
}

fn every_asset(books: &Books) -> u16 {
    ((1u32 << books.vault.assets().len()) - 1) as u16
}
