//! What only attackers do.

use {
    super::user,
    crate::fuzz::{
        cast::{KEEPER, PEOPLE},
        play::{Play, Played, Sender},
    },
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction},
    ballast::{
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::pause,
    },
    ballast_client::{address, instruction},
    ballast_tests::{amm::Pool, random::Random},
};

/// A proper instruction of the attacker's with accounts, privileges or data replaced.
pub fn tamper(play: &mut Play, random: &mut Random) -> Played {
    let attacker = user(random);
    let Some(mut instruction) = proper(play, random, attacker) else { return Ok(()) };
    for _ in 0..random.within(1..=2) {
        spoil(play, random, attacker, &mut instruction);
    }
    play.send(&[instruction], Sender::Tampering)?.ok();
    Ok(())
}

/// Moves the pool's price, has the vault trade there, and moves it back.
pub fn sandwich(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    let Some(rebalance) = play.rebalance_on(KEEPER, pool, 0) else { return Ok(()) };
    let (mut instructions, side) = play.outside_swap(pool, random);
    instructions.push(rebalance);
    let (there, trader) = (play.cast.pools[pool].clone(), play.cast.people[crate::fuzz::cast::TRADER]);
    instructions.push(there.swap(&trader, &there.mints()[1 - side], random.sized(1..=1 << 40), 0));
    play.send(&instructions, Sender::Proper)?.ok();
    Ok(())
}

/// Any instruction that the attacker could sign, in their own interest.
fn proper(play: &Play, random: &mut Random, attacker: usize) -> Option<Instruction> {
    let (person, view) = (play.cast.people[attacker], &play.view());
    let count = view.assets.len();
    let (asset, pool) = (random.below(count as u64) as u8, random.below(play.cast.pools.len() as u64) as usize);
    let shares = play.shares(attacker) / 2;
    match random.below(15) {
        0 => Some(instruction::deposit_in_kind(
            person,
            view,
            DepositInKindArgs { max_amounts: vec![1 << 30; count], min_shares: 0 },
        )),
        1 => Some(instruction::redeem_in_kind(person, view, play.all_in_kind(shares))),
        2 => instruction::deposit_single(person, view, asset, 1_000_000, 0),
        3 => instruction::redeem_single(person, view, asset, shares, 0),
        4 => play.rebalance_on(attacker, pool, 0),
        5 => Some(play.refresh_all()),
        6 => Some(instruction::set_pause(person, view.address, pause::ALL, true)),
        7 => Some(instruction::propose_admin(person, view.address, person)),
        8 => {
            let args = RedeemInKindArgs { skip_mask: 1 << asset, ..play.all_in_kind(shares) };
            Some(instruction::redeem_in_kind(person, view, args))
        }
        9 => Some(instruction::open_claims(person, view.address)),
        10 => instruction::claim(person, view, asset),
        11 => Some(instruction::close_claims(person, view.address)),
        12 => instruction::quarantine(person, view, asset),
        13 => Some(instruction::collect_fees(view, &person)),
        _ => Some(instruction::register_route(person, view.address, play.cast.pools[pool].address())),
    }
}

/// Replaces one thing. Nobody can sign for somebody else, so signatures only go away.
fn spoil(play: &Play, random: &mut Random, attacker: usize, instruction: &mut Instruction) {
    let place = random.below(instruction.accounts.len() as u64) as usize;
    let other = instruction.accounts[random.below(instruction.accounts.len() as u64) as usize].pubkey;
    let own = play.cast.people[attacker];
    let meta = &mut instruction.accounts[place];
    match random.below(7) {
        0 => meta.is_writable = !meta.is_writable,
        1 => meta.is_signer = false,
        2 => meta.pubkey = known(play, random),
        3 => meta.pubkey = other,
        4 => {
            instruction.accounts.remove(place);
        }
        5 => instruction.accounts.swap(place, 0),
        // Past the discriminator: the instruction stays the same one.
        _ if instruction.data.len() > 8 => {
            let at = 8 + random.below(instruction.data.len() as u64 - 8) as usize;
            instruction.data[at] = random.number() as u8;
        }
        _ => instruction.data.push(0),
    }
    instruction.accounts.iter_mut().for_each(|meta| meta.is_signer &= meta.pubkey == own);
}

/// Any account around the vault.
fn known(play: &Play, random: &mut Random) -> Pubkey {
    let cast = &play.cast;
    let (person, asset) = (random.below(PEOPLE.len() as u64) as usize, random.below(cast.assets.len() as u64) as usize);
    let pool = &cast.pools[random.below(cast.pools.len() as u64) as usize];
    match random.below(11) {
        0 => cast.people[person],
        9 => address::claims(&cast.view.address, &cast.people[person]),
        10 => cast.view.crank_fund,
        1 => cast.tokens(person, asset),
        2 => cast.shares(person),
        3 => cast.slot(asset).reserve,
        4 => cast.slot(asset).mint,
        5 => cast.view.share_mint,
        6 => cast.view.authority,
        7 => pool.vaults()[random.below(2) as usize],
        _ => pool.address(),
    }
}
