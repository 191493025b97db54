//! An AMM that was replaced by its owner with one that abuses the vault's signature: whatever it does, the vault notices.
//!
//! The pools are real; then `tests/programs/hostile` takes the place of Token Swap and issues, instead of a swap, the token
//! instructions that a test scripts.

use {
    anchor_lang::{
        prelude::Pubkey,
        solana_program::{instruction::Instruction, program_option::COption},
    },
    anchor_spl::token::spl_token::instruction::{AuthorityType, approve, close_account, freeze_account, set_authority, transfer},
    ballast::{error::BallastError, events::Rebalanced, instructions::Preview, token::TOKEN},
    ballast_core::strategy::gate::Gate,
    ballast_tests::{
        Failure, Outcome, Signer,
        amm::{
            Pool,
            token_swap::{self, TokenSwap},
        },
        scene::{Config, Scene, assert_error, event},
        strategies::SAMPLING,
    },
    bare::{AccountRef, Cpi, encode},
};

/// Offsets in Token Swap's pool state.
mod offset {
    pub const BUMP: usize = 2;
    pub const TOKEN_PROGRAM: usize = 3;
    pub const POOL_MINT: usize = 99;
    pub const FEE_ACCOUNT: usize = 195;
}

/// A vault whose second asset is to be sold, on a pool whose program does what [`swap_by`](Self::swap_by) is told.
struct Heist {
    scene: Scene,
    pool: TokenSwap,
    /// The trade that the vault has decided on.
    trade: Preview,
    /// What a swap is given, in Token Swap's order.
    accounts: [Pubkey; 10],
    /// The vault's reserve of the asset that is sold.
    sold: Pubkey,
    /// The vault's reserve of the asset that is bought.
    bought: Pubkey,
    /// The pool's vault of the asset that is sold.
    pool_sold: Pubkey,
    /// The pool's vault of the asset that is bought.
    pool_bought: Pubkey,
}

impl Heist {
    fn new() -> Self {
        Self::with(Config::pair(), |_| (None, None))
    }

    /// `choose` may name another pool mint and another token program that the route then pins.
    fn with(config: Config, choose: impl FnOnce(&Scene) -> (Option<Pubkey>, Option<Pubkey>)) -> Self {
        let mut scene = Scene::empty(config);
        let pool = scene.create_pool(0, 1, 10_000_000);
        let (pool_mint, token_program) = choose(&scene);
        let script = scene.world.keypair("script").pubkey();
        let mut state = scene.world.account(&pool.address());
        let mut write = |offset: usize, key: Pubkey| state.data[offset..offset + 32].copy_from_slice(key.as_ref());
        write(offset::FEE_ACCOUNT, script);
        pool_mint.into_iter().for_each(|key| write(offset::POOL_MINT, key));
        token_program.into_iter().for_each(|key| write(offset::TOKEN_PROGRAM, key));
        scene.world.set_account(&pool.address(), state);
        scene.register(&pool.address()).unwrap();
        scene.pools.push(pool.clone());
        scene.refresh().unwrap();
        scene.seed(100_000);

        scene.shift(&[(1, 10_000_000_000)], 300);
        let trade = scene.preview(0);
        assert_eq!((trade.reason, trade.sell_asset, trade.buy_asset), (0, 1, 0));
        scene.world.deploy(&token_swap::PROGRAM, "hostile");

        let [bought, sold] = [0, 1].map(|asset: usize| scene.view.assets[asset].reserve);
        let [pool_bought, pool_sold] = pool.vaults();
        let authority = scene.view.authority;
        let (pool_mint, token_program) = (pool_mint.unwrap_or(pool.pool_mint()), token_program.unwrap_or(TOKEN));
        let (state, pool_authority) = (pool.address(), pool.authority());
        let accounts = [state, pool_authority, authority, sold, pool_sold, pool_bought, bought, pool_mint, script, token_program];
        Heist { scene, pool, trade, accounts, sold, bought, pool_sold, pool_bought }
    }

    /// Rebalances on a copy of the scene; the AMM issues these instructions instead of swapping.
    fn swap_by(&self, instructions: &[Instruction]) -> Result<Outcome, Failure> {
        self.swap_by_with_minimum(instructions, 0)
    }

    fn swap_by_with_minimum(&self, instructions: &[Instruction], min_out: u64) -> Result<Outcome, Failure> {
        let mut scene = self.scene.clone();
        let state = self.pool.address();
        let bump = scene.world.account(&state).data[offset::BUMP];
        let cpis: Vec<_> = instructions.iter().map(|instruction| self.cpi(instruction)).collect();
        let script = encode(&cpis, &[vec![state.to_bytes().to_vec(), vec![bump]]]);
        scene.world.write(&self.scene.world.keypair("script").pubkey(), &token_swap::PROGRAM, script);
        scene.keep(scene.rebalance_instruction(0, min_out))
    }

    /// An instruction as a script holds it.
    fn cpi(&self, instruction: &Instruction) -> Cpi {
        let index = |key: &Pubkey| self.accounts.iter().position(|account| account == key).expect("an account of a swap") as u8;
        let accounts = instruction.accounts.iter().map(|meta| AccountRef {
            index: index(&meta.pubkey),
            is_signer: meta.is_signer,
            is_writable: meta.is_writable,
        });
        Cpi { program: index(&instruction.program_id), accounts: accounts.collect(), data: instruction.data.clone() }
    }

    /// Takes units of the sold asset by the vault's signature.
    fn take(&self, amount: u64) -> Instruction {
        transfer(&TOKEN, &self.sold, &self.pool_sold, &self.scene.view.authority, &[], amount).unwrap()
    }

    /// Gives units of the bought asset by the pool's signature.
    fn give(&self, amount: u64) -> Instruction {
        transfer(&TOKEN, &self.pool_bought, &self.bought, &self.pool.authority(), &[], amount).unwrap()
    }

    /// An honest swap, and then something else.
    fn swap_and(&self, instruction: Instruction) -> Result<Outcome, Failure> {
        self.swap_by(&[self.take(self.trade.amount_in), self.give(self.trade.min_out), instruction])
    }
}

#[test]
fn honest_swap_succeeds() {
    let heist = Heist::new();
    let Preview { amount_in, min_out, .. } = heist.trade;
    // All of it, and a part for the same output: what the AMM leaves is the vault's.
    for (taken, given) in [(amount_in, min_out), (amount_in, min_out + 1), (amount_in / 2, min_out), (1, min_out)] {
        let outcome = heist.swap_by(&[heist.take(taken), heist.give(given)]).unwrap();
        let event: Rebalanced = event(&outcome);
        assert_eq!((event.amount_in, event.amount_out), (taken, given));
    }
}

#[test]
fn swap_that_takes_more_than_decided_fails() {
    let heist = Heist::new();
    let Preview { amount_in, min_out, .. } = heist.trade;
    for too_much in [amount_in + 1, heist.scene.vault().assets[1].balance] {
        assert_error(heist.swap_by(&[heist.take(too_much), heist.give(min_out)]), BallastError::SwapTookTooMuch);
    }
}

#[test]
fn swap_that_takes_a_donation_on_top_fails() {
    let mut heist = Heist::new();
    heist.scene.world.mint_into(&heist.sold, 1_000);
    let Preview { amount_in, min_out, .. } = heist.trade;
    assert_error(heist.swap_by(&[heist.take(amount_in + 1), heist.give(min_out)]), BallastError::SwapTookTooMuch);
}

#[test]
fn swap_that_takes_nothing_fails() {
    let heist = Heist::new();
    let give = heist.give(heist.trade.min_out);
    let put = transfer(&TOKEN, &heist.pool_sold, &heist.sold, &heist.pool.authority(), &[], 1).unwrap();
    for script in [&[][..], std::slice::from_ref(&give), &[give.clone(), put]] {
        assert_error(heist.swap_by(script), BallastError::SwapTookTooMuch);
    }
}

#[test]
fn swap_that_returns_less_than_the_minimum_fails() {
    let heist = Heist::new();
    let Preview { amount_in, min_out, .. } = heist.trade;
    let take = heist.take(amount_in);
    assert_error(heist.swap_by(std::slice::from_ref(&take)), BallastError::SwapReturnedTooLittle);
    assert_error(heist.swap_by(&[take.clone(), heist.give(min_out - 1)]), BallastError::SwapReturnedTooLittle);
    // Not even for a smaller input.
    assert_error(heist.swap_by(&[heist.take(1), heist.give(min_out - 1)]), BallastError::SwapReturnedTooLittle);
    // The keeper's own minimum is held to as well.
    let honest = [take, heist.give(min_out)];
    assert_error(heist.swap_by_with_minimum(&honest, min_out + 1), BallastError::SwapReturnedTooLittle);
}

/// Not here, since the swap's signature reaches them by no route: other reserves and the share mint; see `routes.rs`.
#[test]
fn swap_that_drains_the_other_reserve_fails() {
    let heist = Heist::new();
    let balance = heist.scene.vault().assets[0].balance;
    for amount in [1, balance] {
        let drain = transfer(&TOKEN, &heist.bought, &heist.pool_bought, &heist.scene.view.authority, &[], amount).unwrap();
        assert_error(heist.swap_and(drain), BallastError::SwapReturnedTooLittle);
    }
}

#[test]
fn swap_that_leaves_a_delegate_fails() {
    let heist = Heist::new();
    for reserve in [heist.sold, heist.bought] {
        let delegate = approve(&TOKEN, &reserve, &heist.pool.authority(), &heist.scene.view.authority, &[], 1).unwrap();
        assert_error(heist.swap_and(delegate), BallastError::ReserveTampered);
    }
}

#[test]
fn swap_that_leaves_another_owner_or_a_close_authority_fails() {
    let heist = Heist::new();
    let (thief, authority) = (heist.pool.authority(), heist.scene.view.authority);
    for reserve in [heist.sold, heist.bought] {
        for kind in [AuthorityType::AccountOwner, AuthorityType::CloseAccount] {
            let grab = set_authority(&TOKEN, &reserve, Some(&thief), kind, &authority, &[]).unwrap();
            assert_error(heist.swap_and(grab), BallastError::ReserveTampered);
        }
    }
}

#[test]
fn swap_that_leaves_a_frozen_reserve_fails() {
    for asset in [0, 1] {
        let mut heist = Heist::with(Config::pair(), |scene| (Some(scene.assets[asset].mint), None));
        let (mint, freezer) = (heist.scene.assets[asset].mint, heist.pool.authority());
        heist.scene.world.edit_mint(&mint, |mint| mint.freeze_authority = COption::Some(freezer));
        let reserve = heist.scene.view.assets[asset].reserve;
        let freeze = freeze_account(&TOKEN, &reserve, &mint, &freezer, &[]).unwrap();
        assert_error(heist.swap_and(freeze), BallastError::ReserveTampered);
    }
}

#[test]
fn swap_that_closes_a_reserve_fails() {
    let heist = Heist::new();
    let (authority, balances) = (heist.scene.view.authority, heist.scene.vault().assets);
    let close = |reserve: &Pubkey| close_account(&TOKEN, reserve, &heist.pool_sold, &authority, &[]).unwrap();
    let empty_bought = transfer(&TOKEN, &heist.bought, &heist.pool_bought, &authority, &[], balances[0].balance).unwrap();
    let scripts = [[heist.take(balances[1].balance), close(&heist.sold)], [empty_bought, close(&heist.bought)]];
    for script in scripts {
        assert_error(heist.swap_by(&script), BallastError::ReserveTampered);
    }
}

#[test]
fn swap_that_returns_so_much_that_an_asset_crosses_its_target_fails() {
    let heist = Heist::new();
    let Preview { amount_in, deficit_usd, .. } = heist.trade;
    // A unit of the bought asset is a micro-dollar.
    let gift = heist.give(2 * deficit_usd);
    assert_error(heist.swap_by(&[heist.take(amount_in), gift]), BallastError::Overshoot);
    let small_gift = heist.give(deficit_usd / 2);
    heist.swap_by(&[heist.take(amount_in), small_gift]).unwrap();
}

#[test]
fn swap_that_loses_more_than_the_days_budget_fails() {
    let mut config = Config::pair();
    // The least output is 100 bps short on a trade of 500: five times this budget.
    config.limits.max_daily_loss_bps = 1;
    let heist = Heist::with(config, |_| (None, None));
    let Preview { amount_in, min_out, value_usd, .. } = heist.trade;
    let take = heist.take(amount_in);
    assert_error(heist.swap_by(&[take.clone(), heist.give(min_out)]), BallastError::LossBudgetSpent);
    heist.swap_by(&[take, heist.give(value_usd)]).unwrap();
}

#[test]
fn swap_that_costs_more_than_the_trade_is_worth_fails() {
    let mut heist = Heist::new();
    // By a volatility of 40 percent, to be rid of what this trade removes is worth more than a fair swap costs, and less than
    // what the least output would cost.
    heist.scene.edit_vault(|vault| {
        vault.strategy.sampling = SAMPLING;
        vault.strategy.gate = Gate { horizon_secs: 2_592_000, risk_aversion_e2: 300, min_ratio_bps: 10_000, max_drift_bps: 0 };
        let statistics = &mut vault.state.statistics;
        statistics.observed_secs = SAMPLING.slow_half_life_secs.into();
        statistics.covariance.packed_e12.as_flattened_mut()[2] = 160_000_000_000;
    });
    let trade = heist.scene.preview(0);
    let Preview { amount_in, min_out, value_usd, benefit_usd, cost_usd, .. } = trade;
    assert!(trade.reason == 0 && cost_usd < benefit_usd && benefit_usd < value_usd - min_out, "{trade:?}");
    let swap = |given| heist.swap_by(&[heist.take(amount_in), heist.give(given)]);
    // A unit of the bought asset is a micro-dollar; values of balances and amounts round apart by one.
    let fair = value_usd - benefit_usd;
    for too_little in [min_out, fair - 2] {
        assert_error(swap(too_little), BallastError::CostExceedsBenefit);
    }
    swap(fair + 2).unwrap();
}

#[test]
fn swap_that_calls_back_into_the_vault_is_stopped_by_the_runtime() {
    let heist = Heist::with(Config::pair(), |_| (None, Some(ballast::ID)));
    let (address, route) = heist.scene.route(0);
    let preview = ballast_client::instruction::preview_rebalance(heist.scene.view.address, address, &route);
    // The runtime refuses before it looks at the accounts, which the AMM does not have.
    let call = Instruction { accounts: vec![], ..preview };
    let failure = heist.swap_by(&[call]).unwrap_err();
    assert_eq!(format!("{:?}", failure.error), "InstructionError(1, ReentrancyNotAllowed)");
}
