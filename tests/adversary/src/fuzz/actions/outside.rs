//! The clock, the market, issuers and donors.

use {
    super::person,
    crate::fuzz::{
        books,
        cast::{PEOPLE, TRADER},
        play::{Play, Played, Sender},
    },
    anchor_lang::{prelude::AccountMeta, solana_program::instruction::Instruction},
    ballast_tests::{amm::Pool, pyth::Quote, random::Random},
};

const DAY_SECS: u64 = 86_400;

/// Some minutes in which prices step a little, arbitrageurs do their work, and a keeper refreshes.
pub fn quiet(play: &mut Play, random: &mut Random) -> Played {
    play.chain.advance(random.within(30..=900) as u32);
    play.move_prices(random, 100);
    play.publish_all(random, 20);
    play.arbitrage_all(random, 60);
    let refresh = play.refresh_all();
    play.call(refresh)?.ok();
    Ok(())
}

/// A second to two days.
pub fn wait(play: &mut Play, random: &mut Random) -> Played {
    play.chain.advance(random.sized(1..=2 * DAY_SECS) as u32);
    Ok(())
}

/// Larger steps, which the vault learns of or not.
pub fn shift(play: &mut Play, random: &mut Random) -> Played {
    play.chain.advance(random.within(1..=600) as u32);
    play.move_prices(random, 800);
    play.publish_all(random, 50);
    if !random.one_in(4) {
        play.arbitrage_all(random, 100);
    }
    if !random.one_in(4) {
        let refresh = play.refresh_all();
        play.call(refresh)?.ok();
    }
    Ok(())
}

/// One asset, the safe one included, falls by up to nine tenths or multiplies.
pub fn crash(play: &mut Play, random: &mut Random) -> Played {
    let asset = random.below(play.prices_e8.len() as u64) as usize;
    play.prices_e8[asset] = random.step(play.prices_e8[asset], 9_000);
    play.chain.advance(random.within(1..=60) as u32);
    play.publish_all(random, 150);
    if random.one_in(2) {
        play.arbitrage_all(random, 200);
    }
    Ok(())
}

/// A quote that no vault should take, or a good one of a strange shape.
pub fn strange_price(play: &mut Play, random: &mut Random) -> Played {
    let asset = random.below(play.prices_e8.len() as u64) as usize;
    let honest = play.quote(asset, 5);
    let quote = match random.below(8) {
        0 => Quote { price: -honest.price, ..honest },
        1 => Quote { price: 0, ..honest },
        2 => Quote { price: i64::MAX, conf: u64::MAX, ..honest },
        3 => Quote { exponent: random.below(60) as i32 - 40, ..honest },
        4 => Quote { publish_time: honest.publish_time + random.below(1_000) as i64, ..honest },
        5 => Quote { publish_time: honest.publish_time - random.below(1_000) as i64, ..honest },
        6 => Quote { conf: honest.price as u64 / random.within(2..=200), ..honest },
        _ => Quote { price: honest.price / 1_000, conf: honest.conf / 1_000, exponent: honest.exponent + 3, ..honest },
    };
    play.publish(asset, &quote);
    let vault = play.cast.view.address;
    let refresh = ballast_client::instruction::refresh_prices(vault, 1 << asset, &[play.cast.assets[asset].price_account]);
    play.call(refresh)?.ok();
    Ok(())
}

/// A swap that leaves the pool away from the market.
pub fn swap(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    let (swap, _) = play.outside_swap(pool, random);
    play.send(&swap, Sender::Proper)?.ok();
    Ok(())
}

/// Most liquidity leaves a pool, or all of one side.
pub fn drain(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    let vaults = play.cast.pools[pool].vaults();
    let is_one_sided = random.one_in(4);
    let divisor = random.within(2..=1_000);
    for vault in vaults.iter().take(if is_one_sided { 1 } else { 2 }) {
        let units = books::amount(play.chain.as_ref(), vault);
        books::set_amount(play.chain.as_mut(), vault, if is_one_sided { 0 } else { units / divisor });
    }
    if random.one_in(2) {
        play.arbitrage(pool, random, 50);
    }
    Ok(())
}

/// Tokens sent to a reserve without a deposit.
pub fn donate(play: &mut Play, random: &mut Random) -> Played {
    let (donor, asset) = (person(random, TRADER), random.below(play.cast.assets.len() as u64) as usize);
    let from = play.cast.tokens(donor, asset);
    let amount = random.sized(1..=1_000_000_000).min(books::amount(play.chain.as_ref(), &from));
    let view = *play.cast.slot(asset);
    let mut data = vec![12];
    data.extend_from_slice(&amount.to_le_bytes());
    data.push(play.cast.assets[asset].spec.mint.decimals);
    let accounts = vec![
        AccountMeta::new(from, false),
        AccountMeta::new_readonly(view.mint, false),
        AccountMeta::new(view.reserve, false),
        AccountMeta::new_readonly(play.cast.people[donor], true),
    ];
    play.send(&[Instruction { program_id: view.token_program, accounts, data }], Sender::Proper)?.ok();
    Ok(())
}

/// A reserve or somebody's account.
pub fn freeze(play: &mut Play, random: &mut Random) -> Played {
    let asset = random.below(play.cast.assets.len() as u64) as usize;
    let person = random.below(PEOPLE.len() as u64) as usize;
    let account = if random.one_in(2) { play.cast.slot(asset).reserve } else { play.cast.tokens(person, asset) };
    books::set_frozen(play.chain.as_mut(), &account, true);
    play.tell(|| format!("an account of asset {asset} is frozen"));
    Ok(())
}

/// All accounts of an asset.
pub fn thaw(play: &mut Play, random: &mut Random) -> Played {
    let asset = random.below(play.cast.assets.len() as u64) as usize;
    let mut accounts: Vec<_> = (0..PEOPLE.len()).map(|person| play.cast.tokens(person, asset)).collect();
    accounts.push(play.cast.slot(asset).reserve);
    for account in accounts {
        if books::is_frozen(play.chain.as_ref(), &account) {
            books::set_frozen(play.chain.as_mut(), &account, false);
        }
    }
    Ok(())
}
