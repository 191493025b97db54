//! The harness itself: what it writes is what the real programs and SDKs read.

use {
    anchor_lang::{
        AccountDeserialize,
        prelude::{Clock, Pubkey},
        solana_program::instruction::Instruction,
    },
    anchor_spl::{
        associated_token::spl_associated_token_account::instruction::create_associated_token_account,
        token,
        token_2022::spl_token_2022::{
            error::TokenError,
            extension::{BaseStateWithExtensions, StateWithExtensions},
            instruction::transfer_checked,
            state::{AccountState, Mint},
        },
    },
    ballast_tests::{
        Signer, World,
        amm::{
            Pool,
            raydium_cpmm::{self, RaydiumCpmm},
            token_swap::{self, TokenSwap},
        },
        pyth::{self, Quote},
        token::{MintConfig, MintExtension},
        transaction::{MAX_TRANSACTION_BYTES, legacy_size, size_with_tables},
        world::{Options, START_TIME},
    },
    pyth_sdk_solana::state::{PriceStatus, load_price_account},
    pyth_solana_receiver_sdk::{
        error::GetPriceError,
        price_update::{PriceUpdateV2, VerificationLevel},
    },
};

const QUOTE: Quote = Quote { price: 6_500_000_000_000, conf: 1_000_000_000, exponent: -8, publish_time: START_TIME };

/// Token units that tests transfer.
const AMOUNT: u64 = 1_000_000;

#[test]
fn keypairs_are_the_same_for_the_same_seed_and_label_only() {
    let [one, other] = [1, 2].map(|seed| World::with_options(Options { seed, ..Options::default() }));
    assert_eq!(one.keypair("alice").pubkey(), one.clone().keypair("alice").pubkey());
    assert_ne!(one.keypair("alice").pubkey(), one.keypair("bob").pubkey());
    assert_ne!(one.keypair("alice").pubkey(), other.keypair("alice").pubkey());
}

#[test]
fn advance_moves_time_and_slot_together() {
    let mut world = World::new();
    let before = world.clock();
    world.advance(60);
    assert_eq!(world.now(), START_TIME + 60);
    assert_eq!(world.clock().slot, before.slot + 150);
}

#[test]
fn clone_is_independent() {
    let mut world = World::new();
    let mut copy = world.clone();
    copy.advance(60);
    let mint = copy.create_mint("usdc", &MintConfig::spl(6));
    assert_eq!(world.now(), START_TIME);
    assert!(world.find_account(&mint).is_none());
    world.create_mint("usdc", &MintConfig::spl(6));
}

/// `owner`'s transfer of [`AMOUNT`] to `receiver`.
fn transfer(world: &World, mint: &Pubkey, owner: &Pubkey, receiver: &Pubkey) -> Instruction {
    let [from, to] = [owner, receiver].map(|key| world.token_address(key, mint));
    let decimals = world.mint(mint).decimals;
    transfer_checked(&world.account(mint).owner, &from, mint, &to, owner, &[], AMOUNT, decimals).unwrap()
}

#[test]
fn send_runs_the_same_transaction_again() {
    for signatures in [true, false] {
        let mut world = World::with_options(Options { signatures, ..Options::default() });
        let (alice, bob) = (world.wallet("alice"), world.keypair("bob").pubkey());
        let mint = world.create_mint("usdc", &MintConfig::spl(6));
        world.mint_to(&mint, &alice.pubkey(), 3 * AMOUNT);
        world.create_token_account(&bob, &mint);
        let transfer = transfer(&world, &mint, &alice.pubkey(), &bob);

        world.simulate(std::slice::from_ref(&transfer), &[&alice]).unwrap();
        assert_eq!(world.balance_of(&bob, &mint), 0, "a simulation stores nothing");
        let first = world.send(std::slice::from_ref(&transfer), &[&alice]).unwrap();
        let second = world.send(&[transfer], &[&alice]).unwrap();
        assert_eq!(first.compute_units, second.compute_units);
        assert_eq!(world.balance_of(&bob, &mint), 2 * AMOUNT);
        assert_eq!(world.balance_of(&alice.pubkey(), &mint), AMOUNT);
        assert_eq!(world.supply(&mint), 3 * AMOUNT);
    }
}

#[test]
fn send_reports_the_program_error_and_its_log() {
    let mut world = World::new();
    let (alice, bob) = (world.wallet("alice"), world.keypair("bob").pubkey());
    let mint = world.create_mint("usdc", &MintConfig::spl(6));
    world.create_token_account(&alice.pubkey(), &mint);
    world.create_token_account(&bob, &mint);
    let failure = world.send(&[transfer(&world, &mint, &alice.pubkey(), &bob)], &[&alice]).unwrap_err();
    assert_eq!(failure.code(), Some(TokenError::InsufficientFunds as u32));
    assert!(failure.to_string().contains(&token::ID.to_string()), "{failure}");
}

#[test]
fn lookup_table_shrinks_a_transaction_that_still_runs() {
    let mut world = World::new();
    let alice = world.wallet("alice");
    let mint = world.create_mint("usdc", &MintConfig::spl(6));
    world.mint_to(&mint, &alice.pubkey(), 8 * AMOUNT);
    let receivers: Vec<_> = (0..8).map(|number| world.keypair(&format!("receiver {number}")).pubkey()).collect();
    let mut addresses = vec![mint];
    addresses.extend(receivers.iter().map(|receiver| world.create_token_account(receiver, &mint)));
    let transfers: Vec<_> = receivers.iter().map(|receiver| transfer(&world, &mint, &alice.pubkey(), receiver)).collect();

    let table = [world.create_lookup_table("table", addresses.clone())];
    let legacy = legacy_size(&transfers, &alice.pubkey());
    let with_table = size_with_tables(&transfers, &alice.pubkey(), &table);
    // Every address costs one byte instead of 32; the table costs its own address and three lengths, the version a byte.
    assert_eq!(with_table, legacy - 31 * addresses.len() + 32 + 3 + 1);
    assert!(legacy < MAX_TRANSACTION_BYTES);

    world.send_with_tables(&transfers, &[&alice], &table).unwrap();
    assert!(receivers.iter().all(|receiver| world.balance_of(receiver, &mint) == AMOUNT));
}

fn mint_configs() -> Vec<MintConfig> {
    let key = Pubkey::new_from_array([7; 32]);
    let extensions = [
        vec![],
        vec![MintExtension::TransferFee { bps: 100, maximum: u64::MAX }],
        vec![MintExtension::PermanentDelegate(key)],
        vec![MintExtension::MintCloseAuthority(key)],
        vec![MintExtension::MetadataPointer, MintExtension::Metadata("Wrapped Bitcoin".to_owned())],
        vec![MintExtension::InterestBearing(500)],
        vec![MintExtension::ConfidentialTransfer],
        vec![MintExtension::Pausable(key)],
        vec![MintExtension::ScaledUiAmount(2.0)],
        vec![MintExtension::DefaultAccountState(AccountState::Initialized)],
        vec![MintExtension::DefaultAccountState(AccountState::Frozen)],
        vec![MintExtension::NonTransferable],
        vec![MintExtension::TransferHook(key)],
        vec![MintExtension::MetadataPointer, MintExtension::MintCloseAuthority(key), MintExtension::Pausable(key)],
    ];
    let token_2022 = extensions.into_iter().map(|extensions| MintConfig::token_2022(9, extensions));
    std::iter::once(MintConfig::spl(9)).chain(token_2022).map(|config| config.with_freeze_authority(&key)).collect()
}

#[test]
fn token_accounts_equal_those_of_the_associated_token_program() {
    for config in mint_configs() {
        let mut world = World::new();
        let payer = world.payer.pubkey();
        let mint = world.create_mint("mint", &config);
        let mut real = world.clone();
        let written = world.create_token_account(&payer, &mint);
        real.send(&[create_associated_token_account(&payer, &payer, &mint, &config.program)], &[])
            .unwrap_or_else(|failure| panic!("{config:?}: {failure}"));
        let (written, real) = (world.account(&written), real.account(&written));
        assert_eq!((written.data, written.owner, written.lamports), (real.data, real.owner, real.lamports), "{config:?}");
    }
}

/// Units that arrive of [`AMOUNT`] sent, or the token program's error.
fn received(config: &MintConfig) -> Result<u64, u32> {
    let mut world = World::new();
    let (alice, bob) = (world.wallet("alice"), world.keypair("bob").pubkey());
    let mint = world.create_mint("mint", config);
    world.mint_to(&mint, &alice.pubkey(), AMOUNT);
    world.create_token_account(&bob, &mint);
    match world.send(&[transfer(&world, &mint, &alice.pubkey(), &bob)], &[&alice]) {
        Ok(_) => Ok(world.balance_of(&bob, &mint)),
        Err(failure) => Err(failure.code().unwrap_or_else(|| panic!("{config:?}: {failure}"))),
    }
}

#[test]
fn transfers_obey_the_mints_extensions() {
    for config in mint_configs() {
        let expected = match config.extensions.first() {
            Some(MintExtension::TransferFee { .. }) => Ok(AMOUNT - AMOUNT / 100),
            Some(MintExtension::NonTransferable) => Err(TokenError::NonTransferable as u32),
            Some(MintExtension::DefaultAccountState(AccountState::Frozen)) => Err(TokenError::AccountFrozen as u32),
            // The hook's program does not exist, which is no error of the token program's own.
            Some(MintExtension::TransferHook(_)) => continue,
            _ => Ok(AMOUNT),
        };
        assert_eq!(received(&config), expected, "{config:?}");
    }
}

#[test]
fn mint_carries_its_extensions() {
    for config in mint_configs() {
        let mut world = World::new();
        let mint = world.create_mint("mint", &config);
        let account = world.account(&mint);
        let state = StateWithExtensions::<Mint>::unpack(&account.data).unwrap();
        assert_eq!(state.get_extension_types().unwrap().len(), config.extensions.len(), "{config:?}");
        assert_eq!((state.base.decimals, account.owner), (9, config.program));
    }
}

#[test]
fn freeze_stops_transfers_and_thaw_allows_them() {
    let mut world = World::new();
    let (alice, bob) = (world.wallet("alice"), world.keypair("bob").pubkey());
    for config in [MintConfig::spl(6), MintConfig::token_2022(6, vec![])] {
        let mint = world.create_mint(&format!("{}", config.program), &config);
        let account = world.mint_to(&mint, &alice.pubkey(), AMOUNT);
        world.create_token_account(&bob, &mint);
        let transfer = transfer(&world, &mint, &alice.pubkey(), &bob);
        world.freeze(&account);
        let failure = world.send(std::slice::from_ref(&transfer), &[&alice]).unwrap_err();
        assert_eq!(failure.code(), Some(TokenError::AccountFrozen as u32));
        world.thaw(&account);
        world.send(&[transfer], &[&alice]).unwrap();
        assert_eq!(world.balance(&account), 0);
    }
}

/// Anchor's own clock: the SDK and LiteSVM use different versions of the type.
fn clock(world: &World) -> Clock {
    Clock { slot: world.clock().slot, unix_timestamp: world.now(), ..Clock::default() }
}

#[test]
fn pull_update_reads_as_written_by_the_receiver_sdk() {
    const FEED: [u8; 32] = [3; 32];
    let mut world = World::new();
    let address = world.keypair("price").pubkey();
    let mut update = pyth::pull_update(FEED, &QUOTE);
    world.write_pull(&address, &update);
    let account = world.account(&address);
    assert_eq!((account.owner, account.data.len()), (pyth::PULL_PROGRAM, PriceUpdateV2::LEN));

    world.advance(30);
    let read = PriceUpdateV2::try_deserialize(&mut account.data.as_slice()).unwrap();
    let price = read.get_price_no_older_than(&clock(&world), 30, &FEED).unwrap();
    assert_eq!((price.price, price.conf, price.exponent), (QUOTE.price, QUOTE.conf, QUOTE.exponent));
    assert_eq!(price.publish_time, QUOTE.publish_time);
    assert_eq!(read.get_price_no_older_than(&clock(&world), 29, &FEED), Err(GetPriceError::PriceTooOld));

    update.verification_level = VerificationLevel::Partial { num_signatures: 5 };
    world.write_pull(&address, &update);
    let read = PriceUpdateV2::try_deserialize(&mut world.account(&address).data.as_slice()).unwrap();
    assert_eq!(read.get_price_no_older_than(&clock(&world), 30, &FEED), Err(GetPriceError::InsufficientVerificationLevel));
}

#[test]
fn push_price_reads_as_written_by_the_oracle_sdk() {
    let mut world = World::new();
    let address = world.keypair("price").pubkey();
    let mut written = pyth::push_price(&QUOTE);
    world.write_push(&address, &written);
    let account = world.account(&address);
    assert_eq!((account.owner, account.data.len()), (pyth::PUSH_PROGRAM, 3_312));
    let price = *load_price_account::<32, ()>(&account.data).unwrap();
    assert_eq!(price, written);
    let feed = price.to_price_feed(&address.to_bytes().into());
    let now = feed.get_price_no_older_than(world.now(), 0).unwrap();
    assert_eq!((now.price, now.conf, now.expo, now.publish_time), (QUOTE.price, QUOTE.conf, QUOTE.exponent, START_TIME));
    assert_eq!(feed.get_ema_price_unchecked().price, QUOTE.price);

    written.agg.status = PriceStatus::Halted;
    world.write_push(&address, &written);
    let halted = *load_price_account::<32, ()>(&world.account(&address).data).unwrap();
    assert_eq!(halted.get_publish_time(), written.prev_timestamp);

    let stranger = world.keypair("stranger").pubkey();
    world.set_owner(&address, &stranger);
    assert_eq!(world.account(&address).owner, stranger);
}

/// Two SPL Token mints.
fn two_mints(world: &mut World) -> [Pubkey; 2] {
    ["btc", "usdc"].map(|label| world.create_mint(label, &MintConfig::spl(8)))
}

/// Swaps of very different sizes, both ways, give what the formula says to the unit.
fn check_swaps(world: &mut World, pool: &impl Pool, slippage_code: u32) {
    let trader = world.wallet("trader");
    for mint in pool.mints() {
        world.mint_to(&mint, &trader.pubkey(), u64::MAX / 8);
    }
    for amount_in in [1_000, 123_457, 99_999_999, 1_000_000_007, 7_777_777_777_777] {
        for sell in pool.mints() {
            let (sold, bought) = pool.sides(&sell);
            let expected = pool.output(world, &sell, amount_in);
            let greedy = pool.swap(&trader.pubkey(), &sell, amount_in, expected + 1);
            assert_eq!(world.send(&[greedy], &[&trader]).unwrap_err().code(), Some(slippage_code));

            let before = pool.mints().map(|mint| world.balance_of(&trader.pubkey(), &mint));
            world.swap(pool, &trader, &sell, amount_in).unwrap();
            let after = pool.mints().map(|mint| world.balance_of(&trader.pubkey(), &mint));
            assert_eq!(after[bought] - before[bought], expected, "in: {amount_in}");
            // The AMM may leave a remainder that would buy nothing more.
            assert!((1..=amount_in).contains(&(before[sold] - after[sold])));
        }
    }
    let reserves = [5_000_000_000, 300_000_000_000];
    pool.set_reserves(world, reserves);
    assert_eq!(pool.reserves(world), reserves);
    let [sell, buy] = pool.mints();
    let expected = pool.output(world, &sell, AMOUNT);
    let before = world.balance_of(&trader.pubkey(), &buy);
    world.swap(pool, &trader, &sell, AMOUNT).unwrap();
    assert_eq!(world.balance_of(&trader.pubkey(), &buy) - before, expected);
}

#[test]
fn token_swap_gives_what_its_formula_says() {
    /// `SwapError::ExceededSlippage` of spl-token-swap 3.0.
    const EXCEEDED_SLIPPAGE: u32 = 16;
    let mut world = World::new();
    TokenSwap::deploy(&mut world);
    let mints = two_mints(&mut world);
    for (label, fees) in [
        ("as on mainnet", token_swap::Fees::default()),
        ("without owner fee", token_swap::Fees { trade_bps: 30, owner_bps: 0 }),
        ("free", token_swap::Fees { trade_bps: 0, owner_bps: 0 }),
    ] {
        let reserves = [100_000_000_000_000, 6_500_000_000_000_000];
        let pool = TokenSwap::create(&mut world, label, mints, reserves, fees);
        assert_eq!(pool.reserves(&world), reserves);
        check_swaps(&mut world, &pool, EXCEEDED_SLIPPAGE);
    }
}

#[test]
fn raydium_cpmm_gives_what_its_formula_says() {
    /// `ErrorCode::ExceededSlippage` of Raydium CPMM.
    const EXCEEDED_SLIPPAGE: u32 = 6_005;
    let mut world = World::new();
    if !RaydiumCpmm::deploy(&mut world) {
        println!("skipped: {} does not name Raydium CPMM's program file", raydium_cpmm::PROGRAM_FILE_VARIABLE);
        return;
    }
    let [btc, usdc] = two_mints(&mut world);
    let token_2022 = world.create_mint("token-2022", &MintConfig::token_2022(6, vec![MintExtension::MetadataPointer]));
    for (index, mints) in [[btc, usdc], [usdc, token_2022], [token_2022, btc]].into_iter().enumerate() {
        let index = u16::try_from(index).unwrap();
        let reserves = [100_000_000_000_000, 6_500_000_000_000_000];
        let pool = RaydiumCpmm::create(&mut world, index, mints, reserves, raydium_cpmm::Fees::default());
        let (first, _) = pool.sides(&mints[0]);
        assert_eq!(pool.reserves(&world)[first], reserves[0]);
        check_swaps(&mut world, &pool, EXCEEDED_SLIPPAGE);
    }
}
