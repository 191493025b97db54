//! `rebalance`: decides on-chain whether, what and how much to trade, trades, and checks what came of it; or halts.

use anchor_lang::prelude::*;
use ballast_core::decision::{Decision, Reason, Snapshot, Trade, decide};
use ballast_core::risk::breaker::Halt;
use ballast_core::risk::condition::{self, Trip};
use ballast_core::settlement::{Settlement, SettlementError, settle};

use super::crank;
use super::halting::Halted;
use super::plan::Plan;
use crate::amm::Swap;
use crate::error::BallastError;
use crate::events::Rebalanced;
use crate::state::{AUTHORITY_SEED, Route, Vault};
use crate::token;

/// Remaining accounts: the route's pinned accounts, in order.
#[derive(Accounts)]
pub struct Rebalance<'info> {
    /// Anybody. Chooses nothing but the route and, if they like, a higher minimum output; is paid by the crank fund.
    #[account(mut)]
    pub keeper: Signer<'info>,
    /// The vault.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,
    /// The route.
    #[account(mut)]
    pub route: AccountLoader<'info, Route>,
    /// CHECK: compared with the vault.
    pub authority: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset. The reserve of the route's first asset.
    #[account(mut)]
    pub reserve_a: UncheckedAccount<'info>,
    /// CHECK: compared with the vault's asset. The reserve of the route's second asset.
    #[account(mut)]
    pub reserve_b: UncheckedAccount<'info>,
    /// CHECK: compared with the route's AMM.
    pub amm_program: UncheckedAccount<'info>,
    /// CHECK: compared with the vault. Only this program can take lamports from it.
    #[account(mut)]
    pub crank_fund: UncheckedAccount<'info>,
}

impl Rebalance<'_> {
    fn validate(&self, vault: &Vault, route: &Route) -> Result<()> {
        require!(route.vault == self.vault.key(), BallastError::WrongRoute);
        require!(self.authority.key() == vault.authority, BallastError::WrongAccount);
        require!(self.reserve_a.key() == vault.asset(route.asset_a)?.reserve, BallastError::WrongAccount);
        require!(self.reserve_b.key() == vault.asset(route.asset_b)?.reserve, BallastError::WrongAccount);
        require!(self.amm_program.key() == route.amm()?.program_id(), BallastError::WrongAmmProgram);
        require!(self.crank_fund.key() == vault.crank_fund, BallastError::WrongAccount);
        Ok(())
    }
}

/// What moved, read back from the reserves.
struct Moved {
    spent: u64,
    received: u64,
}

/// Rebalances; see [`crate::ballast::rebalance`].
pub fn rebalance<'info>(ctx: Context<'info, Rebalance<'info>>, min_out: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let clock = Clock::get()?;
    let vault = &mut *accounts.vault.load_mut()?;
    let route = &mut *accounts.route.load_mut()?;
    accounts.validate(vault, route)?;
    vault.accrue_fees(clock.unix_timestamp);

    let plan = Plan::read(vault, route, ctx.remaining_accounts, clock.unix_timestamp)?;
    let decision = decide(&plan.snapshot(vault)).map_err(BallastError::from)?;
    let trade = match (&decision, decision.reason()) {
        (Decision::Trade(trade), _) => trade,
        // A failed transaction would store no halt.
        (Decision::Trip(trip), _) => return halt(accounts, vault, route, trip, &clock),
        (_, reason) => return Err(refusal(&plan.snapshot(vault), reason)?.into()),
    };
    let min_out = min_out.max(trade.min_out);
    let moved = swap(accounts, ctx.remaining_accounts, vault, route, trade, min_out)?;
    let settlement = settled(&plan.snapshot(vault), trade, min_out, &moved)?;

    let halts_before = (vault.state.halt, route.halt);
    write_books(vault, route, &plan, trade, &settlement, clock.unix_timestamp)?;
    for (reserve, asset) in [(&accounts.reserve_a, route.asset_a), (&accounts.reserve_b, route.asset_b)] {
        token::check_reserve(reserve, &vault.authority, vault.asset(asset)?.required_units()?)?;
    }
    route.halt = route_halt(vault, route, &plan, ctx.remaining_accounts, clock.unix_timestamp)?;
    let reward_lamports = crank::pay(vault, &accounts.crank_fund, &accounts.keeper, clock.unix_timestamp)?;
    let sequence = vault.next_sequence()?;
    emit_rebalanced(accounts, &plan, trade, min_out, &moved, &settlement, reward_lamports, clock.slot, sequence)?;
    emit_halts(accounts, vault, route, halts_before, clock.slot)
}

/// Stores and tells that a breaker tripped. The transaction succeeds.
#[inline(never)]
fn halt(accounts: &Rebalance, vault: &mut Vault, route: &mut Route, trip: &Trip, clock: &Clock) -> Result<()> {
    let halted = Halted { vault: accounts.vault.key(), route: Pubkey::default(), slot: clock.slot };
    if trip.breaker.is_about_the_route() {
        route.halt = Halt::new(trip, &vault.breakers, clock.unix_timestamp);
        return Halted { route: accounts.route.key(), ..halted }.emit_tripped(vault, &route.halt);
    }
    let breakers = vault.breakers;
    vault.state.trip(trip, &breakers, clock.unix_timestamp);
    let halt = vault.state.halt;
    halted.emit_tripped(vault, &halt)
}

/// The error of a decision not to trade.
#[inline(never)]
fn refusal(snapshot: &Snapshot, reason: Option<Reason>) -> Result<BallastError> {
    let reason = reason.ok_or(BallastError::MathOverflow)?;
    if reason == Reason::LossBudgetSpent {
        log_loss_left(snapshot)?;
    }
    Ok(reason.into())
}

#[inline(never)]
fn settled(snapshot: &Snapshot, trade: &Trade, min_out: u64, moved: &Moved) -> Result<Box<Settlement>> {
    match settle(snapshot, trade, min_out, moved.spent, moved.received) {
        Ok(settlement) => Ok(Box::new(settlement)),
        Err(error) => {
            if error == SettlementError::LossBudget {
                log_loss_left(snapshot)?;
            }
            Err(BallastError::from(error).into())
        }
    }
}

fn log_loss_left(snapshot: &Snapshot) -> Result<()> {
    msg!("loss budget left: {} micro-dollars", snapshot.loss_left_usd().map_err(BallastError::from)?);
    Ok(())
}

/// The route's halt after a trade: by the pool as the trade has left it, or none. The trade met its minimum, so it stands.
#[inline(never)]
fn route_halt(vault: &Vault, route: &Route, plan: &Plan, swap_accounts: &[AccountInfo], now: i64) -> Result<Halt> {
    let (breakers, reserves) = (&vault.breakers, route.amm()?.pool(swap_accounts)?.reserves);
    let trip = condition::pool(&plan.pair, reserves, breakers.max_pool_after_bps, breakers).map_err(BallastError::from)?;
    Ok(trip.map(|trip| Halt::new(&trip, breakers, now)).unwrap_or_default())
}

/// Tells which halts the trade ended, and which it led to.
fn emit_halts(accounts: &Rebalance, vault: &mut Vault, route: &Route, before: (Halt, Halt), slot: u64) -> Result<()> {
    let keeper = accounts.keeper.key();
    let halted = Halted { vault: accounts.vault.key(), route: Pubkey::default(), slot };
    let after = vault.state.halt;
    halted.emit_change(vault, keeper, &before.0, &after)?;
    Halted { route: accounts.route.key(), ..halted }.emit_change(vault, keeper, &before.1, &route.halt)
}

#[inline(never)]
fn swap<'info>(
    accounts: &Rebalance<'info>,
    swap_accounts: &[AccountInfo<'info>],
    vault: &Vault,
    route: &Route,
    trade: &Trade,
    min_out: u64,
) -> Result<Moved> {
    let (sold, bought) = trade.directed([&accounts.reserve_a, &accounts.reserve_b]);
    let before = (token::amount(sold)?, token::amount(bought)?);
    let swap = Swap {
        authority: &accounts.authority,
        reserve_a: &accounts.reserve_a,
        reserve_b: &accounts.reserve_b,
        program: &accounts.amm_program,
        accounts: swap_accounts,
        is_a_to_b: trade.sell == 0,
        amount_in: trade.amount_in,
        min_out,
    };
    let vault_key = accounts.vault.key();
    route.amm()?.swap(&swap, &[AUTHORITY_SEED, vault_key.as_ref(), &[vault.authority_bump]])?;
    // A reserve that the swap closed has no amount any more.
    let after = |reserve: &AccountInfo| token::amount(reserve).map_err(|_| BallastError::ReserveTampered);
    let spent = before.0.checked_sub(after(sold)?).ok_or(BallastError::SwapTookTooMuch)?;
    let received = after(bought)?.checked_sub(before.1).ok_or(BallastError::SwapReturnedTooLittle)?;
    Ok(Moved { spent, received })
}

fn write_books(vault: &mut Vault, route: &Route, plan: &Plan, trade: &Trade, settlement: &Settlement, now: i64) -> Result<()> {
    let (sold, bought) = trade.directed([route.asset_a, route.asset_b]);
    vault.asset_mut(sold)?.balance = settlement.sold_balance;
    vault.asset_mut(bought)?.balance = settlement.bought_balance;
    vault.store_targets(&plan.valuation.targets_e8());
    Ok(vault.state.record(settlement, plan.valuation.nav_usd, now).map_err(BallastError::from)?)
}

#[inline(never)]
#[allow(clippy::too_many_arguments, reason = "everything the event tells")]
fn emit_rebalanced(
    accounts: &Rebalance,
    plan: &Plan,
    trade: &Trade,
    min_out: u64,
    moved: &Moved,
    settlement: &Settlement,
    reward_lamports: u64,
    slot: u64,
    sequence: u64,
) -> Result<()> {
    let [first, second] = &plan.pair;
    let (sold, bought) = trade.directed([first, second]);
    emit!(Rebalanced {
        vault: accounts.vault.key(),
        slot,
        sequence,
        keeper: accounts.keeper.key(),
        route: accounts.route.key(),
        trigger: trade.trigger as u8,
        sold_asset: sold.index as u8,
        bought_asset: bought.index as u8,
        amount_in: moved.spent,
        min_out,
        amount_out: moved.received,
        sold_balance_before: sold.balance,
        sold_balance_after: settlement.sold_balance,
        bought_balance_before: bought.balance,
        bought_balance_after: settlement.bought_balance,
        nav_before_usd: plan.valuation.nav_usd,
        nav_after_usd: settlement.nav_usd,
        excess_before_usd: trade.excess_usd,
        excess_after_usd: settlement.excess_usd,
        deficit_before_usd: trade.deficit_usd,
        deficit_after_usd: settlement.deficit_usd,
        benefit_usd: trade.appraisal.benefit_usd,
        expected_cost_usd: trade.appraisal.cost_usd,
        loss_usd: settlement.loss_usd,
        reward_lamports,
        stress_before_e8: settlement.stress_before_e8,
        stress_after_e8: settlement.stress_after_e8,
    });
    Ok(())
}
