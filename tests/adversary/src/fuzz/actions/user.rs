//! What depositors do.

use {
    super::{governance, part, user},
    crate::fuzz::{
        books,
        cast::{KEEPER, PEOPLE},
        checks::require,
        exit,
        play::{Play, Played, Sender},
    },
    ballast::{
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::{Claims, Vault},
    },
    ballast_client::{address, decode, instruction},
    ballast_tests::random::Random,
};

/// Amounts in proportion or any others.
pub fn deposit_in_kind(play: &mut Play, random: &mut Random) -> Played {
    let user = user(random);
    let max_amounts = offer(play, random, user);
    let args = DepositInKindArgs { max_amounts, min_shares: demand(random) };
    play.call(instruction::deposit_in_kind(play.cast.people[user], &play.view(), args))?.ok();
    Ok(())
}

/// A part of the shares, sometimes with assets to be claimed later or left to others.
pub fn redeem_in_kind(play: &mut Play, random: &mut Random) -> Played {
    let redeemer = user(random);
    let mut args = play.all_in_kind(part(random, play.shares(redeemer)));
    if random.one_in(4) {
        args.skip_mask = random.below(1 << args.min_amounts.len()) as u16;
        args.forfeit_mask = args.skip_mask & random.number() as u16;
        if args.skip_mask != args.forfeit_mask {
            play.open_claims_of(redeemer)?;
        }
    }
    let min_amount = demand(random);
    args.min_amounts.iter_mut().for_each(|least| *least = min_amount);
    redeem(play, redeemer, args)
}

/// Redeems; what is paid or claimed is exactly the part of each asset that the shares are.
fn redeem(play: &mut Play, redeemer: usize, args: RedeemInKindArgs) -> Played {
    let (before, tokens) = (play.books(), play.tokens(redeemer));
    let redeem = instruction::redeem_in_kind(play.cast.people[redeemer], &play.view(), args.clone());
    if play.call(redeem)?.is_err() {
        return Ok(());
    }
    let (after, gained) = (play.books(), play.tokens(redeemer));
    let total = u128::from(after.vault.total_shares) + u128::from(args.shares);
    for (asset, (old, new)) in before.vault.assets().iter().zip(after.vault.assets()).enumerate() {
        let is_in = |mask: u16| mask >> asset & 1 == 1;
        let fair = if is_in(args.forfeit_mask) { 0 } else { u128::from(old.balance) * u128::from(args.shares) / total };
        let (paid, claimed) = (gained[asset] - tokens[asset], new.owed - old.owed);
        let expected = if is_in(args.skip_mask) { (0, fair) } else { (fair, 0) };
        let tell =
            || format!("{} of {total} shares gave {paid} and a claim of {claimed} of asset {asset}, not {fair}", args.shares);
        require((u128::from(paid), u128::from(claimed)) == expected, tell)?;
    }
    Ok(())
}

/// Opens claims that may be open already.
pub fn open_claims(play: &mut Play, random: &mut Random) -> Played {
    let owner = play.cast.people[user(random)];
    play.call(instruction::open_claims(owner, play.cast.view.address))?.ok();
    Ok(())
}

/// Claims what somebody is owed, if anything.
pub fn claim(play: &mut Play, random: &mut Random) -> Played {
    let owner = user(random);
    let asset = random.below(play.vault().assets().len() as u64) as u8;
    if play.claims(owner).is_some() {
        play.call(instruction::claim(play.cast.people[owner], &play.view(), asset).expect("an asset of the vault"))?.ok();
    }
    Ok(())
}

/// Closes claims that are paid or not.
pub fn close_claims(play: &mut Play, random: &mut Random) -> Played {
    let owner = user(random);
    if play.claims(owner).is_some() {
        play.call(instruction::close_claims(play.cast.people[owner], play.cast.view.address))?.ok();
    }
    Ok(())
}

/// Any amount of one asset.
pub fn deposit_single(play: &mut Play, random: &mut Random) -> Played {
    let (user, vault) = (user(random), play.vault());
    let asset = random.below(vault.assets().len() as u64) as usize;
    let most = play.tokens(user)[asset].min(vault.assets()[asset].balance / 4 + 1_000_000);
    let amount = part(random, most);
    let deposit = instruction::deposit_single(play.cast.people[user], &play.view(), asset as u8, amount, demand(random));
    play.call(deposit.expect("an asset of the vault"))?.ok();
    Ok(())
}

/// Any part of the shares, for one asset.
pub fn redeem_single(play: &mut Play, random: &mut Random) -> Played {
    let (user, vault) = (user(random), play.vault());
    let mut asset = random.below(vault.assets().len() as u64) as usize;
    let mut shares = part(random, play.shares(user));
    match (random.below(3), governance::leaving(&vault)) {
        // Whatever is left of it.
        (0, Some(leaving)) => (asset, shares) = (leaving, play.shares(user)),
        (1, _) => {}
        _ => shares = shares.min(vault.total_shares / 50),
    }
    let redeem = instruction::redeem_single(play.cast.people[user], &play.view(), asset as u8, shares, demand(random));
    play.call(redeem.expect("an asset of the vault"))?.ok();
    Ok(())
}

/// In one transaction: becomes most of the vault, has it do something, and leaves.
pub fn flash(play: &mut Play, random: &mut Random) -> Played {
    let attacker = user(random);
    let args = DepositInKindArgs { max_amounts: offer(play, random, attacker), min_shares: 0 };
    let (person, view) = (play.cast.people[attacker], play.view());
    let mut instructions = vec![instruction::deposit_in_kind(person, &view, args)];
    match random.below(3) {
        0 => instructions.push(instruction::observe(view.address)),
        1 => instructions.push(play.refresh_all()),
        _ => {
            let pool = random.below(play.cast.pools.len() as u64) as usize;
            instructions.extend(play.rebalance_on(KEEPER, pool, 0));
        }
    }
    let redeem = play.all_in_kind(part(random, play.shares(attacker)));
    instructions.push(instruction::redeem_in_kind(person, &view, redeem));
    play.send(&instructions, Sender::Proper)?.ok();
    Ok(())
}

/// In a copy, so that the history goes on: whatever state the vault is in, its door is open.
pub fn everybody_leaves(play: &mut Play, random: &mut Random) -> Played {
    let mut copy = play.fork();
    let result = exit::everybody(&mut copy, random);
    play.tally.exits += 1;
    play.tally.add(&copy.tally);
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

    /// Somebody's units of the asset in every slot.
    pub fn tokens(&self, person: usize) -> Vec<u64> {
        (0..self.vault().assets().len())
            .map(|asset| books::amount(self.chain.as_ref(), &self.cast.tokens(person, asset)))
            .collect()
    }

    /// Somebody's claims, where they are open.
    pub fn claims(&self, person: usize) -> Option<Claims> {
        let claims = address::claims(&self.cast.view.address, &self.cast.people[person]);
        decode::claims(&self.chain.find(&claims)?.data)
    }

    /// Everybody who has shares.
    pub fn holders(&self) -> Vec<usize> {
        (0..PEOPLE.len()).filter(|person| self.shares(*person) > 0).collect()
    }

    /// Opens somebody's claims where they are not.
    ///
    /// # Errors
    /// Where that fails.
    pub fn open_claims_of(&mut self, person: usize) -> Played {
        if self.claims(person).is_some() {
            return Ok(());
        }
        let open = instruction::open_claims(self.cast.people[person], self.cast.view.address);
        self.call(open)?.map_err(|failed| format!("claims cannot be opened: {failed}"))
    }

    /// Shares for every asset.
    pub fn all_in_kind(&self, shares: u64) -> RedeemInKindArgs {
        RedeemInKindArgs { shares, min_amounts: vec![0; self.vault().assets().len()], skip_mask: 0, forfeit_mask: 0 }
    }
}

/// What somebody offers for shares: as much of each asset as a random part of the vault, or a random amount of each.
fn offer(play: &Play, random: &mut Random, user: usize) -> Vec<u64> {
    let (vault, tokens): (Box<Vault>, _) = (play.vault(), play.tokens(user));
    let times_e3 = random.sized(1..=5_000);
    let amounts = vault.assets().iter().map(|asset| match random.below(10) {
        _ if asset.is_removed() => 0,
        0 => random.sized(1..=1 << 40),
        _ => (u128::from(asset.balance) * u128::from(times_e3) / 1_000 + 1).min(u128::from(u64::MAX)) as u64,
    });
    amounts.zip(tokens).map(|(amount, has)| amount.min(has)).collect()
}

/// A demand for something back: mostly none.
fn demand(random: &mut Random) -> u64 {
    if random.one_in(20) { random.sized(1..=1 << 50) } else { 0 }
}
