//! The token accounts of whoever deposits or redeems: what is there, and what has to be made, wrapped or unwrapped around it.
//!
//! Native SOL counts as the wrapped token. A deposit wraps what is missing; what comes out is unwrapped where the account was made
//! for it, and stays wrapped where the owner already keeps wrapped SOL.

use anyhow::{Context as _, Result, ensure};
use ballast_client::Account;
use ballast_client::anchor_lang::solana_program::system_instruction::transfer;
use ballast_client::ballast::token::TOKEN;
use ballast_client::view::AssetView;
use ballast_client::{Instruction, Pubkey, address, decode, instruction};
use spl_token_interface::instruction::{close_account, sync_native};
use spl_token_interface::native_mint;

use crate::account::token_units;
use crate::context::{Context, OpenVault};

/// Lamports that `all` leaves in the wallet, for fees and the rent of new accounts: a hundredth of a SOL.
const KEPT_LAMPORTS: u64 = 10_000_000;

/// Somebody's holdings of a vault's assets and shares.
pub struct Wallet {
    owner: Pubkey,
    lamports: u64,
    assets: Vec<Holding>,
    shares: Holding,
}

/// An associated token account.
#[derive(Clone, Copy)]
struct Holding {
    mint: Pubkey,
    token_program: Pubkey,
    address: Pubkey,
    units: u64,
    exists: bool,
}

impl Wallet {
    /// Reads the accounts.
    ///
    /// # Errors
    /// Where the cluster does not answer, or an account is not a token account.
    pub async fn read(context: &Context, vault: &OpenVault, owner: Pubkey) -> Result<Self> {
        let mints = vault.view.assets.iter().map(|asset| (asset.mint, asset.token_program));
        let mints: Vec<_> = mints.chain([(vault.view.share_mint, TOKEN)]).collect();
        let addresses: Vec<Pubkey> =
            mints.iter().map(|(mint, program)| address::associated_token(&owner, mint, program)).collect();
        let accounts = context.cluster.accounts(&[addresses.as_slice(), &[owner]].concat()).await?;
        let (wallet, tokens) = accounts.split_last().context("the cluster sent no accounts")?;
        let holdings = mints.iter().zip(&addresses).zip(tokens);
        let mut assets: Vec<Holding> = holdings
            .map(|(((mint, token_program), address), account)| Holding::of(*mint, *token_program, *address, account))
            .collect::<Result<_>>()?;
        let shares = assets.pop().context("the cluster sent no accounts")?;
        Ok(Self { owner, lamports: wallet.as_ref().map_or(0, |account| account.lamports), assets, shares })
    }

    /// Raw shares.
    pub fn shares(&self) -> u64 {
        self.shares.units
    }

    /// Raw units of an asset that can be spent; of SOL with what can be wrapped.
    pub fn available(&self, asset: usize) -> u64 {
        let Some(holding) = self.assets.get(asset) else { return 0 };
        let wrappable = if holding.is_native() { self.lamports.saturating_sub(KEPT_LAMPORTS) } else { 0 };
        holding.units.saturating_add(wrappable)
    }

    /// What can be spent of each asset, by its place in the vault.
    pub fn all_available(&self) -> Vec<u64> {
        (0..self.assets.len()).map(|index| self.available(index)).collect()
    }

    /// Makes what is missing of the accounts of these assets, and of the shares' if they are needed.
    pub fn missing(&self, assets: impl IntoIterator<Item = usize>, with_shares: bool) -> Vec<Instruction> {
        let shares = with_shares.then_some(&self.shares);
        let assets = assets.into_iter().filter_map(|index| self.assets.get(index));
        shares.into_iter().chain(assets).filter_map(|holding| self.create(holding)).collect()
    }

    /// Wraps what is missing for a deposit of at most `max_amounts`.
    ///
    /// # Errors
    /// Where the wallet does not have so much.
    pub fn wrap(&self, vault: &OpenVault, max_amounts: &[u64]) -> Result<Vec<Instruction>> {
        let mut instructions = Vec::new();
        for (index, (holding, amount)) in self.assets.iter().zip(max_amounts).enumerate() {
            let (wanted, has) = (vault.tokens(index, *amount), vault.tokens(index, self.available(index)));
            ensure!(*amount <= has.units, "the wallet {} has {has}, but {wanted} are needed", self.owner);
            let lacking = amount.saturating_sub(holding.units);
            if lacking > 0 {
                instructions.push(transfer(&self.owner, &holding.address, lacking));
                instructions.push(sync_native(&TOKEN, &holding.address)?);
            }
        }
        Ok(instructions)
    }

    /// Unwraps SOL in an account that was made for this.
    ///
    /// # Errors
    /// Never for accounts of the token program.
    pub fn unwrap(&self, assets: impl IntoIterator<Item = usize>) -> Result<Vec<Instruction>> {
        let holdings = assets.into_iter().filter_map(|index| self.assets.get(index));
        let made = holdings.filter(|holding| holding.is_native() && !holding.exists);
        made.map(|holding| Ok(close_account(&TOKEN, &holding.address, &self.owner, &self.owner, &[])?)).collect()
    }

    fn create(&self, holding: &Holding) -> Option<Instruction> {
        // An associated account is made alike for a wallet and for a vault's authority.
        let account =
            AssetView { reserve: holding.address, mint: holding.mint, token_program: holding.token_program, is_removed: false };
        (!holding.exists).then(|| instruction::create_reserve(self.owner, self.owner, &account))
    }
}

impl Holding {
    fn of(mint: Pubkey, token_program: Pubkey, address: Pubkey, account: &Option<Account>) -> Result<Self> {
        let account = account.as_ref().filter(|account| decode::is_made(account));
        let units = account.map(|account| token_units(&address, account)).transpose()?;
        Ok(Self { mint, token_program, address, units: units.unwrap_or(0), exists: units.is_some() })
    }

    fn is_native(&self) -> bool {
        self.mint == native_mint::ID
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lamports_at_an_address_are_no_token_account() {
        let [mint, address, owner] = [(); 3].map(|()| Pubkey::new_unique());
        let holding = |account| Holding::of(mint, TOKEN, address, &account);
        // Anybody can send them there: the account is made all the same.
        let gift = Account { lamports: 890_880, ..Account::default() };
        let given = holding(Some(gift.clone())).unwrap();
        assert_eq!((given.units, given.exists), (0, false));
        assert!(!holding(None).unwrap().exists);
        assert!(holding(Some(Account { owner, ..gift })).is_err());
    }
}
