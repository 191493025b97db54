//! What a swap takes and gives: more, less, nothing, elsewhere, or of another kind.

use {
    crate::heist::Heist,
    anchor_spl::token_2022::spl_token_2022::instruction::{burn, mint_to},
    ballast::{error::BallastError, events::Rebalanced, instructions::Preview, token::TOKEN},
    ballast_core::strategy::gate::Gate,
    ballast_tests::{
        scene::{Config, assert_error, event},
        strategies::SAMPLING,
        token::MintConfig,
    },
};

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
    let put = heist.transfer(&heist.pool_sold, &heist.sold, &heist.pool_authority, 1);
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
    let rebalance = heist.scene.rebalance_instruction_of(&heist.pool, min_out + 1);
    assert_error(heist.rebalance_and(&honest, rebalance, &[]), BallastError::SwapReturnedTooLittle);
}

/// Other reserves and the share mint are out of the signature's reach; see `route.rs`.
#[test]
fn swap_that_drains_the_other_reserve_fails() {
    let heist = Heist::new();
    let balance = heist.scene.vault().assets[0].balance;
    for amount in [1, balance] {
        let drain = heist.transfer(&heist.bought, &heist.pool_bought, &heist.scene.view.authority, amount);
        assert_error(heist.swap_and(drain), BallastError::SwapReturnedTooLittle);
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
    let heist = Heist::of(config);
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
    let trade = heist.scene.preview_of(&heist.pool);
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
fn swap_that_pays_in_another_token_fails() {
    let mut heist = Heist::with(Config::pair(), |scene, planted| {
        let worthless = scene.world.create_mint("worthless", &MintConfig::spl(6));
        planted.fee_account = scene.world.create_token_account(&scene.view.authority, &worthless);
        planted.pool_mint = worthless;
    });
    let [.., worthless, account, _] = heist.accounts;
    let authority = heist.pool_authority;
    heist.scene.world.edit_mint(&worthless, |mint| mint.mint_authority = Some(authority).into());
    let pay = mint_to(&TOKEN, &worthless, &account, &authority, &[], heist.trade.min_out).unwrap();
    let script = [heist.take(heist.trade.amount_in), pay];
    assert_error(heist.swap_by(&script), BallastError::SwapReturnedTooLittle);
}

/// The mint of one of the vault's assets, in the place of the pool's mint; the pool's authority may mint it.
fn with_mint(asset: usize) -> Heist {
    let mut heist = Heist::with(Config::pair(), |scene, planted| planted.pool_mint = scene.assets[asset].mint);
    let mint = heist.scene.assets[asset].mint;
    heist.scene.world.edit_mint(&mint, |state| state.mint_authority = Some(heist.pool_authority).into());
    heist
}

/// What an issuer mints is that token.
#[test]
fn swap_that_mints_what_it_pays_harms_nobody() {
    let heist = with_mint(0);
    let Preview { amount_in, min_out, .. } = heist.trade;
    let mint = |units| mint_to(&TOKEN, &heist.accounts[7], &heist.bought, &heist.pool_authority, &[], units).unwrap();
    let event: Rebalanced = event(&heist.swap_by(&[heist.take(amount_in), mint(min_out)]).unwrap());
    assert_eq!((event.amount_in, event.amount_out), (amount_in, min_out));
    assert_error(heist.swap_by(&[heist.take(amount_in), mint(min_out - 1)]), BallastError::SwapReturnedTooLittle);
}

#[test]
fn swap_that_burns_counts_as_taking() {
    let heist = with_mint(1);
    let Preview { amount_in, min_out, .. } = heist.trade;
    let authority = heist.scene.view.authority;
    let burn = |units| burn(&TOKEN, &heist.sold, &heist.accounts[7], &authority, &[], units).unwrap();
    let event: Rebalanced = event(&heist.swap_by(&[burn(amount_in), heist.give(min_out)]).unwrap());
    assert_eq!((event.amount_in, event.amount_out), (amount_in, min_out));
    assert_error(heist.swap_by(&[burn(amount_in + 1), heist.give(min_out)]), BallastError::SwapTookTooMuch);
    assert_error(heist.swap_and(burn(1)), BallastError::SwapTookTooMuch);
}
