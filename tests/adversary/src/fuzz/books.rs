//! What a vault says it has, and what it has.

use {
    super::{cast::Cast, chain::Chain},
    anchor_lang::prelude::Pubkey,
    ballast::state::{Asset, AssetStatus, Vault},
    ballast_client::decode,
    ballast_core::shares::LOCKED_SHARES,
};

/// Offset of the amount in a token account, and of the supply in a mint.
const AMOUNT: usize = 64;
const SUPPLY: usize = 36;
/// Offset of a token account's state, and the state of a frozen one.
const STATE: usize = 108;
const FROZEN: u8 = 2;

/// A vault's account, and the token accounts that back it.
#[derive(Clone)]
pub struct Books {
    /// Unix time at which they were read.
    pub now: i64,
    /// The vault.
    pub vault: Box<Vault>,
    /// Raw units in each reserve.
    pub reserves: Vec<u64>,
    /// Shares in people's hands.
    pub supply: u64,
    /// Lamports of the crank fund.
    pub crank_lamports: u64,
}

impl Books {
    /// Reads the books. `None` before the vault is created.
    pub fn read(chain: &dyn Chain, cast: &Cast) -> Option<Self> {
        let vault = Box::new(decode::vault(&chain.find(&cast.view.address)?.data)?);
        let reserves = vault.assets().iter().map(|asset| amount(chain, &asset.reserve)).collect();
        let supply = chain.find(&cast.view.share_mint).map_or(0, |mint| number(&mint.data, SUPPLY));
        let crank_lamports = chain.find(&cast.view.crank_fund).map_or(0, |fund| fund.lamports);
        Some(Books { now: chain.clock().unix_timestamp, vault, reserves, supply, crank_lamports })
    }

    /// The basket's assets that count for its value.
    pub fn active(&self) -> impl Iterator<Item = &Asset> {
        self.vault.assets().iter().filter(|asset| asset.status == AssetStatus::Active as u8)
    }

    /// What a reserve holds beyond what the vault accounts for; `None` where it holds less.
    pub fn surplus(&self, index: usize) -> Option<u64> {
        let Asset { balance, owed, .. } = self.vault.assets()[index];
        self.reserves[index].checked_sub(balance.checked_add(owed)?)
    }

    /// Fee shares that are not minted yet.
    pub fn owed_shares(&self) -> u64 {
        self.vault.state.fees.owed_shares
    }

    /// Shares that nobody holds and no redemption pays: the locked one, and fees that are not minted yet.
    pub fn unheld_shares(&self) -> u64 {
        if self.vault.total_shares == 0 { 0 } else { LOCKED_SHARES + self.owed_shares() }
    }

    /// Value of the assets that count, at mid prices: micro-dollars, Q64.64. `None` where it does not fit.
    pub fn value_x64(&self) -> Option<u128> {
        self.active()
            .try_fold(0u128, |sum, asset| sum.checked_add(u128::from(asset.balance).checked_mul(u128::from(asset.price_x64))?))
    }
}

/// Units in a token account; 0 where there is none.
pub fn amount(chain: &dyn Chain, account: &Pubkey) -> u64 {
    chain.find(account).filter(|account| account.data.len() > STATE).map_or(0, |account| number(&account.data, AMOUNT))
}

/// Sets the units in a token account past all programs.
pub fn set_amount(chain: &mut dyn Chain, address: &Pubkey, units: u64) {
    edit(chain, address, |data| data[AMOUNT..AMOUNT + 8].copy_from_slice(&units.to_le_bytes()));
}

/// Whether a token account is frozen.
pub fn is_frozen(chain: &dyn Chain, account: &Pubkey) -> bool {
    chain.find(account).is_some_and(|account| account.data.get(STATE) == Some(&FROZEN))
}

/// Freezes or thaws a token account, as its mint's freeze authority would.
pub fn set_frozen(chain: &mut dyn Chain, address: &Pubkey, is_frozen: bool) {
    edit(chain, address, |data| data[STATE] = if is_frozen { FROZEN } else { 1 });
}

fn edit(chain: &mut dyn Chain, address: &Pubkey, change: impl FnOnce(&mut [u8])) {
    let mut account = chain.find(address).expect("a token account");
    change(&mut account.data);
    chain.write(address, account);
}

fn number(data: &[u8], at: usize) -> u64 {
    data.get(at..at + 8).map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
}
