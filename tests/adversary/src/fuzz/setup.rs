//! How a history begins: a new vault with random limits and strategy, its routes, and the first deposit.

use {
    super::{
        actions::governance,
        cast::{ADMIN, FORECASTER, GUARDIAN, KEEPER, MANAGER, PEOPLE},
        play::{Play, Played},
    },
    anchor_lang::solana_program::{instruction::Instruction, program_pack::Pack},
    anchor_spl::token::{
        self,
        spl_token::state::{Account as TokenState, AccountState},
    },
    ballast::{
        instructions::{AssetArgs, ConfigureStrategyArgs, DepositInKindArgs, InitializeVaultArgs, WeightBounds},
        state::{Change, Roles},
    },
    ballast_client::instruction,
    ballast_core::{
        BPS,
        limits::{self, Limits},
    },
    ballast_tests::{amm::Pool, random::Random, scene::SceneAsset, vaults},
    solana_account::Account,
};

/// Lamports of a token account: more than rent asks for.
const TOKEN_LAMPORTS: u64 = 10_000_000;

/// Sets up a vault.
///
/// # Errors
/// Where a step of it fails.
pub fn setup(play: &mut Play, random: &mut Random) -> Played {
    let limits = limits(random);
    must(play, initialize(play, random, limits))?;
    open_share_accounts(play);
    if random.one_in(2) {
        must(play, configure(play, random, &limits))?;
    }
    if !random.one_in(4) {
        give_roles(play)?;
    }
    if random.one_in(3) {
        change(play, Change::Breakers(governance::breakers(random)))?;
    }
    let (admin, vault) = (play.cast.people[ADMIN], play.cast.view.address);
    for pool in 0..play.cast.pools.len() {
        // The spare asset's pool waits for its asset.
        let has_spare = play.cast.pools[pool].mints().contains(&play.cast.spare.mint);
        if !has_spare && !random.one_in(8) {
            must(play, instruction::register_route(admin, vault, play.cast.pools[pool].address()))?;
        }
    }
    play.publish_all(random, 20);
    let refresh = play.refresh_all();
    // Where the limits ask for more confidence than these have, the vault begins without prices.
    play.call(refresh)?.ok();
    must(play, first_deposit(play, random))
}

fn must(play: &mut Play, instruction: Instruction) -> Played {
    play.call(instruction)?.map_err(|failed| format!("the setup failed: {failed}"))
}

/// The defaults more often than not, so that most vaults trade.
fn limits(random: &mut Random) -> Limits {
    let mut limits = match random.below(3) {
        0 => vaults::limits(random),
        1 => Limits { min_trade_usd: 10_000, min_interval_secs: 30, max_trade_bps: 2_500, ..limits::DEFAULT },
        _ => limits::DEFAULT,
    };
    if random.one_in(2) {
        (limits.entry_fee_bps, limits.exit_fee_bps) = (random.below(201) as u16, random.below(201) as u16);
    }
    if random.one_in(3) {
        limits.management_fee_bps = random.within(1..=500) as u16;
    }
    if random.one_in(2) {
        limits.crank_reward_lamports = random.sized(1..=10_000_000) as u32;
        limits.max_daily_crank_lamports = random.sized(1..=1_000_000_000) as u32;
    }
    limits
}

fn initialize(play: &Play, random: &mut Random, limits: Limits) -> Instruction {
    let (band_abs_bps, band_rel_bps) = (random.sized(10..=2_000) as u16, random.sized(100..=10_000) as u16);
    let assets = basket(play).iter().map(|asset| AssetArgs {
        target_bps: asset.spec.target_bps,
        band_abs_bps,
        band_rel_bps,
        oracle: asset.spec.oracle,
        feed: asset.feed,
    });
    let args = InitializeVaultArgs { guardian: play.cast.people[GUARDIAN], limits, assets: assets.collect() };
    instruction::initialize_vault(play.cast.people[ADMIN], 0, &play.cast.view, args)
}

fn configure(play: &Play, random: &mut Random, limits: &Limits) -> Instruction {
    let slack_bps = random.sized(1..=10_000) as u16;
    let bounds = basket(play).iter().map(|asset| WeightBounds {
        min_bps: asset.spec.target_bps.saturating_sub(slack_bps),
        max_bps: (asset.spec.target_bps + slack_bps).min(BPS),
    });
    let args = ConfigureStrategyArgs {
        strategy: vaults::strategy(random, limits, basket(play).len()),
        forecaster: play.cast.people[FORECASTER],
        bounds: bounds.collect(),
    };
    instruction::configure_strategy(play.cast.people[ADMIN], play.cast.view.address, args)
}

/// The assets that the vault begins with.
fn basket(play: &Play) -> &[SceneAsset] {
    &play.cast.assets[..play.cast.view.assets.len()]
}

/// A manager, a forecaster and a fee recipient.
fn give_roles(play: &mut Play) -> Played {
    let people = &play.cast.people;
    let roles = Roles { manager: people[MANAGER], forecaster: people[FORECASTER], fee_recipient: people[KEEPER] };
    change(play, Change::Roles(roles))
}

/// A change that need not wait, since nobody has deposited.
fn change(play: &mut Play, change: Change) -> Played {
    let (admin, vault, id) = (play.cast.people[ADMIN], play.cast.view.address, play.vault().change_count);
    must(play, instruction::queue_change(admin, vault, id, change))?;
    must(play, instruction::apply_change(admin, vault, id))
}

/// An account for shares for everybody.
fn open_share_accounts(play: &mut Play) {
    for person in 0..PEOPLE.len() {
        let state = TokenState {
            mint: play.cast.view.share_mint,
            owner: play.cast.people[person],
            state: AccountState::Initialized,
            ..TokenState::default()
        };
        let mut data = vec![0; TokenState::LEN];
        state.pack_into_slice(&mut data);
        let address = play.cast.shares(person);
        play.chain.write(&address, Account { lamports: TOKEN_LAMPORTS, owner: token::ID, data, ..Account::default() });
    }
}

/// Everything at its target, at a dollar a share or any other price.
fn first_deposit(play: &Play, random: &mut Random) -> Instruction {
    let dollars = random.sized(20..=500_000);
    let amounts = basket(play).iter().map(|asset| asset.units(dollars * u64::from(asset.spec.target_bps)) / 10_000);
    let min_shares = if random.one_in(4) { random.sized(10_000_000..=1_000_000_000_000) } else { dollars * 1_000_000 };
    let args = DepositInKindArgs { max_amounts: amounts.collect(), min_shares };
    instruction::deposit_in_kind(play.cast.people[ADMIN], &play.cast.view, args)
}
