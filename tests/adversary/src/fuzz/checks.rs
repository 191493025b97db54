//! What must hold after every step, by arithmetic of its own.

use {
    super::books::Books,
    anchor_lang::prelude::Rent,
    ballast::state::{Asset, Vault},
    ballast_core::{budget::REFILL_SECS, risk::stress::Book, valuation::Valuation},
    std::collections::VecDeque,
};

/// What was found wrong.
pub type Checked = Result<(), String>;

/// A whole, in 10⁻⁸.
const WHOLE_E8: u128 = 100_000_000;
/// 10⁻⁸ in a basis point.
const E8_PER_BPS: u128 = 10_000;
/// Seconds in a year of 365.25 days, as fees count them.
const YEAR_SECS: f64 = 31_557_600.0;

/// Of the books alone, whatever happened.
pub fn state(books: &Books) -> Checked {
    for (index, asset) in books.vault.assets().iter().enumerate() {
        let Asset { balance, owed, .. } = asset;
        let has = books.reserves[index];
        require(books.surplus(index).is_some(), || format!("reserve {index} holds {has}, not {balance} and {owed} owed"))?;
    }
    let (total, supply, unheld) = (books.vault.total_shares, books.supply, books.unheld_shares());
    require(supply.checked_add(unheld) == Some(total), || format!("{total} shares, but {supply} held and {unheld} unheld"))?;
    let (lamports, rent) = (books.crank_lamports, Rent::default().minimum_balance(0));
    require(lamports >= rent, || format!("the crank fund has {lamports} lamports, and its rent takes {rent}"))
}

/// Of one instruction of the program that succeeded alone, by its name.
pub fn step(name: &str, before: &Books, after: &Books) -> Checked {
    match name {
        "preview_rebalance" | "open_claims" | "close_claims" => unchanged(before, after),
        "rebalance" => traded(before, after),
        "deposit_single" | "redeem_single" => value_per_share(before, after),
        "deposit_in_kind" | "redeem_in_kind" => units_per_share(before, after),
        "collect_fees" => collected(before, after),
        "claim" => claimed(before, after),
        "close_reserve" => return require(before.supply == 0, || "a reserve was closed under its holders".to_owned()),
        _ => no_money_moved(before, after),
    }?;
    crank_fund(name, before, after)?;
    halts(name, before, after)?;
    configuration(name, before, after)?;
    let counted = match name {
        "preview_rebalance" | "open_claims" | "close_claims" => 0..=0,
        // A ramp that a change begins is a change of its own.
        "apply_change" | "tighten" => 1..=2,
        // And so is each halt that a trade ends or leads to.
        "rebalance" => 1..=3,
        _ => 1..=1,
    };
    let changes = after.vault.sequence.wrapping_sub(before.vault.sequence);
    require(counted.contains(&changes), || format!("the sequence number rose by {changes}"))?;
    surplus_kept(before, after)
}

/// Only donations change what a reserve holds beyond the accounts.
pub fn surplus_kept(before: &Books, after: &Books) -> Checked {
    in_both_baskets(before, after).try_for_each(|index| {
        let (old, new) = (before.surplus(index), after.surplus(index));
        require(old == new, || format!("the surplus of reserve {index} went from {old:?} to {new:?}"))
    })
}

/// Nothing but donations came: what went into a reserve without being accounted for stays there.
pub fn surplus_not_shrunk(before: &Books, after: &Books) -> Checked {
    in_both_baskets(before, after).try_for_each(|index| {
        let (old, new) = (before.surplus(index), after.surplus(index));
        require(new >= old, || format!("the surplus of reserve {index} fell from {old:?} to {new:?}"))
    })
}

/// Slots in use before and after. A removed asset's reserve may be another slot's by now.
fn in_both_baskets(before: &Books, after: &Books) -> impl Iterator<Item = usize> {
    let mask = before.vault.basket_mask() & after.vault.basket_mask();
    (0..before.reserves.len()).filter(move |index| mask >> index & 1 == 1)
}

fn unchanged(before: &Books, after: &Books) -> Checked {
    require(bytemuck::bytes_of(&*before.vault) == bytemuck::bytes_of(&*after.vault), || "the vault changed".to_owned())
}

/// Balances and shares stay as they are, but for the management fee.
fn no_money_moved(before: &Books, after: &Books) -> Checked {
    for (index, (old, new)) in before.vault.assets().iter().zip(after.vault.assets()).enumerate() {
        let moved = (old.balance, old.owed) != (new.balance, new.owed);
        require(!moved, || format!("asset {index}: {}+{} became {}+{}", old.balance, old.owed, new.balance, new.owed))?;
    }
    let (expected, total) = (accrued_total(before, after)?, after.vault.total_shares);
    require(total == expected, || format!("{} shares became {total} instead of {expected}", before.vault.total_shares))
}

/// While a halt stands nobody trades with the vault at its prices, and it does not trade either. Only a breaker, a trade after the
/// cooling-off or the admin's word changes it.
fn halts(name: &str, before: &Books, after: &Books) -> Checked {
    let [old, new] = [before, after].map(|books| books.vault.state.halt);
    let is_standing = old.stands(after.now, &before.vault.breakers);
    let is_exchange =
        matches!(name, "deposit_single" | "redeem_single") || name == "rebalance" && !moves(before, after).is_empty();
    require(!(is_standing && is_exchange), || format!("{name} went through a halt of {old:?}"))?;
    let may_change = matches!(name, "rebalance" | "trip_breaker" | "clear_breaker");
    require(old == new || may_change, || format!("{name} turned the halt {old:?} into {new:?}"))
}

/// The configuration changes by the instructions that say so, by `tighten` in one direction; the admin by accepting; and what a slot
/// holds never.
fn configuration(name: &str, before: &Books, after: &Books) -> Checked {
    let (old, new) = (&*before.vault, &*after.vault);
    let rules = |vault: &Vault| (vault.limits, vault.breakers, vault.stress, vault.strategy, vault.roles(), vault.guardian);
    let is_same = rules(old) == rules(new);
    let may_change = matches!(name, "apply_change" | "tighten" | "configure_strategy");
    require(is_same || may_change, || format!("{name} changed the configuration"))?;
    let loosened = old.limits.loosened(&new.limits).or(old.breakers.loosened(&new.breakers)).or(old.stress.loosened(&new.stress));
    let loosened = loosened.or(old.roles().loosened(&new.roles())).filter(|_| name == "tighten");
    require(loosened.is_none(), || format!("tighten loosened {loosened:?}"))?;
    let is_accepted = name == "accept_admin" && new.admin == old.pending_admin;
    require(old.admin == new.admin || is_accepted, || format!("{name} changed the admin"))?;
    let slots = old.assets().iter().zip(new.assets());
    let is_kept =
        slots.into_iter().all(|(old, new)| (old.mint, old.reserve, old.decimals) == (new.mint, new.reserve, new.decimals));
    require(is_kept && new.assets().len() >= old.assets().len(), || format!("{name} changed what a slot holds"))
}

/// The fee's shares are minted, and were part of the total.
fn collected(before: &Books, after: &Books) -> Checked {
    let minted = after.supply.saturating_sub(before.supply);
    let mut unminted = after.clone();
    unminted.vault.state.fees.owed_shares += minted;
    require(after.owed_shares() == 0 && minted > 0, || format!("{minted} fee shares minted"))?;
    no_money_moved(before, &unminted)
}

/// What was owed is paid, and the balances that shares are worth stay.
fn claimed(before: &Books, after: &Books) -> Checked {
    let mut unpaid = after.clone();
    for (old, new) in before.vault.assets().iter().zip(unpaid.vault.assets_mut()) {
        require(new.owed <= old.owed, || format!("a claim raised what is owed from {} to {}", old.owed, new.owed))?;
        new.owed = old.owed;
    }
    no_money_moved(before, &unpaid)
}

/// Keepers are paid for trades, no more than the limit each; nobody else takes anything.
fn crank_fund(name: &str, before: &Books, after: &Books) -> Checked {
    let most = if name == "rebalance" { before.vault.limits.crank_reward_lamports } else { 0 };
    let paid = before.crank_lamports.saturating_sub(after.crank_lamports);
    require(paid <= u64::from(most), || format!("the crank fund paid {paid} lamports of at most {most}"))
}

/// The shares before, with what the management fee added to them; that is no more than the rate allows.
fn accrued_total(before: &Books, after: &Books) -> Result<u64, String> {
    let total = before.vault.total_shares;
    let accrued = after.owed_shares().saturating_sub(before.owed_shares());
    let elapsed_secs = (after.now - before.vault.state.fees.at).max(0) as f64;
    let rate = f64::from(before.vault.limits.management_fee_bps.max(after.vault.limits.management_fee_bps)) / 10_000.0;
    let most = total as f64 * (rate * elapsed_secs / YEAR_SECS).exp_m1() * (1.0 + 1e-9) + 1.0;
    require(accrued as f64 <= most, || format!("{accrued} fee shares accrued, of at most {most}"))?;
    total.checked_add(accrued).ok_or_else(|| "more than 2^64 shares".to_owned())
}

/// Nobody takes more than their part of any asset, and nobody is diluted in any.
fn units_per_share(before: &Books, after: &Books) -> Checked {
    if before.vault.total_shares == 0 {
        return Ok(());
    }
    let (old_total, new_total) = (u128::from(accrued_total(before, after)?), u128::from(after.vault.total_shares));
    for (index, (old, new)) in before.vault.assets().iter().zip(after.vault.assets()).enumerate() {
        let kept = u128::from(new.balance) * old_total >= u128::from(old.balance) * new_total;
        let tell = || format!("asset {index}: {} units of {old_total} shares, then {} of {new_total}", old.balance, new.balance);
        require(kept, tell)?;
    }
    Ok(())
}

/// What a share is worth at the stored mid prices does not fall.
fn value_per_share(before: &Books, after: &Books) -> Checked {
    let (Some(old), Some(new)) = (before.value_x64(), after.value_x64()) else { return Ok(()) };
    let (old_total, new_total) = (accrued_total(before, after)?, after.vault.total_shares);
    require(times(new, old_total) >= times(old, new_total), || {
        format!("a share's value fell: {old} of {old_total} shares, then {new} of {new_total}")
    })
}

/// A trade: one asset for another, both closer to their targets, at no worse than the limits allow.
fn traded(before: &Books, after: &Books) -> Checked {
    let expected = accrued_total(before, after)?;
    require(after.vault.total_shares == expected, || "a trade changed the number of shares".to_owned())?;
    let moves = moves(before, after);
    let [(sold, units_in, false), (bought, units_out, true)] = moves[..] else {
        // A tripped breaker stops the trade and is no failure.
        return require(moves.is_empty(), || format!("a trade moved {moves:?}"));
    };

    let limits = &before.vault.limits;
    let [sold_asset, bought_asset] = [sold, bought].map(|index| before.vault.assets()[index]);
    let [sold_price, bought_price] = [sold_asset, bought_asset].map(|asset| asset.price());
    let least = u128::from(units_in) * sold_price.low_x64() / 10_000 * u128::from(10_000 - limits.max_slippage_bps);
    let got = u128::from(units_out) * (bought_price.mid_x64 + bought_price.conf_x64);
    require(got >= least, || format!("{units_in} of {sold} became {units_out} of {bought}: {got} for at least {least}"))?;

    let valuation = Valuation::new(before.vault.holdings(), &before.vault.terms(after.now));
    let valuation = valuation.map_err(|error| format!("no valuation before the trade: {error:?}"))?;
    let after_value = Valuation::new(after.vault.holdings(), &after.vault.terms(after.now));
    let after_value = after_value.map_err(|error| format!("no valuation after the trade: {error:?}"))?;
    let stress = &before.vault.stress;
    let [old_loss, new_loss] = [&valuation, &after_value].map(|value| stress.worst_loss_e8(&Book::of(value)));
    let (Ok(old_loss), Ok(new_loss)) = (old_loss, new_loss) else { return Err("no stress test".to_owned()) };
    let is_within = new_loss < old_loss || new_loss as i128 <= (u128::from(stress.max_loss_bps) * E8_PER_BPS) as i128;
    require(is_within, || format!("the worst loss under stress went from {old_loss} to {new_loss} (10⁻⁸)"))?;
    for (index, is_sold) in [(sold, true), (bought, false)] {
        let position = valuation.positions()[index];
        let distance = |value_usd: u64, nav_usd: u64| {
            let away = i128::from(value_usd) * WHOLE_E8 as i128 - i128::from(position.target_e8) * i128::from(nav_usd);
            if is_sold { away } else { -away }
        };
        let old = distance(position.value_usd, valuation.nav_usd);
        let new = distance(after_value.positions()[index].value_usd, after_value.nav_usd);
        // Values are rounded down to a micro-dollar.
        let slack = 2 * WHOLE_E8 as i128;
        require(new < old && new >= -slack, || format!("asset {index} was {old} from its target, then {new} (µ$·10⁸)"))?;
    }
    Ok(())
}

/// Which assets' balances changed, by how much and whether they grew; those that shrank first.
fn moves(before: &Books, after: &Books) -> Vec<(usize, u64, bool)> {
    let pairs = before.vault.assets().iter().zip(after.vault.assets()).enumerate();
    let changed = pairs.filter(|(_, (old, new))| old.balance != new.balance);
    let mut moves: Vec<_> =
        changed.map(|(index, (old, new))| (index, old.balance.abs_diff(new.balance), new.balance > old.balance)).collect();
    moves.sort_by_key(|(index, _, grew)| (*grew, *index));
    moves
}

/// What trades lost, against the budget that holds over every stretch of time.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    /// When, and which part of NAV in 10⁻⁸.
    recent: VecDeque<(i64, u128)>,
    /// The largest budget that was ever set.
    budget_e8: u128,
}

impl Losses {
    /// Adds a transaction with a trade, and checks every stretch of time that ends with it. What was lost shows in what a share
    /// is worth, whoever came and went in the same transaction.
    pub fn add(&mut self, before: &Books, after: &Books) -> Checked {
        self.budget_e8 = self.budget_e8.max(u128::from(before.vault.limits.max_daily_loss_bps) * E8_PER_BPS);
        let (Some(old), Some(new)) = (before.value_x64(), after.value_x64()) else { return Ok(()) };
        // The management fee is no loss of the trade's.
        let accrued = after.owed_shares().saturating_sub(before.owed_shares());
        let [old_price, new_price] = [(old, before.vault.total_shares + accrued), (new, after.vault.total_shares)]
            .map(|(value, shares)| value as f64 / shares.max(1) as f64);
        let loss_e8 = ((old_price - new_price) / old_price * WHOLE_E8 as f64).max(0.0);
        self.recent.push_back((after.now, loss_e8 as u128));
        while self.recent.front().is_some_and(|(at, _)| after.now - at > 7 * REFILL_SECS as i64) {
            self.recent.pop_front();
        }
        let mut lost_e8 = 0;
        for (at, loss_e8) in self.recent.iter().rev() {
            lost_e8 += loss_e8;
            let elapsed_secs = (after.now - at) as u128;
            // A budget, and what has come back of it.
            let most_e8 = self.budget_e8 + self.budget_e8 * elapsed_secs / u128::from(REFILL_SECS);
            require(lost_e8 <= most_e8, || {
                format!("trades lost {lost_e8} of at most {most_e8} in {elapsed_secs} seconds (10⁻⁸)")
            })?;
        }
        Ok(())
    }
}

/// A product of 192 bits, high part first.
fn times(a: u128, b: u64) -> (u128, u64) {
    let (high, low) = (a >> 64, a & u128::from(u64::MAX));
    let low = low * u128::from(b);
    (high * u128::from(b) + (low >> 64), low as u64)
}

/// Fails with what `tell` says where a condition does not hold.
pub fn require(holds: bool, tell: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(tell()) }
}
