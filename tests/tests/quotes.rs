//! Quotes against what the real AMMs pay, to the unit: random reserves, fees and amounts, in both directions.
//!
//! The seed is printed, and `BALLAST_SEED` repeats it. What fails is written to `quotes.proptest-regressions`, to commit.

use {
    anchor_lang::{error::ErrorCode, prelude::Pubkey},
    ballast::error::BallastError,
    ballast_core::pool::{Fee, Fraction},
    ballast_tests::{
        Keypair, Signer, World,
        amm::{
            Pool,
            raydium_cpmm::{self, RaydiumCpmm},
            token_swap::{self, TokenSwap},
        },
        seed::seed,
        token::MintConfig,
    },
    proptest::{
        prelude::*,
        test_runner::{Config as ProptestConfig, FileFailurePersistence, RngSeed, TestRunner},
    },
    std::{cell::Cell, fmt::Debug},
};

const CASES: u32 = 2_000;

/// Units on each side of a pool before a case changes them.
const START_UNITS: u64 = 1 << 40;

/// A swap, whatever the AMM charges.
#[derive(Clone, Copy, Debug)]
struct Trade {
    /// Units of each token that the curve works with.
    reserves: [u64; 2],
    /// Which token is sold.
    sell: usize,
    /// At most the reserve of the sold token.
    amount_in: u64,
}

/// Numbers of every size up to `2^bits - 1`, small ones as often as large ones; never 0.
fn units(bits: u32) -> impl Strategy<Value = u64> {
    (1..=bits, any::<u64>()).prop_map(|(bits, random)| (random >> (64 - bits)).max(1))
}

fn trades() -> impl Strategy<Value = Trade> {
    let reserve = || prop_oneof![1 => units(60), 3 => 1u64 << 30..1 << 60];
    ([reserve(), reserve()], 0..2usize, any::<u64>(), 0..24u32).prop_map(|(reserves, sell, random, smaller)| {
        let amount_in = (random % reserves[sell] + 1) >> smaller;
        Trade { reserves, sell, amount_in }
    })
}

/// A pool on a chain of its own, and somebody to trade with it.
#[derive(Clone)]
struct Setting<P> {
    world: World,
    pool: P,
}

impl<P: Pool> Setting<P> {
    fn new(mut world: World, create: impl FnOnce(&mut World, [Pubkey; 2]) -> P) -> Self {
        let mints = ["first", "second"].map(|label| world.create_mint(label, &MintConfig::spl(6)));
        let pool = create(&mut world, mints);
        let trader = world.wallet("trader");
        for mint in mints {
            world.create_token_account(&trader.pubkey(), &mint);
        }
        Setting { world, pool }
    }

    fn trader(&self) -> Keypair {
        self.world.keypair("trader")
    }

    /// Overwrites a part of an account of the AMM's.
    fn edit(&mut self, address: Pubkey, offset: usize, bytes: &[u8]) {
        let mut account = self.world.account(&address);
        account.data[offset..offset + bytes.len()].copy_from_slice(bytes);
        self.world.set_account(&address, account);
    }

    /// Swaps, and asserts that the AMM pays the quote, or refuses with one of `refusals` where the quote is nothing.
    /// Whether it paid.
    fn check(mut self, trade: Trade, refusals: &[u32]) -> bool {
        let Trade { reserves, sell, amount_in } = trade;
        self.pool.set_reserves(&mut self.world, reserves);
        let pool = self.pool.as_read(&self.world).unwrap();
        assert_eq!(pool.reserves, reserves);
        let quote = pool.directed(sell).quote(amount_in).unwrap();

        let trader = self.trader();
        let [sold, bought] = [sell, 1 - sell].map(|side| self.pool.mints()[side]);
        let source = self.world.token_address(&trader.pubkey(), &sold);
        self.world.edit_token_account(&source, |account| account.amount = amount_in);
        match self.world.swap(&self.pool, &trader, &sold, amount_in) {
            Ok(_) => assert_eq!(self.world.balance_of(&trader.pubkey(), &bought), quote),
            Err(failure) => {
                let is_refusal = failure.code().is_some_and(|code| refusals.contains(&code));
                assert!(is_refusal && quote == 0, "quote {quote}, but {failure}");
            }
        }
        quote > 0
    }
}

/// Runs `check` on random values; it tells whether the AMM paid.
fn run<T: Debug>(name: &str, cases: impl Strategy<Value = T>, check: impl Fn(T) -> bool) {
    let seed = seed(name);
    let mut runner = TestRunner::new(ProptestConfig {
        cases: CASES,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/quotes.proptest-regressions"))),
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    });
    let paid = Cell::new(0);
    let result = runner.run(&cases, |case| {
        paid.set(paid.get() + u32::from(check(case)));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    println!("{name}: {} of {CASES} swaps paid", paid.get());
    assert!(paid.get() > CASES / 2 && paid.get() < CASES, "a swap that pays is the rule, and one that does not happens");
}

/// What Token Swap charges.
mod token_swap_fees {
    use super::*;

    /// Trade fee and owner fee.
    pub fn fees() -> impl Strategy<Value = [[u64; 2]; 2]> {
        [fraction(), fraction()]
    }

    /// What `Initialize` accepts: a numerator below the denominator, or none of either.
    fn fraction() -> impl Strategy<Value = [u64; 2]> {
        let any_share = units(63).prop_flat_map(|denominator| (0..denominator).prop_map(move |share| [share, denominator]));
        prop_oneof![1 => Just([0, 0]), 3 => (0..100u64).prop_map(|bps| [bps, 10_000]), 1 => any_share]
    }
}

#[test]
fn token_swap_pays_the_quote() {
    /// `SwapError::ZeroTradingTokens` of spl-token-swap 3.0.
    const ZERO_TRADING_TOKENS: u32 = 20;
    let start = token_swap_setting();
    run("Token Swap", (trades(), token_swap_fees::fees()), |(trade, fees)| {
        let mut setting = start.clone();
        setting.pool.set_fees(&mut setting.world, fees);
        setting.check(trade, &[ZERO_TRADING_TOKENS])
    });
}

#[test]
fn token_swap_fees_are_read_where_initialize_writes_them() {
    let setting = token_swap_setting();
    let pool = setting.pool.as_read(&setting.world).unwrap();
    let [trade, owner] = [25, 5].map(|numerator| Fraction { numerator, denominator: 10_000 });
    assert_eq!(pool.fees, [Fee::TokenSwap { trade, owner }; 2]);
}

fn token_swap_setting() -> Setting<TokenSwap> {
    let mut world = World::new();
    TokenSwap::deploy(&mut world);
    Setting::new(world, |world, mints| TokenSwap::create(world, "pool", mints, [START_UNITS; 2], token_swap::Fees::default()))
}

/// What Raydium charges, and owes to others.
#[derive(Clone, Copy, Debug)]
struct RaydiumFees {
    /// Millionths of the input.
    trade_rate: u64,
    /// Millionths of the input or the output.
    creator_rate: u64,
    /// The creator's fee is taken from 0 the input, 1 token 0, 2 token 1.
    creator_fee_on: u8,
    has_creator_fee: bool,
    /// Fees not yet collected: to protocol, fund and creator, of each token.
    owed: [u64; 6],
}

impl RaydiumFees {
    /// Offsets in the configuration of the rates, and in the pool's state of the rest.
    const TRADE_RATE: usize = 12;
    const CREATOR_RATE: usize = 108;
    const CREATOR_FEE: usize = 389;
    const OWED: [usize; 6] = [341, 357, 397, 349, 365, 405];

    fn any() -> impl Strategy<Value = Self> {
        let rates = prop_oneof![3 => (1..=10_000u64, 0..=10_000u64), 1 => (1..500_000u64, 0..500_000u64)];
        let owed = units(30).prop_map(|units| units - 1);
        (rates, 0..3u8, any::<bool>(), prop::array::uniform6(owed)).prop_map(
            |((trade_rate, creator_rate), creator_fee_on, has_creator_fee, owed)| Self {
                trade_rate,
                creator_rate,
                creator_fee_on,
                has_creator_fee,
                owed,
            },
        )
    }

    fn write(&self, setting: &mut Setting<RaydiumCpmm>) {
        let (pool, config) = (setting.pool.address(), setting.pool.config());
        setting.edit(config, Self::TRADE_RATE, &self.trade_rate.to_le_bytes());
        setting.edit(config, Self::CREATOR_RATE, &self.creator_rate.to_le_bytes());
        setting.edit(pool, Self::CREATOR_FEE, &[self.creator_fee_on, u8::from(self.has_creator_fee)]);
        for (offset, owed) in Self::OWED.into_iter().zip(self.owed) {
            setting.edit(pool, offset, &owed.to_le_bytes());
        }
    }
}

#[test]
fn raydium_pays_the_quote() {
    /// `ErrorCode::ZeroTradingTokens` of Raydium CPMM, and what Anchor's `require_gt!` fails with.
    const REFUSALS: [u32; 2] = [6_006, ErrorCode::RequireGtViolated as u32];
    let Some(start) = raydium_setting() else { return };
    run("Raydium CPMM", (trades(), RaydiumFees::any()), |(trade, fees)| {
        let mut setting = start.clone();
        fees.write(&mut setting);
        setting.check(trade, &REFUSALS)
    });
}

#[test]
fn raydium_pool_that_cannot_swap_is_refused() {
    let Some(start) = raydium_setting() else { return };
    let fees = RaydiumFees { trade_rate: 1, creator_rate: 1, creator_fee_on: 0, has_creator_fee: true, owed: [0; 6] };
    let is_refused = |fees: RaydiumFees| {
        let mut setting = start.clone();
        fees.write(&mut setting);
        let trader = setting.trader();
        let [sold, _] = setting.pool.mints();
        setting.world.mint_to(&sold, &trader.pubkey(), 1_000_000);
        let can_swap = setting.world.swap(&setting.pool, &trader, &sold, 1_000_000).is_ok();
        let as_read = setting.pool.as_read(&setting.world);
        assert_eq!(as_read.is_ok(), can_swap, "{fees:?}");
        as_read.is_err_and(|error| error == BallastError::UnsupportedPool.into())
    };
    assert!(!is_refused(fees));
    assert!(!is_refused(RaydiumFees { trade_rate: 0, ..fees }));
    assert!(is_refused(RaydiumFees { trade_rate: 0, has_creator_fee: false, ..fees }), "no fee at all");
    assert!(is_refused(RaydiumFees { creator_fee_on: 3, ..fees }), "an unknown way to take the creator's fee");
}

/// `None` where there is no program file, which is then said.
fn raydium_setting() -> Option<Setting<RaydiumCpmm>> {
    let mut world = World::new();
    if !RaydiumCpmm::deploy(&mut world) {
        println!("skipped: {} does not name Raydium CPMM's program file", raydium_cpmm::PROGRAM_FILE_VARIABLE);
        return None;
    }
    Some(Setting::new(world, |world, mints| {
        RaydiumCpmm::create(world, 0, mints, [START_UNITS; 2], raydium_cpmm::Fees::default())
    }))
}
