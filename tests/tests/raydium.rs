//! The Raydium CPMM adapter against Raydium's real program, whose file the environment names; without it, skipped.

use {
    anchor_lang::prelude::Pubkey,
    ballast::{amm::Amm, error::BallastError, events::Rebalanced, instructions::Preview},
    ballast_core::decision::Reason,
    ballast_tests::{
        Signer,
        amm::{
            Pool,
            raydium_cpmm::{self, Fees, RaydiumCpmm},
            token_swap,
        },
        scene::{AssetSpec, Config, Scene, SceneAsset, assert_code, assert_error, event},
        token::{MintConfig, MintExtension},
    },
};

/// Dollars in the vault.
const VAULT_DOLLARS: u64 = 100_000;
/// Dollars on each side of a pool: so many that the vault's trades hardly move it.
const POOL_DOLLARS: u64 = 10_000_000;

/// A vault of two assets, half each, at 1 and 50 dollars, with a Raydium pool between them.
struct Setting {
    scene: Scene,
    pool: RaydiumCpmm,
    pool_dollars: u64,
}

impl Setting {
    /// `None` where there is no program file, which is then said.
    fn new(mints: [MintConfig; 2], pool_dollars: u64) -> Option<Self> {
        let [first, second] = mints;
        let assets = vec![
            AssetSpec { mint: first, ..AssetSpec::spl(6, 100_000_000, 5_000) },
            AssetSpec { mint: second, ..AssetSpec::spl(9, 5_000_000_000, 5_000) },
        ];
        let mut scene = Scene::empty(Config::of(assets));
        if !RaydiumCpmm::deploy(&mut scene.world) {
            println!("skipped: {} does not name Raydium CPMM's program file", raydium_cpmm::PROGRAM_FILE_VARIABLE);
            return None;
        }
        let mints = [0, 1].map(|index| scene.assets[index].mint);
        let reserves = [0, 1].map(|index| scene.assets[index].units(pool_dollars));
        let pool = RaydiumCpmm::create(&mut scene.world, 0, mints, reserves, Fees::default());
        scene.register(&pool.address()).unwrap();
        scene.refresh().unwrap();
        scene.seed(VAULT_DOLLARS);
        Some(Setting { scene, pool, pool_dollars })
    }

    /// With two SPL Token mints.
    fn spl(pool_dollars: u64) -> Option<Self> {
        Self::new([MintConfig::spl(6), MintConfig::spl(9)], pool_dollars)
    }

    /// The asset with a mint.
    fn asset(&self, mint: &Pubkey) -> &SceneAsset {
        self.scene.assets.iter().find(|asset| asset.mint == *mint).expect("an asset of the vault")
    }

    /// Prices the second asset anew, in hundredths of a millionth of a dollar, with the pool following.
    fn shift(&mut self, price_e8: i64) {
        self.scene.set_price(1, price_e8);
        let reserves = self.pool.mints().map(|mint| self.asset(&mint).units(self.pool_dollars));
        self.pool.set_reserves(&mut self.scene.world, reserves);
        self.scene.pass(300);
    }

    fn preview(&self) -> Preview {
        self.scene.preview_of(&self.pool.address())
    }

    /// What the pool would return for the trade that the vault has decided on, by Raydium's published formula.
    fn expected_out(&self, trade: &Preview) -> u64 {
        let sell = self.scene.assets[usize::from(trade.sell_asset)].mint;
        self.pool.output(&self.scene.world, &sell, trade.amount_in)
    }
}

/// Each combination of token programs.
fn pairings() -> [[MintConfig; 2]; 4] {
    let token_2022 = |decimals| MintConfig::token_2022(decimals, vec![MintExtension::MetadataPointer]);
    [
        [MintConfig::spl(6), MintConfig::spl(9)],
        [MintConfig::spl(6), token_2022(9)],
        [token_2022(6), MintConfig::spl(9)],
        [token_2022(6), token_2022(9)],
    ]
}

#[test]
fn route_pins_exactly_the_pools_accounts() {
    for mints in pairings() {
        let Some(Setting { scene, pool, .. }) = Setting::new(mints, POOL_DOLLARS) else { return };
        let (_, route) = scene.route_of(&pool.address());
        let ([vault_0, vault_1], [mint_0, mint_1]) = (pool.vaults(), pool.mints());
        let [program_0, program_1] = pool.mints().map(|mint| scene.world.account(&mint).owner);
        let accounts = [vault_0, vault_1, mint_0, mint_1, program_0, program_1, pool.observation()];
        assert_eq!(route.accounts(), [&[pool.address(), pool.authority(), pool.config()][..], &accounts].concat());
        assert_eq!(route.amm, Amm::RaydiumCpmm as u8);
        assert_eq!([route.asset_a, route.asset_b].map(|index| scene.assets[usize::from(index)].mint), pool.mints());
    }
}

#[test]
fn rebalance_works_in_both_directions_with_both_token_programs() {
    for mints in pairings() {
        for (price_e8, sell, buy) in [(10_000_000_000, 1, 0), (2_500_000_000, 0, 1)] {
            let Some(mut setting) = Setting::new(mints.clone(), POOL_DOLLARS) else { return };
            assert_eq!(setting.preview().reason, Reason::InBand as u8);
            setting.shift(price_e8);
            let trade = setting.preview();
            assert_eq!((trade.reason, trade.sell_asset, trade.buy_asset), (0, sell, buy));
            let (before, expected_out) = (setting.scene.vault(), setting.expected_out(&trade));

            let rebalance = setting.scene.rebalance_instruction_of(&setting.pool.address(), 0);
            let outcome = setting.scene.keep(rebalance).unwrap();
            let event: Rebalanced = event(&outcome);
            assert_eq!((event.sold_asset, event.bought_asset), (sell, buy));
            assert_eq!((event.amount_in, event.amount_out), (trade.amount_in, expected_out));
            let after = setting.scene.vault();
            for (index, moved) in [(sell, -i128::from(trade.amount_in)), (buy, i128::from(expected_out))] {
                let index = usize::from(index);
                assert_eq!(i128::from(after.assets[index].balance), i128::from(before.assets[index].balance) + moved);
                assert_eq!(setting.scene.world.balance(&after.assets[index].reserve), after.assets[index].balance);
            }
        }
    }
}

#[test]
fn one_unit_above_the_possible_output_fails_with_the_pools_error() {
    /// `ExceededSlippage` of Raydium CPMM.
    const EXCEEDED_SLIPPAGE: u32 = 6_005;
    let Some(mut setting) = Setting::spl(POOL_DOLLARS) else { return };
    setting.shift(10_000_000_000);
    let best = setting.expected_out(&setting.preview());
    let rebalance = |min_out| setting.scene.rebalance_instruction_of(&setting.pool.address(), min_out);
    let failure = setting.scene.clone().keep(rebalance(best + 1)).unwrap_err();
    assert_eq!(failure.code(), Some(EXCEEDED_SLIPPAGE));
    let refusal = format!("Program {} failed", raydium_cpmm::PROGRAM);
    assert!(failure.logs.iter().any(|line| line.starts_with(&refusal)), "{failure}");
    setting.scene.clone().keep(rebalance(best)).unwrap();
}

#[test]
fn fees_that_the_pool_owes_are_no_reserve() {
    // So small a pool that its reserve bounds the trade.
    let Some(mut setting) = Setting::spl(200_000) else { return };
    let trader = setting.scene.user("trader", 1_000_000);
    let pool = setting.pool.clone();
    for sell in pool.mints() {
        for _ in 0..5 {
            let amount_in = setting.asset(&sell).units(100_000);
            setting.scene.world.swap(&pool, &trader, &sell, amount_in).unwrap();
        }
    }
    for (price_e8, sell) in [(10_000_000_000, 1), (2_500_000_000, 0)] {
        let mut setting = Setting { scene: setting.scene.clone(), pool: pool.clone(), ..setting };
        setting.shift(price_e8);
        let (side, _) = pool.sides(&setting.scene.assets[sell].mint);
        let reserve = pool.reserves(&setting.scene.world)[side];
        let held = setting.scene.world.balance(&pool.vaults()[side]);
        let impact_bps = u64::from(setting.scene.vault().limits.max_pool_impact_bps);
        let largest = |reserve: u64| reserve * impact_bps / (20_000 + impact_bps);
        assert!(largest(held) > largest(reserve), "the pool owes fees");

        let trade = setting.preview();
        assert_eq!((trade.reason, usize::from(trade.sell_asset)), (0, sell));
        assert_eq!(trade.amount_in, largest(reserve));
        let expected_out = setting.expected_out(&trade);
        let rebalance = setting.scene.rebalance_instruction_of(&pool.address(), expected_out);
        setting.scene.keep(rebalance).unwrap();
    }
}

#[test]
fn pool_away_from_the_oracle_is_left_alone() {
    let Some(mut setting) = Setting::spl(POOL_DOLLARS) else { return };
    setting.shift(10_000_000_000);
    let [first, second] = setting.pool.reserves(&setting.scene.world);
    setting.pool.set_reserves(&mut setting.scene.world, [first, second + second / 50]);
    assert_eq!(setting.preview().reason, Reason::PoolAway as u8);
    let rebalance = setting.scene.rebalance_instruction_of(&setting.pool.address(), 0);
    assert_error(setting.scene.keep(rebalance), BallastError::PoolAway);
}

#[test]
fn wrong_accounts_of_the_pool_fail() {
    const AMM_PROGRAM: usize = 6;
    const FIRST_PIN: usize = 8;
    let Some(mut setting) = Setting::spl(POOL_DOLLARS) else { return };
    setting.shift(10_000_000_000);
    let mints = setting.pool.mints();
    let reserves = setting.pool.reserves(&setting.scene.world);
    let other = RaydiumCpmm::create(&mut setting.scene.world, 1, mints, reserves, Fees::default());
    let attacker = setting.scene.world.keypair("attacker").pubkey();
    let rebalance = setting.scene.rebalance_instruction_of(&setting.pool.address(), 0);
    setting.scene.clone().keep(rebalance.clone()).expect("the attacked instruction is valid");

    let fails = |position: usize, substitute: Pubkey, error: BallastError| {
        let mut attacked = rebalance.clone();
        attacked.accounts[position].pubkey = substitute;
        assert_code(setting.scene.clone().keep(attacked), error.into());
    };
    for program in [attacker, token_swap::PROGRAM] {
        fails(AMM_PROGRAM, program, BallastError::WrongAmmProgram);
    }
    for position in FIRST_PIN..rebalance.accounts.len() {
        fails(position, attacker, BallastError::WrongRouteAccount);
    }
    let [vault_0, vault_1] = other.vaults();
    let others = [(0, other.address()), (2, other.config()), (3, vault_0), (4, vault_1), (9, other.observation())];
    for (pin, account) in others {
        fails(FIRST_PIN + pin, account, BallastError::WrongRouteAccount);
    }
}
