//! Users at the vault: carries out what they want, and checks that nobody else pays for it.

use anyhow::{Result, anyhow};
use ballast_client::ballast::error::BallastError;
use ballast_core::shares::{redeem_amount, shares_for_amounts};
use ballast_tests::{Failure, Outcome, Signer};

use crate::invariants;
use crate::options::Config;
use crate::run::Run;
use crate::users::{Action, Kind, Move};
use crate::vault::LIMITS;

/// Users accept this part of an exchange's value at the market's price: confidence intervals may take 1 % on either side.
const ACCEPTED: f64 = 0.97;
/// Most of an asset's balance that a user takes out alone, as a part of it.
const LARGEST_SINGLE: f64 = 0.5;
/// Raw shares for a dollar in the first deposit: a share begins at one dollar.
const SHARES_PER_USD: u64 = 1_000_000;

impl Run {
    /// The first two users' deposits in kind, at the targets.
    pub fn first_deposits(&mut self, config: &Config) -> Result<()> {
        let mut amounts = Vec::new();
        for (index, target_bps) in config.targets_bps.iter().enumerate() {
            let usd = config.deposit_usd as f64 * f64::from(*target_bps) / 1e4;
            amounts.push(self.market.tokens[index].units(usd, self.market.prices[index].usd));
        }
        // The first deposit creates the shares that it asks for.
        self.deposit_in_kind(0, amounts.clone(), config.deposit_usd * SHARES_PER_USD)?;
        let min_shares = self.promised_shares(&amounts)?;
        self.deposit_in_kind(1, amounts, min_shares)
    }

    /// Does what a user wants, where it can be done: one-asset exchanges need all prices, redemptions need shares.
    pub fn act(&mut self, action: Action) -> Result<()> {
        match (action.kind, action.what) {
            (Kind::InKind, Move::Deposit(part)) => {
                let amounts: Vec<u64> = self.books()?.balances.iter().map(|balance| part_of(*balance, part)).collect();
                let min_shares = self.promised_shares(&amounts)?;
                self.deposit_in_kind(action.user, amounts, min_shares)
            }
            (Kind::InKind, Move::Redeem(part)) => self.redeem_in_kind(action.user, part),
            (Kind::Single(_), _) if self.market.refreshable(LIMITS.max_conf_bps).len() < self.market.tokens.len() => Ok(()),
            (Kind::Single(asset), Move::Deposit(part)) => self.deposit_single(action.user, asset, part),
            (Kind::Single(asset), Move::Redeem(part)) => self.redeem_single(action.user, asset, part),
        }
    }

    fn deposit_in_kind(&mut self, user: usize, amounts: Vec<u64>, min_shares: u64) -> Result<()> {
        for (index, units) in amounts.iter().enumerate() {
            self.market.supply(&self.users[user].pubkey(), index, *units);
        }
        let before = self.books()?;
        let sent = self.vault.deposit_in_kind(&mut self.market, &self.users[user], amounts, min_shares);
        self.expect("deposit_in_kind", sent)?;
        self.history.deposits += 1;
        self.check(invariants::in_kind(&before, &self.books()?));
        Ok(())
    }

    fn redeem_in_kind(&mut self, user: usize, part: f64) -> Result<()> {
        let before = self.books()?;
        let shares = part_of(self.vault.shares_of(&self.market, &self.users[user]), part);
        if shares == 0 {
            return Ok(());
        }
        let promised = before.balances.iter().map(|balance| redeem_amount(shares, *balance, before.total_shares));
        let min_amounts = promised.collect::<Result<_, _>>().map_err(|error| anyhow!("a redemption's amounts: {error:?}"))?;
        let sent = self.vault.redeem_in_kind(&mut self.market, &self.users[user], shares, min_amounts);
        self.expect("redeem_in_kind", sent)?;
        self.history.redemptions += 1;
        self.check(invariants::in_kind(&before, &self.books()?));
        Ok(())
    }

    fn deposit_single(&mut self, user: usize, asset: usize, part: f64) -> Result<()> {
        let (before, point) = (self.books()?, self.point()?);
        let amount = self.market.tokens[asset].units(point.nav_usd * part, self.market.prices[asset].usd);
        let min_shares = part_of(before.total_shares, part * ACCEPTED);
        self.market.supply(&self.users[user].pubkey(), asset, amount);
        let sent = self.vault.deposit_single(&mut self.market, &self.users[user], asset, amount, min_shares)?;
        if is_refused(&sent) {
            return Ok(());
        }
        self.expect("deposit_single", sent)?;
        self.history.deposits += 1;
        self.check(invariants::single(&before, &self.books()?));
        Ok(())
    }

    fn redeem_single(&mut self, user: usize, asset: usize, part: f64) -> Result<()> {
        let (before, point) = (self.books()?, self.point()?);
        let shares = part_of(self.vault.shares_of(&self.market, &self.users[user]), part);
        let usd = point.nav_usd * shares as f64 / before.total_shares as f64;
        let amount = self.market.tokens[asset].units(usd, self.market.prices[asset].usd);
        if amount == 0 || amount > part_of(before.balances[asset], LARGEST_SINGLE) {
            return Ok(());
        }
        let min_amount = part_of(amount, ACCEPTED);
        let sent = self.vault.redeem_single(&mut self.market, &self.users[user], asset, shares, min_amount)?;
        if is_refused(&sent) {
            return self.redeem_in_kind(user, part);
        }
        self.expect("redeem_single", sent)?;
        self.history.redemptions += 1;
        self.check(invariants::single(&before, &self.books()?));
        Ok(())
    }

    /// Shares that a deposit in kind must give, by the rules that the vault follows.
    fn promised_shares(&self, amounts: &[u64]) -> Result<u64> {
        let books = self.books()?;
        shares_for_amounts(amounts, books.balances.into_iter(), books.total_shares)
            .map_err(|error| anyhow!("a deposit's shares: {error:?}"))
    }
}

/// Whether the vault refused because an asset would have ended beyond its band, or because of its breakers.
fn is_refused(sent: &Result<Outcome, Failure>) -> bool {
    let code = sent.as_ref().err().and_then(Failure::code);
    [BallastError::LeavesBand, BallastError::Halted, BallastError::PriceDislocated]
        .map(|error| Some(error.into()))
        .contains(&code)
}

fn part_of(whole: u64, part: f64) -> u64 {
    (whole as f64 * part) as u64
}
