//! `initialize_vault`: what it creates, what it refuses, and which accounts it insists on.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_spl::token_2022::spl_token_2022::state::AccountState;
use ballast::error::BallastError;
use ballast::events::VaultInitialized;
use ballast::instructions::InitializeVaultArgs;
use ballast::state::{OracleKind, VAULT_VERSION};
use ballast_client::{AccountMeta, VaultView, instruction};
use ballast_core::limits::Limits;
use ballast_core::state::State;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::Allocation;
use ballast_tests::attack::{Expected, assert_fails};
use ballast_tests::scene::{AssetSpec, Config, Scene, event};
use ballast_tests::token::{MintConfig, MintExtension};
use ballast_tests::transaction::{Failure, Outcome};
use ballast_tests::{Keypair, Signer};
use solana_transaction::InstructionError;

/// Accounts of the instruction before the assets'.
const FIXED_ACCOUNTS: usize = 9;
/// Most reserves that one transaction can create: each takes five of the 64 instructions that a transaction may trace.
const MOST_RESERVES: usize = 11;

fn initialize(scene: &mut Scene, instruction: Instruction) -> Result<Outcome, Failure> {
    let admin = scene.admin.clone();
    scene.send(&[instruction], &[&admin])
}

/// Asserts that these arguments fail with this error and leave nothing behind.
#[track_caller]
fn assert_refused(scene: &Scene, args: InitializeVaultArgs, expected: impl Into<Expected>) {
    let mut scene = scene.clone();
    let instruction = scene.initialize_instruction(args);
    assert_fails(initialize(&mut scene, instruction), expected);
    let created = [scene.view.address, scene.view.share_mint, scene.view.assets[0].reserve];
    assert!(created.iter().all(|address| scene.world.find_account(address).is_none()), "nothing is half-applied");
}

/// The instruction for the same vault over other mints.
fn over_mints(scene: &Scene, mints: &[(Pubkey, Pubkey)]) -> Instruction {
    let view = VaultView::new(&scene.admin.pubkey(), 0, mints);
    instruction::initialize_vault(scene.admin.pubkey(), 0, &view, scene.initialize_args())
}

fn assert_creates_a_vault(count: usize) {
    let mut config = Config::mixed(count);
    config.assets[1].oracle = OracleKind::PythPush;
    config.limits.exit_fee_bps = 7;
    let mut scene = Scene::bare(config);
    let args = scene.initialize_args();
    if count > MOST_RESERVES {
        scene.create_reserves();
    }
    let instruction = scene.initialize_instruction(args.clone());
    let outcome = initialize(&mut scene, instruction).unwrap();

    let (vault, view) = (scene.vault(), scene.view.clone());
    assert_eq!((vault.version, usize::from(vault.asset_count), vault.paused), (VAULT_VERSION, count, 0));
    assert_eq!(
        (vault.creator, vault.admin, vault.guardian),
        (scene.admin.pubkey(), scene.admin.pubkey(), scene.guardian.pubkey())
    );
    assert_eq!((vault.pending_admin, vault.vault_id), (Pubkey::default(), 0));
    assert_eq!((vault.authority, vault.share_mint), (view.authority, view.share_mint));
    assert_eq!((vault.total_shares, vault.sequence, vault.strategy), (0, 1, Strategy::plain()));
    assert_eq!((vault.limits, vault.state), (args.limits, State::default()));
    for ((asset, slot), (made, args)) in scene.assets.iter().zip(vault.assets()).zip(view.assets.iter().zip(&args.assets)) {
        assert_eq!((slot.mint, slot.reserve, slot.feed), (asset.mint, made.reserve, asset.feed));
        assert_eq!((slot.decimals, slot.oracle), (asset.spec.mint.decimals, asset.spec.oracle as u8));
        assert_eq!(slot.token == 1, made.token_program == anchor_spl::token_2022::ID);
        assert_eq!(slot.allocation, Allocation::fixed(args.target_bps, 500, 2_500));
        assert_eq!((slot.balance, slot.publish_time, u128::from(slot.price_x64)), (0, 0, 0));
        let reserve = scene.world.token_account(&made.reserve);
        assert_eq!((reserve.owner, reserve.mint, reserve.amount), (view.authority, asset.mint, 0));
    }
    assert!(vault.assets[count..].iter().all(|slot| slot.mint == Pubkey::default()));
    let share_mint = scene.world.mint(&view.share_mint);
    assert_eq!((share_mint.decimals, share_mint.supply), (6, 0));
    assert_eq!(share_mint.mint_authority, Some(view.authority).into());
    assert_eq!(share_mint.freeze_authority, None.into());

    let event: VaultInitialized = event(&outcome);
    assert_eq!((event.vault, event.slot, event.sequence), (view.address, scene.world.clock().slot, 1));
    assert_eq!((event.admin, event.guardian), (scene.admin.pubkey(), scene.guardian.pubkey()));
    assert_eq!(event.mints, scene.assets.iter().map(|asset| asset.mint).collect::<Vec<_>>());
    assert_eq!(event.targets_bps, args.assets.iter().map(|asset| asset.target_bps).collect::<Vec<_>>());
}

#[test]
fn initialize_creates_a_vault_of_2_assets() {
    assert_creates_a_vault(2);
}

#[test]
fn initialize_creates_as_many_reserves_as_fit_a_transaction() {
    let mut scene = Scene::bare(Config::mixed(MOST_RESERVES));
    let instruction = scene.initialize_instruction(scene.initialize_args());
    initialize(&mut scene, instruction).unwrap();
    assert!(scene.view.assets.iter().all(|asset| scene.world.balance(&asset.reserve) == 0));

    let mut scene = Scene::bare(Config::mixed(MOST_RESERVES + 1));
    let instruction = scene.initialize_instruction(scene.initialize_args());
    assert_fails(initialize(&mut scene, instruction), InstructionError::MaxInstructionTraceLengthExceeded);
}

#[test]
fn initialize_creates_a_vault_of_16_assets() {
    assert_creates_a_vault(16);
}

#[test]
fn initialize_refuses_too_few_and_too_many_assets() {
    let scene = Scene::bare(Config::many(16));
    let args = scene.initialize_args();
    for count in [0, 1, 17] {
        let assets = args.assets.iter().copied().cycle().take(count).collect();
        assert_refused(&scene, InitializeVaultArgs { assets, ..args.clone() }, BallastError::AssetCount);
    }
}

#[test]
fn initialize_refuses_accounts_that_do_not_match_the_assets() {
    let mut scene = Scene::bare(Config::pair());
    let valid = scene.initialize_instruction(scene.initialize_args());
    let mut too_few = valid.clone();
    too_few.accounts.pop();
    let mut too_many = valid.clone();
    too_many.accounts.push(AccountMeta::new(scene.keeper.pubkey(), false));
    let mut none = valid;
    none.accounts.truncate(FIXED_ACCOUNTS);
    for instruction in [too_few, too_many, none] {
        assert_fails(initialize(&mut scene, instruction), BallastError::AccountsMismatch);
    }
}

#[test]
fn initialize_refuses_weights_that_do_not_sum_to_one() {
    let scene = Scene::bare(Config::pair());
    for weights in [[5_000, 4_999], [5_000, 5_001], [0, 0], [u16::MAX, u16::MAX]] {
        let mut args = scene.initialize_args();
        args.assets.iter_mut().zip(weights).for_each(|(asset, weight)| asset.target_bps = weight);
        assert_refused(&scene, args, BallastError::TargetsSum);
    }
}

#[test]
fn initialize_refuses_bands_out_of_bounds() {
    let scene = Scene::bare(Config::pair());
    for (absolute, relative) in [(0, 500), (10_001, 500), (500, 0), (500, 10_001)] {
        let mut args = scene.initialize_args();
        (args.assets[1].band_abs_bps, args.assets[1].band_rel_bps) = (absolute, relative);
        assert_refused(&scene, args, BallastError::BandOutOfBounds);
    }
}

#[test]
fn initialize_refuses_an_asset_without_a_feed() {
    let scene = Scene::bare(Config::pair());
    let mut args = scene.initialize_args();
    args.assets[1].feed = [0; 32];
    assert_refused(&scene, args, BallastError::FeedMissing);
}

#[test]
fn initialize_refuses_a_missing_guardian() {
    let scene = Scene::bare(Config::pair());
    let args = InitializeVaultArgs { guardian: Pubkey::default(), ..scene.initialize_args() };
    assert_refused(&scene, args, BallastError::GuardianMissing);
}

/// Nobody, the admin included, gets past the published ceilings.
#[test]
fn initialize_refuses_each_limit_out_of_bounds() {
    let scene = Scene::bare(Config::pair());
    let limits = scene.initialize_args().limits;
    let beyond = [
        Limits { max_price_age_secs: 301, ..limits },
        Limits { max_price_age_secs: 0, ..limits },
        Limits { min_interval_secs: 29, ..limits },
        Limits { timelock_secs: 86_399, ..limits },
        Limits { max_conf_bps: 201, ..limits },
        Limits { max_slippage_bps: 501, ..limits },
        Limits { max_pool_deviation_bps: 301, ..limits },
        Limits { max_pool_impact_bps: 301, ..limits },
        Limits { max_trade_bps: 2_501, ..limits },
        Limits { max_daily_loss_bps: 301, ..limits },
        Limits { max_daily_turnover_bps: 100_001, ..limits },
        Limits { max_daily_turnover_bps: 0, ..limits },
        Limits { entry_fee_bps: 201, ..limits },
        Limits { exit_fee_bps: 201, ..limits },
        Limits { min_trade_usd: 9_999, ..limits },
        Limits { change_window_secs: 86_399, ..limits },
        Limits { crank_reward_lamports: 10_000_001, ..limits },
        Limits { max_daily_crank_lamports: 1_000_000_001, ..limits },
        Limits { management_fee_bps: 501, ..limits },
        Limits { max_ramp_bps_per_day: 10_001, ..limits },
    ];
    for limits in beyond {
        assert_refused(&scene, InitializeVaultArgs { limits, ..scene.initialize_args() }, BallastError::LimitOutOfBounds);
    }
}

#[test]
fn initialize_accepts_each_limit_at_its_bound() {
    let scene = Scene::bare(Config::pair());
    let limits = Limits {
        min_trade_usd: 10_000,
        max_price_age_secs: 300,
        min_interval_secs: 30,
        timelock_secs: 86_400,
        max_conf_bps: 200,
        max_slippage_bps: 500,
        max_pool_deviation_bps: 300,
        max_pool_impact_bps: 300,
        max_trade_bps: 2_500,
        max_daily_loss_bps: 300,
        entry_fee_bps: 200,
        exit_fee_bps: 200,
        max_daily_turnover_bps: 100_000,
        change_window_secs: 86_400,
        crank_reward_lamports: 10_000_000,
        max_daily_crank_lamports: 1_000_000_000,
        management_fee_bps: 500,
        max_ramp_bps_per_day: 10_000,
    };
    let mut scene = scene;
    let instruction = scene.initialize_instruction(InitializeVaultArgs { limits, ..scene.initialize_args() });
    initialize(&mut scene, instruction).unwrap();
    assert_eq!(scene.vault().limits, limits);
}

#[test]
fn initialize_refuses_a_mint_twice() {
    let mut scene = Scene::bare(Config::pair());
    let twice = [(scene.assets[0].mint, anchor_spl::token::ID); 2];
    let instruction = over_mints(&scene, &twice);
    assert_fails(initialize(&mut scene, instruction), BallastError::DuplicateAsset);
}

#[test]
fn initialize_refuses_what_is_not_a_mint() {
    let mut scene = Scene::bare(Config::pair());
    let first = (scene.assets[0].mint, anchor_spl::token::ID);
    let wallet = scene.keeper.pubkey();
    let token_account = scene.world.create_token_account(&wallet, &first.0);
    let foreign = scene.world.create_mint("foreign mint", &MintConfig { program: ballast::ID, ..MintConfig::spl(6) });
    let blank = scene.world.keypair("blank mint").pubkey();
    scene.world.write(&blank, &anchor_spl::token::ID, vec![0; 82]);
    let nineteen_decimals = scene.world.create_mint("fine mint", &MintConfig::spl(19));
    for other in [wallet, token_account, foreign, blank, nineteen_decimals] {
        let instruction = over_mints(&scene, &[first, (other, anchor_spl::token::ID)]);
        assert_fails(initialize(&mut scene, instruction), BallastError::UnsupportedMint);
    }
}

/// Every extension that the harness knows, by its real layout.
#[test]
fn initialize_checks_each_extension_against_the_allowlist() {
    let somebody = Keypair::new().pubkey();
    let allowed = vec![MintExtension::MetadataPointer, MintExtension::Metadata("a name".to_owned())];
    let forbidden = [
        MintExtension::TransferFee { bps: 0, maximum: 0 },
        MintExtension::TransferHook(somebody),
        MintExtension::PermanentDelegate(somebody),
        MintExtension::MintCloseAuthority(somebody),
        MintExtension::DefaultAccountState(AccountState::Initialized),
        MintExtension::InterestBearing(100),
        MintExtension::NonTransferable,
        MintExtension::ConfidentialTransfer,
        MintExtension::Pausable(somebody),
        MintExtension::ScaledUiAmount(1.0),
    ];
    for extensions in [vec![], vec![MintExtension::MetadataPointer], allowed.clone()] {
        Scene::empty(with_extensions(extensions));
    }
    for extension in forbidden {
        let alone = Scene::bare(with_extensions(vec![extension.clone()]));
        assert_refused(&alone, alone.initialize_args(), BallastError::UnsupportedMintExtension);
        let hidden_last = [allowed.clone(), vec![extension]].concat();
        let hidden = Scene::bare(with_extensions(hidden_last));
        assert_refused(&hidden, hidden.initialize_args(), BallastError::UnsupportedMintExtension);
    }
}

fn with_extensions(extensions: Vec<MintExtension>) -> Config {
    let second = AssetSpec { mint: MintConfig::token_2022(9, extensions), ..AssetSpec::spl(9, 5_000_000_000, 5_000) };
    Config::of(vec![AssetSpec::spl(6, 100_000_000, 5_000), second])
}

/// Every extension by its number, the ones that do not exist yet included: what is not on the list is refused.
#[test]
fn initialize_refuses_every_other_extension_number() {
    // Metadata pointer, metadata, group pointer, group, member pointer, member.
    const ALLOWED: [u16; 6] = [18, 19, 20, 21, 22, 23];
    /// Where the first extension's number stands in a Token-2022 mint.
    const TYPE_OFFSET: usize = 166;
    let scene = Scene::bare(with_extensions(vec![MintExtension::MetadataPointer]));
    let mint = scene.assets[1].mint;
    for number in (1..64).chain([1_000, u16::MAX]) {
        let mut scene = scene.clone();
        let mut account = scene.world.account(&mint);
        account.data[TYPE_OFFSET..TYPE_OFFSET + 2].copy_from_slice(&number.to_le_bytes());
        scene.world.set_account(&mint, account);
        let instruction = scene.initialize_instruction(scene.initialize_args());
        let result = initialize(&mut scene, instruction);
        if ALLOWED.contains(&number) {
            result.unwrap_or_else(|failure| panic!("extension {number} is allowed: {failure}"));
        } else {
            assert_fails(result, BallastError::UnsupportedMintExtension);
        }
    }
}

#[test]
fn initialize_creates_several_vaults_of_one_creator() {
    let mut scene = Scene::empty(Config::pair());
    let mints: Vec<_> = scene.view.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect();
    let seventh = VaultView::new(&scene.admin.pubkey(), 7, &mints);
    let args = scene.initialize_args();
    let misnumbered = instruction::initialize_vault(scene.admin.pubkey(), 8, &seventh, args.clone());
    assert_fails(initialize(&mut scene, misnumbered), ErrorCode::ConstraintSeeds);
    let instruction = instruction::initialize_vault(scene.admin.pubkey(), 7, &seventh, args);
    initialize(&mut scene, instruction).unwrap();
    scene.view = seventh;
    assert_eq!((scene.vault().vault_id, scene.vault().creator), (7, scene.admin.pubkey()));
}

#[test]
fn initialize_fails_for_a_vault_that_exists() {
    let mut scene = Scene::empty(Config::pair());
    let before = scene.world.account(&scene.view.address);
    let instruction = scene.initialize_instruction(scene.initialize_args());
    // The system program's "already in use".
    assert_fails(initialize(&mut scene, instruction), InstructionError::Custom(0));
    assert_eq!(scene.world.account(&scene.view.address), before);
}

/// Whoever sends lamports to the addresses, or creates a reserve, first does not stop the vault.
#[test]
fn initialize_cannot_be_front_run() {
    let mut scene = Scene::bare(Config::mixed(2));
    let view = scene.view.clone();
    scene.world.fund(&view.address);
    scene.world.fund(&view.share_mint);
    scene.world.create_token_account(&view.authority, &view.assets[0].mint);
    scene.world.mint_to(&view.assets[1].mint, &view.authority, 5);
    let instruction = scene.initialize_instruction(scene.initialize_args());
    initialize(&mut scene, instruction).unwrap();
    assert!(scene.vault().assets().iter().all(|asset| asset.balance == 0), "what was there before is a donation");
}
