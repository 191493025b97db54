//! How the configuration changes: queued and applied, cancelled, tightened, and wound up too early.

use {
    super::person,
    crate::fuzz::{
        books,
        cast::{ADMIN, GUARDIAN, PEOPLE},
        checks::require,
        play::{Play, Played},
    },
    anchor_lang::prelude::Pubkey,
    ballast::{
        instructions::AssetArgs,
        state::{Asset, Change, FeedArgs, MaxWeight, QueuedChange, RampArgs, Roles, SlotArgs, Vault},
    },
    ballast_client::{address, decode, instruction},
    ballast_core::{
        limits::Limits,
        risk::{
            breaker::{self, Breakers},
            stress::{self, Stress},
        },
    },
    ballast_tests::{random::Random, vaults},
};

/// How many of the last numbers are looked through for a change that waits.
const LOOK_BACK: u64 = 6;

/// Queues any change.
pub fn queue(play: &mut Play, random: &mut Random) -> Played {
    let (change, id) = (change(play, random), play.vault().change_count);
    let signer = play.cast.people[person(random, play.admin())];
    play.tell(|| format!("{change:?}"));
    play.call(instruction::queue_change(signer, play.cast.view.address, id, change))?.ok();
    Ok(())
}

/// Applies a change that waits, mostly in time.
pub fn apply(play: &mut Play, random: &mut Random) -> Played {
    let Some(queued) = waiting(play, random) else { return Ok(()) };
    let due_secs = (queued.eta - play.now()).max(0) as u32;
    if random.one_in(4) {
        play.chain.advance(due_secs / 2);
    } else {
        play.chain.advance(due_secs);
    }
    let expected = play.cast.position(&queued.admin).unwrap_or(ADMIN);
    let (signer, vault) = (play.cast.people[person(random, expected)], play.cast.view.address);
    let is_asset = matches!(queued.change, Change::AddAsset(..));
    let apply = if is_asset {
        instruction::apply_asset(signer, vault, queued.id, &play.cast.spare)
    } else {
        instruction::apply_change(signer, vault, queued.id)
    };
    let (told, is_early) = (format!("{:?}", queued.change), play.now() < queued.eta);
    play.tell(|| told.clone());
    if play.call(apply)?.is_ok() {
        require(!is_early, || format!("{told} did not wait for its time"))?;
        let kind = told.split_once('(').map_or(told.as_str(), |(kind, _)| kind);
        play.tally.count(&format!("change {kind}"), "done");
    }
    Ok(())
}

/// Cancels a change that waits.
pub fn cancel(play: &mut Play, random: &mut Random) -> Played {
    let Some(queued) = waiting(play, random) else { return Ok(()) };
    let signer = play.cast.people[person(random, guardian(play))];
    play.call(instruction::cancel_change(signer, play.cast.view.address, queued.id, queued.admin))?.ok();
    Ok(())
}

/// A limit nearer to its tight end, a role taken, or anything else.
pub fn tighten(play: &mut Play, random: &mut Random) -> Played {
    let vault = play.vault();
    let change = match random.below(4) {
        0 => change(play, random),
        1 => Change::Roles(Roles { manager: Pubkey::default(), forecaster: Pubkey::default(), ..vault.roles() }),
        _ => Change::Limits(tighter(random, vault.limits)),
    };
    let signer = play.cast.people[person(random, guardian(play))];
    play.tell(|| format!("{change:?}"));
    play.call(instruction::tighten(signer, play.cast.view.address, change))?.ok();
    Ok(())
}

/// The vault's halt, or a route's.
pub fn clear(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    let route = play.route(pool).map(|(address, _)| address).filter(|_| random.one_in(2));
    let signer = play.cast.people[person(random, play.admin())];
    play.call(instruction::clear_breaker(signer, play.cast.view.address, route))?.ok();
    Ok(())
}

/// By guardian or admin, or by anybody where the reserve is frozen.
pub fn quarantine(play: &mut Play, random: &mut Random) -> Played {
    let vault = play.vault();
    let asset = random.below(vault.assets().len() as u64) as u8;
    let is_frozen = books::is_frozen(play.chain.as_ref(), &vault.assets()[usize::from(asset)].reserve);
    if !is_frozen && !random.one_in(3) {
        return Ok(());
    }
    let signer = play.cast.people[person(random, guardian(play))];
    play.call(instruction::quarantine(signer, &play.view(), asset).expect("an asset of the vault"))?.ok();
    Ok(())
}

/// A pool that the vault trades on no more.
pub fn close_route(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    if play.route(pool).is_some() {
        let (signer, admin) = (play.cast.people[person(random, guardian(play))], play.vault().admin);
        let close = instruction::close_route(signer, admin, play.cast.view.address, pool_address(play, pool));
        play.call(close)?.ok();
    }
    Ok(())
}

/// While people hold shares, or at least the fee recipient is owed some.
pub fn close_early(play: &mut Play, random: &mut Random) -> Played {
    let books = play.books();
    let signer = person(random, play.admin());
    let admin = play.cast.people[signer];
    if random.one_in(2) {
        let close = instruction::close_vault(admin, play.cast.view.address, play.cast.view.crank_fund);
        play.call(close)?.ok();
    } else if books.supply > 0 {
        let asset = random.below(books.vault.assets().len() as u64) as usize;
        let destination = play.cast.tokens(signer, asset);
        play.call(instruction::close_reserve(admin, &play.view(), asset as u8, destination).expect("an asset"))?.ok();
    }
    Ok(())
}

/// The guardian of the moment, by position.
fn guardian(play: &Play) -> usize {
    play.cast.position(&play.vault().guardian).unwrap_or(GUARDIAN)
}

fn pool_address(play: &Play, pool: usize) -> Pubkey {
    ballast_tests::amm::Pool::address(&play.cast.pools[pool])
}

/// One of the last changes that still wait.
fn waiting(play: &Play, random: &mut Random) -> Option<QueuedChange> {
    let count = play.vault().change_count;
    let id = count.checked_sub(1 + random.below(LOOK_BACK))?;
    decode::queued_change(&play.chain.find(&address::change(&play.cast.view.address, id))?.data)
}

/// Any change, most of them possible.
fn change(play: &Play, random: &mut Random) -> Change {
    let vault = play.vault();
    let count = vault.assets().len();
    let asset = random.below(count as u64) as usize;
    // Quarantines end only so: the more of them there are, the less else happens.
    let quarantined = vault.quarantined_mask();
    if quarantined != 0 && random.one_in(2) {
        return Change::ReleaseAsset(quarantined.trailing_zeros() as u8);
    }
    let somebody = |random: &mut Random| play.cast.people[random.below(PEOPLE.len() as u64) as usize];
    match random.below(12) {
        0 => Change::Limits(vaults::limits(random)),
        1 => Change::Limits(Limits { timelock_secs: 86_400, change_window_secs: 2_592_000, ..vault.limits }),
        2 => Change::Breakers(breakers(random)),
        3 => Change::Stress(stress(random, count)),
        4 => Change::Strategy(vaults::strategy(random, &vault.limits, count), slots(random, &vault)),
        5 => Change::Roles(Roles { manager: somebody(random), forecaster: somebody(random), fee_recipient: somebody(random) }),
        6 => Change::Guardian(somebody(random)),
        7 => Change::Targets(ramp(random, &vault)),
        8 => {
            let spare = play.cast.assets.last().expect("the spare asset");
            let (oracle, feed) = (spare.spec.oracle, spare.feed);
            let args = AssetArgs { target_bps: 0, band_abs_bps: 500, band_rel_bps: 2_500, oracle, feed };
            Change::AddAsset(args, MaxWeight { max_bps: random.sized(1..=10_000) as u16 })
        }
        9 => Change::RemoveAsset(leaving(&vault).unwrap_or(asset) as u8),
        10 => Change::ReleaseAsset(asset as u8),
        _ => {
            let known = play.cast.asset(asset);
            Change::Feed(FeedArgs { asset: asset as u8, oracle: known.spec.oracle, feed: known.feed })
        }
    }
}

/// The defaults, with some breakers anywhere within their bounds.
pub fn breakers(random: &mut Random) -> Breakers {
    let mut breakers = breaker::DEFAULT;
    macro_rules! vary {
        ($($field:ident: $range:expr),* $(,)?) => {
            $(if random.one_in(3) { breakers.$field = random.sized($range).try_into().expect("within its bounds"); })*
        };
    }
    vary!(
        min_pool_depth_usd: 1..=1_000_000_000_000,
        cooldown_secs: 60..=86_400,
        average_secs: 60..=86_400,
        hard_mask: 1..=0x7f,
        max_loss_used_bps: 100..=10_000,
        max_jump_bps: 100..=5_000,
        max_divergence_bps: 100..=5_000,
        max_conf_bps: 20..=1_000,
        max_pool_before_bps: 20..=5_000,
        max_pool_after_bps: 20..=5_000,
        max_day_drawdown_bps: 100..=9_000,
        max_week_drawdown_bps: 200..=9_000,
        max_month_drawdown_bps: 500..=9_000,
    );
    breakers
}

/// Some shocks, mostly falls.
fn stress(random: &mut Random, count: usize) -> Stress {
    let mut stress = Stress { max_loss_bps: random.sized(100..=10_000) as u16, ..stress::DEFAULT };
    let shocks = random.below(5) as usize;
    for shock in stress.shocks.iter_mut().take(shocks) {
        for move_bps in shock.moves_bps.iter_mut().take(count) {
            *move_bps = random.below(12_001) as i16 - 10_000;
        }
    }
    stress
}

/// An asset without a target, if there is one.
pub fn leaving(vault: &Vault) -> Option<usize> {
    vault.assets().iter().position(|asset| asset.allocation.target_bps == 0 && !asset.is_removed())
}

/// A ramp to weights around the present targets; now and then an asset loses all of its weight.
pub fn ramp(random: &mut Random, vault: &Vault) -> RampArgs {
    let mut targets_bps: Vec<u16> = vault.assets().iter().map(|asset| asset.allocation.target_bps).collect();
    let (from, to) = (random.below(targets_bps.len() as u64) as usize, random.below(targets_bps.len() as u64) as usize);
    let moved =
        if random.one_in(4) { targets_bps[from] } else { random.sized(1..=2_000).min(u64::from(targets_bps[from])) as u16 };
    targets_bps[from] -= moved;
    targets_bps[to] += moved;
    RampArgs { targets_bps, duration_secs: random.sized(1_800..=2_000_000) as u32 }
}

/// Bounds and bands as they are, or wide open.
fn slots(random: &mut Random, vault: &Vault) -> Vec<SlotArgs> {
    let is_open = random.one_in(2);
    let slot = |asset: &Asset| {
        let Asset { allocation, .. } = asset;
        let (min_bps, max_bps) = if is_open { (0, 10_000) } else { (allocation.min_bps, allocation.max_bps) };
        SlotArgs { min_bps, max_bps, band_abs_bps: allocation.band_abs_bps, band_rel_bps: allocation.band_rel_bps }
    };
    vault.assets().iter().map(slot).collect()
}

/// The limits with one of them tighter, within or beyond its bounds.
fn tighter(random: &mut Random, mut limits: Limits) -> Limits {
    match random.below(6) {
        0 => limits.max_price_age_secs /= 2,
        1 => limits.max_trade_bps -= limits.max_trade_bps / 4,
        2 => limits.max_daily_loss_bps -= limits.max_daily_loss_bps / 4,
        3 => limits.min_interval_secs += 30,
        4 => limits.management_fee_bps /= 2,
        _ => limits.max_slippage_bps -= limits.max_slippage_bps / 4,
    }
    limits
}
