//! Address lookup tables: which addresses to put in, and the instructions that create, fill and close them.
//!
//! A transaction of a large basket names more accounts than fit; with a table each takes one byte instead of 32. Addresses work from
//! the slot after the one in which they were added. A table that is no longer needed is deactivated, and closed about 512 slots later.

use std::fmt;

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use ballast::state::Route;
use solana_account::Account;
use solana_address_lookup_table_interface::instruction::{
    close_lookup_table, create_lookup_table, deactivate_lookup_table, extend_lookup_table,
};
use solana_address_lookup_table_interface::program;
use solana_address_lookup_table_interface::state::{AddressLookupTable, LOOKUP_TABLE_MAX_ADDRESSES};
use solana_message::AddressLookupTableAccount;

use crate::view::VaultView;

/// Addresses that one [`extend`] instruction adds: as many as surely fit a transaction of two signers with a compute budget.
pub const ADDRESSES_PER_EXTENSION: usize = 20;

/// A lookup table cannot hold everything that it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableFull {
    /// Addresses that it would have to hold.
    pub needed: usize,
}

impl fmt::Display for TableFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the lookup table would have to hold {} addresses, and can hold {LOOKUP_TABLE_MAX_ADDRESSES}; use a second one",
            self.needed
        )
    }
}

impl std::error::Error for TableFull {}

/// Every address that instructions of a vault share, each once: the vault's own, its routes' and its price accounts.
pub fn addresses(view: &VaultView, routes: &[(Pubkey, Route)], price_accounts: &[Pubkey]) -> Vec<Pubkey> {
    let mut wanted = view.lookup_addresses();
    for (address, route) in routes {
        wanted.push(*address);
        wanted.extend(route.amm().map(|amm| amm.program_id()).ok());
        wanted.extend(route.accounts());
    }
    wanted.extend(price_accounts);
    unique(wanted)
}

/// Creates a table, and tells its address. `recent_slot` is one of the last 512, such as the last finalized one.
pub fn create(authority: Pubkey, payer: Pubkey, recent_slot: u64) -> (Instruction, Pubkey) {
    create_lookup_table(authority, payer, recent_slot)
}

/// What of `wanted` the table lacks, each address once.
///
/// ```
/// use ballast_client::{AddressLookupTableAccount, Pubkey, lookup};
///
/// let [known, new] = [Pubkey::new_unique(), Pubkey::new_unique()];
/// let table = AddressLookupTableAccount { key: Pubkey::new_unique(), addresses: vec![known] };
/// assert_eq!(lookup::missing(&table, &[new, known, new]), [new]);
/// ```
pub fn missing(table: &AddressLookupTableAccount, wanted: &[Pubkey]) -> Vec<Pubkey> {
    unique(wanted.iter().filter(|address| !table.addresses.contains(address)).copied().collect())
}

/// Adds what of `wanted` the table lacks; one instruction for each transaction, none where nothing is missing.
///
/// # Errors
/// Where the table has no room for it.
pub fn extend(
    table: &AddressLookupTableAccount,
    authority: Pubkey,
    payer: Pubkey,
    wanted: &[Pubkey],
) -> Result<Vec<Instruction>, TableFull> {
    let missing = missing(table, wanted);
    let needed = table.addresses.len() + missing.len();
    if needed > LOOKUP_TABLE_MAX_ADDRESSES {
        return Err(TableFull { needed });
    }
    let chunks = missing.chunks(ADDRESSES_PER_EXTENSION);
    Ok(chunks.map(|chunk| extend_lookup_table(table.key, authority, Some(payer), chunk.to_vec())).collect())
}

/// Ends the use of a table.
pub fn deactivate(table: Pubkey, authority: Pubkey) -> Instruction {
    deactivate_lookup_table(table, authority)
}

/// Closes a table that was deactivated about 512 slots ago, and pays its rent to `recipient`.
pub fn close(table: Pubkey, authority: Pubkey, recipient: Pubkey) -> Instruction {
    close_lookup_table(table, authority, recipient)
}

/// Reads a lookup table's account; `None` if it is not one, or is being closed.
pub fn read(key: Pubkey, account: &Account) -> Option<AddressLookupTableAccount> {
    let table = AddressLookupTable::deserialize(&account.data).ok().filter(|_| account.owner == program::ID)?;
    let is_active = table.meta.deactivation_slot == u64::MAX;
    is_active.then(|| AddressLookupTableAccount { key, addresses: table.addresses.to_vec() })
}

/// The addresses in their order, without repetitions.
fn unique(addresses: Vec<Pubkey>) -> Vec<Pubkey> {
    let mut seen = std::collections::HashSet::new();
    addresses.into_iter().filter(|address| seen.insert(*address)).collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use ballast::amm::Amm;
    use solana_address_lookup_table_interface::state::LookupTableMeta;

    use super::*;
    use crate::transaction;

    fn fresh(count: usize) -> Vec<Pubkey> {
        (0..count).map(|_| Pubkey::new_unique()).collect()
    }

    fn table(addresses: Vec<Pubkey>) -> AddressLookupTableAccount {
        AddressLookupTableAccount { key: Pubkey::new_unique(), addresses }
    }

    #[test]
    fn extension_adds_what_is_missing_in_chunks_that_fit_a_transaction() {
        let [authority, payer] = [Pubkey::new_unique(), Pubkey::new_unique()];
        let table = table(fresh(3));
        let wanted = [&table.addresses[..2], &fresh(45)].concat();
        let instructions = extend(&table, authority, payer, &wanted).unwrap();
        // Four of an instruction's number, eight of the list's length, then the addresses.
        let added: Vec<u8> = instructions.iter().flat_map(|instruction| instruction.data[12..].to_vec()).collect();
        assert_eq!(added, wanted[2..].iter().flat_map(|address| address.to_bytes()).collect::<Vec<_>>());
        for instruction in instructions {
            let all = transaction::with_budget(&[instruction], 1, 1);
            transaction::message(&payer, &all, &[], Default::default()).expect("a chunk fits");
        }
    }

    #[test]
    fn extension_beyond_the_tables_room_is_refused() {
        let [authority, payer] = [Pubkey::new_unique(), Pubkey::new_unique()];
        let table = table(fresh(250));
        assert_eq!(extend(&table, authority, payer, &fresh(6)).unwrap().len(), 1);
        assert_eq!(extend(&table, authority, payer, &fresh(7)), Err(TableFull { needed: 257 }));
        assert!(extend(&table, authority, payer, &table.addresses[..9]).unwrap().is_empty());
    }

    #[test]
    fn addresses_are_the_vaults_the_routes_and_the_prices_once_each() {
        let mints: Vec<_> = fresh(2).into_iter().map(|mint| (mint, ballast::token::TOKEN)).collect();
        let view = VaultView::new(&Pubkey::new_unique(), 0, &mints);
        let mut route: Route = bytemuck::Zeroable::zeroed();
        (route.amm, route.account_count) = (Amm::RaydiumCpmm as u8, 2);
        route.accounts[..2].copy_from_slice(&[Pubkey::new_unique(), mints[0].0]);
        let (route_address, prices) = (Pubkey::new_unique(), fresh(2));
        let found = addresses(&view, &[(route_address, route)], &prices);
        let expected = [view.lookup_addresses(), vec![route_address, Amm::RaydiumCpmm.program_id(), route.accounts[0]], prices];
        assert_eq!(found, expected.concat(), "the mint is among the vault's own already");
    }

    #[test]
    fn read_takes_active_tables_of_the_tables_program_only() {
        let (key, addresses) = (Pubkey::new_unique(), fresh(3));
        let account = |owner, deactivation_slot| {
            let meta = LookupTableMeta { deactivation_slot, ..LookupTableMeta::default() };
            let data = AddressLookupTable { meta, addresses: Cow::Borrowed(&addresses) }.serialize_for_tests().unwrap();
            Account { owner, data, ..Account::default() }
        };
        let found = read(key, &account(program::ID, u64::MAX)).unwrap();
        assert_eq!((found.key, &found.addresses), (key, &addresses));
        assert!(read(key, &account(Pubkey::new_unique(), u64::MAX)).is_none());
        assert!(read(key, &account(program::ID, 5)).is_none());
        assert!(read(key, &Account { owner: program::ID, ..Account::default() }).is_none());
    }
}
