//! What depositors do.

use {
    super::{part, user},
    crate::fuzz::{
        books,
        cast::{KEEPER, PEOPLE},
        checks::require,
        exit,
        play::{Play, Played, Sender},
    },
    ballast::instructions::{DepositInKindArgs, RedeemInKindArgs},
    ballast_client::instruction,
    ballast_tests::random::Random,
};

/// Amounts in proportion or any others.
pub fn deposit_in_kind(play: &mut Play, random: &mut Random) -> Played {
    let user = user(random);
    let max_amounts = offer(play, random, user);
    let args = DepositInKindArgs { max_amounts, min_shares: demand(random) };
    play.call(instruction::deposit_in_kind(play.cast.people[user], &play.cast.view, args))?.ok();
    Ok(())
}

/// A part of the shares, sometimes leaving assets behind. Pays exactly the part of each asset that the shares are.
pub fn redeem_in_kind(play: &mut Play, random: &mut Random) -> Played {
    let redeemer = user(random);
    let count = play.cast.assets.len();
    let skip_mask = if random.one_in(4) { random.below(1 << count) as u16 } else { 0 };
    redeem(play, redeemer, part(random, play.shares(redeemer)), skip_mask, demand(random))
}

fn redeem(play: &mut Play, redeemer: usize, shares: u64, skip_mask: u16, min_amount: u64) -> Played {
    let count = play.cast.assets.len();
    let taken = |asset: usize| skip_mask >> asset & 1 == 0;
    let min_amounts = (0..count).map(|asset| if taken(asset) { min_amount } else { 0 }).collect();
    let args = RedeemInKindArgs { shares, min_amounts, skip_mask };
    let (before, tokens) = (play.books(), play.tokens(redeemer));
    let redeem = instruction::redeem_in_kind(play.cast.people[redeemer], &play.cast.view, args);
    if play.call(redeem)?.is_err() {
        return Ok(());
    }
    let (after, gained) = (play.books(), play.tokens(redeemer));
    let total = u128::from(after.vault.total_shares) + u128::from(shares);
    for asset in (0..count).filter(|asset| taken(*asset)) {
        let fair = u128::from(before.vault.assets()[asset].balance) * u128::from(shares) / total;
        let paid = gained[asset] - tokens[asset];
        require(u128::from(paid) == fair, || format!("{shares} of {total} shares paid {paid} of asset {asset}, not {fair}"))?;
    }
    Ok(())
}

/// Any amount of one asset.
pub fn deposit_single(play: &mut Play, random: &mut Random) -> Played {
    let (user, asset) = (user(random), random.below(play.cast.assets.len() as u64 + 1).saturating_sub(1) as usize);
    let vault = play.vault();
    let most = play.tokens(user)[asset].min(vault.assets()[asset].balance / 4 + 1_000_000);
    let amount = part(random, most);
    let deposit = instruction::deposit_single(play.cast.people[user], &play.cast.view, asset as u8, amount, demand(random));
    play.call(deposit.expect("an asset of the vault"))?.ok();
    Ok(())
}

/// Any part of the shares, for one asset.
pub fn redeem_single(play: &mut Play, random: &mut Random) -> Played {
    let (user, asset) = (user(random), random.below(play.cast.assets.len() as u64) as usize);
    let mut shares = part(random, play.shares(user));
    if random.one_in(2) {
        shares = shares.min(play.vault().total_shares / 50);
    }
    let redeem = instruction::redeem_single(play.cast.people[user], &play.cast.view, asset as u8, shares, demand(random));
    play.call(redeem.expect("an asset of the vault"))?.ok();
    Ok(())
}

/// In one transaction: becomes most of the vault, has it do something, and leaves.
pub fn flash(play: &mut Play, random: &mut Random) -> Played {
    let attacker = user(random);
    let args = DepositInKindArgs { max_amounts: offer(play, random, attacker), min_shares: 0 };
    let (person, cast) = (play.cast.people[attacker], play.cast.clone());
    let mut instructions = vec![instruction::deposit_in_kind(person, &cast.view, args)];
    match random.below(3) {
        0 => instructions.push(instruction::observe(cast.view.address)),
        1 => instructions.push(play.refresh_all()),
        _ => {
            let pool = random.below(cast.pools.len() as u64) as usize;
            instructions.extend(play.rebalance_on(KEEPER, pool, 0));
        }
    }
    let redeem =
        RedeemInKindArgs { shares: part(random, play.shares(attacker)), min_amounts: vec![0; cast.assets.len()], skip_mask: 0 };
    instructions.push(instruction::redeem_in_kind(person, &cast.view, redeem));
    play.send(&instructions, Sender::Proper)?.ok();
    Ok(())
}

/// In a copy, so that the history goes on: whatever state the vault is in, its door is open.
pub fn everybody_leaves(play: &mut Play, random: &mut Random) -> Played {
    let mut copy = play.fork();
    let result = exit::everybody(&mut copy, random);
    play.tally.exits += 1;
    if let (Some(story), Some(exit)) = (&mut play.story, copy.story) {
        story.extend(exit.into_iter().map(|line| format!("  in a copy: {line}")));
    }
    result
}

impl Play {
    /// Somebody's shares.
    pub fn shares(&self, person: usize) -> u64 {
        books::amount(self.chain.as_ref(), &self.cast.shares(person))
    }

    /// Somebody's units of every asset.
    pub fn tokens(&self, person: usize) -> Vec<u64> {
        (0..self.cast.assets.len()).map(|asset| books::amount(self.chain.as_ref(), &self.cast.tokens(person, asset))).collect()
    }

    /// Everybody who has shares.
    pub fn holders(&self) -> Vec<usize> {
        (0..PEOPLE.len()).filter(|person| self.shares(*person) > 0).collect()
    }
}

/// What somebody offers for shares: as much of each asset as a random part of the vault, or a random amount of each.
fn offer(play: &Play, random: &mut Random, user: usize) -> Vec<u64> {
    let (vault, tokens) = (play.vault(), play.tokens(user));
    let times_e3 = random.sized(1..=5_000);
    let amounts = vault.assets().iter().map(|asset| match random.below(10) {
        0 => random.sized(1..=1 << 40),
        _ => (u128::from(asset.balance) * u128::from(times_e3) / 1_000 + 1).min(u128::from(u64::MAX)) as u64,
    });
    amounts.zip(tokens).map(|(amount, has)| amount.min(has)).collect()
}

/// A demand for something back: mostly none.
fn demand(random: &mut Random) -> u64 {
    if random.one_in(20) { random.sized(1..=1 << 50) } else { 0 }
}
