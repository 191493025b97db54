//! What the vault's roles do, and what strangers try in their place.

use {
    super::{governance, person},
    crate::fuzz::{
        cast::{ADMIN, GUARDIAN, MANAGER, PEOPLE},
        play::{Play, Played},
    },
    anchor_lang::prelude::Pubkey,
    ballast::{
        instructions::{AssetArgs, ConfigureStrategyArgs, InitializeVaultArgs, WeightBounds},
        state::{RampArgs, pause as activity},
    },
    ballast_client::instruction,
    ballast_core::strategy::Strategy,
    ballast_tests::{amm::Pool, random::Random},
};

impl Play {
    /// The admin of the moment, by position. Only people of the cast ever become admin.
    pub fn admin(&self) -> usize {
        self.cast.position(&self.vault().admin).unwrap_or(ADMIN)
    }
}

/// Some activities, mostly to go on again soon.
pub fn pause(play: &mut Play, random: &mut Random) -> Played {
    let is_paused = random.one_in(3);
    let expected = if is_paused { GUARDIAN } else { play.admin() };
    let signer = play.cast.people[person(random, expected)];
    let activities = if is_paused { random.below(20) as u8 } else { activity::ALL };
    play.call(instruction::set_pause(signer, play.cast.view.address, activities, is_paused))?.ok();
    Ok(())
}

/// To other weights, slowly or too fast.
pub fn ramp(play: &mut Play, random: &mut Random) -> Played {
    let vault = play.vault();
    let RampArgs { targets_bps, duration_secs } = governance::ramp(random, &vault);
    let expected = play.cast.position(&vault.manager).unwrap_or(MANAGER);
    let signer = play.cast.people[person(random, expected)];
    play.call(instruction::start_ramp(signer, play.cast.view.address, targets_bps, duration_secs))?.ok();
    Ok(())
}

/// A pool that has no route yet.
pub fn register(play: &mut Play, random: &mut Random) -> Played {
    let pool = random.below(play.cast.pools.len() as u64) as usize;
    if play.route(pool).is_some() {
        return Ok(());
    }
    let signer = play.cast.people[person(random, play.admin())];
    play.call(instruction::register_route(signer, play.cast.view.address, play.cast.pools[pool].address()))?.ok();
    Ok(())
}

/// Too late: depositors rely on what was.
pub fn configure(play: &mut Play, random: &mut Random) -> Played {
    let bounds = vec![WeightBounds { min_bps: 0, max_bps: 10_000 }; play.vault().assets().len()];
    let args = ConfigureStrategyArgs { strategy: Strategy::plain(), forecaster: Pubkey::default(), bounds };
    let signer = play.cast.people[person(random, play.admin())];
    play.call(instruction::configure_strategy(signer, play.cast.view.address, args))?.ok();
    Ok(())
}

/// Another of the cast.
pub fn propose(play: &mut Play, random: &mut Random) -> Played {
    let proposed = play.cast.people[random.below(PEOPLE.len() as u64) as usize];
    let signer = play.cast.people[person(random, play.admin())];
    play.call(instruction::propose_admin(signer, play.cast.view.address, proposed))?.ok();
    Ok(())
}

/// Whoever was proposed, or somebody else.
pub fn accept(play: &mut Play, random: &mut Random) -> Played {
    let expected = play.cast.position(&play.vault().pending_admin).unwrap_or(ADMIN);
    let signer = play.cast.people[person(random, expected)];
    play.call(instruction::accept_admin(signer, play.cast.view.address))?.ok();
    Ok(())
}

/// Another vault over the same assets by anybody, with a mistake.
pub fn initialize(play: &mut Play, random: &mut Random) -> Played {
    let creator = play.cast.people[random.below(PEOPLE.len() as u64) as usize];
    let vault_id = random.within(1..=u64::MAX - 1);
    let mints: Vec<_> = play.cast.view.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect();
    let mut view = ballast_client::VaultView::new(&creator, vault_id, &mints);
    let vault = play.vault();
    let mut args = InitializeVaultArgs {
        guardian: creator,
        limits: vault.limits,
        assets: play.cast.assets[..mints.len()]
            .iter()
            .map(|asset| AssetArgs {
                target_bps: asset.spec.target_bps,
                band_abs_bps: 500,
                band_rel_bps: 2_500,
                oracle: asset.spec.oracle,
                feed: asset.feed,
            })
            .collect(),
    };
    // The reserves would have to be created: the mistakes that are found before.
    match random.below(4) {
        0 => args.guardian = Pubkey::default(),
        1 => args.assets.truncate(1),
        2 => {
            args.assets.truncate(1);
            view.assets.truncate(1);
        }
        _ => view.assets.truncate(1),
    }
    play.call(instruction::initialize_vault(creator, vault_id, &view, args))?.ok();
    Ok(())
}
