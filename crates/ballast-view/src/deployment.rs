//! What creating a vault still takes, for somebody who signs transaction by transaction. The steps are the migrations' own: each looks
//! at the chain and tells what is missing, so that a creation that broke off is gone on with by asking again.

mod pack;

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use ballast_client::ballast::token::{TOKEN, TOKEN_2022};
use ballast_client::{Account, AddressLookupTableAccount, Instruction, Pubkey, address, decode, lookup};
use ballast_migrations::{Chain, Deployment, Difference, about, difference, lookup_table};

use crate::vault_file::VaultFile;

/// Who wants a vault, and what is known of the chain.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The vault.
    pub file: &'a VaultFile,
    /// Creator and first admin.
    pub admin: Pubkey,
    /// Accounts that have been looked at; `None` where there is none.
    pub accounts: &'a HashMap<Pubkey, Option<Account>>,
    /// Which of the sponsored price accounts to read.
    pub shard: u16,
    /// The lookup table that an earlier plan has named.
    pub lookup_table: Option<Pubkey>,
    /// One of the last 512 slots, for a new lookup table; none is made without.
    pub recent_slot: Option<u64>,
}

/// What creating the vault still takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// These accounts must be looked at first.
    Wanted(Vec<Pubkey>),
    /// All of it.
    Plan(Plan),
}

/// The steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The vault's lookup table: to be remembered before it is made.
    pub lookup_table: Option<Pubkey>,
    /// In order.
    pub steps: Vec<Step>,
}

/// One of the steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What is missing, transaction by transaction; `None` where that cannot be told before earlier steps are done.
    pub missing: Option<Vec<Vec<Instruction>>>,
}

impl Question<'_> {
    /// The vault's address.
    pub fn vault(&self) -> Pubkey {
        address::vault(&self.admin, self.file.vault_id)
    }

    /// The answer, as far as accounts are known.
    ///
    /// # Errors
    /// Where the chain and the file contradict each other, and what to do.
    pub fn answer(&self) -> Result<Answer> {
        let chain = Known { accounts: self.accounts, wanted: RefCell::default() };
        // All that does not depend on other accounts is asked for at once.
        let mints = self.file.mints();
        let mints: Vec<Option<&Account>> = mints.iter().map(|mint| chain.account(mint)).collect();
        let pools: Vec<Option<Account>> = self.file.pools.iter().map(|pool| chain.account(pool).cloned()).collect();
        chain.account(&self.vault());
        let table = self.lookup_table.and_then(|table| lookup::read(table, chain.account(&table)?));
        if chain.is_lacking() {
            return Ok(chain.into_wanted());
        }
        let named = self.file.names.iter().zip(self.file.mints()).zip(mints);
        let programs: Vec<Pubkey> =
            named.map(|((name, mint), account)| token_program(name, &mint, account)).collect::<Result<_>>()?;
        let deployment = self.file.deployment(self.admin, &programs);
        let differences = difference(&chain, &deployment);
        if chain.is_lacking() {
            return Ok(chain.into_wanted());
        }
        let differences = differences.map_err(|error| anyhow!("{error}"))?;
        let mut steps = Vec::with_capacity(1 + differences.len());
        let table = self.table(&deployment, table, &pools)?.map(|(table, step)| {
            steps.push(step);
            table
        });
        let tables = table.as_slice();
        for (name, difference) in differences {
            let missing = match difference {
                Difference::None => Some(vec![]),
                Difference::Missing(missing) => Some(self.pack(&missing, tables)?),
                Difference::Unknown => None,
            };
            steps.push(Step { name, about: about(name), missing });
        }
        Ok(Answer::Plan(Plan { lookup_table: table.map(|table| table.key), steps }))
    }

    /// The lookup table as it will be, and the step that makes it so; `None` where none is asked for.
    fn table(
        &self,
        deployment: &Deployment,
        known: Option<AddressLookupTableAccount>,
        pools: &[Option<Account>],
    ) -> Result<Option<(AddressLookupTableAccount, Step)>> {
        let (mut missing, mut table) = match (known, self.recent_slot, self.lookup_table) {
            (Some(table), ..) => (vec![], table),
            (None, Some(slot), _) => {
                let (create, key) = lookup::create(self.admin, self.admin, slot);
                (vec![create], AddressLookupTableAccount { key, addresses: vec![] })
            }
            (None, None, Some(table)) => bail!("{table} is no lookup table in use; give a recent slot, and another one is made"),
            (None, None, None) => return Ok(None),
        };
        let price_accounts = self.file.price_accounts(self.shard);
        let wanted = lookup_table::addresses(deployment, &price_accounts, pools).map_err(|error| anyhow!(error))?;
        missing.extend(lookup::extend(&table, self.admin, self.admin, &wanted)?);
        table.addresses.extend(lookup::missing(&table, &wanted));
        let name = lookup_table::NAME;
        let missing = Some(self.pack(&missing, &[])?);
        Ok(Some((table, Step { name, about: about(name), missing })))
    }

    fn pack(&self, instructions: &[Instruction], tables: &[AddressLookupTableAccount]) -> Result<Vec<Vec<Instruction>>> {
        pack::pack(&self.admin, instructions, tables)
            .with_context(|| "give a recent slot, and a lookup table is made first".to_string())
    }
}

/// The program that owns an asset's mint.
///
/// # Errors
/// Where there is no such mint, or another program owns it.
pub fn token_program(name: &str, mint: &Pubkey, account: Option<&Account>) -> Result<Pubkey> {
    let account = account.with_context(|| format!("{name}: there is no mint {mint} on this cluster"))?;
    let owner = account.owner;
    ensure!([TOKEN, TOKEN_2022].contains(&owner), "{name}: {mint} belongs to {owner}, which is no token program");
    Ok(owner)
}

/// A chain of which some accounts are known. What else a step asks for is noted, and counts as missing meanwhile.
struct Known<'a> {
    accounts: &'a HashMap<Pubkey, Option<Account>>,
    wanted: RefCell<Vec<Pubkey>>,
}

impl<'a> Known<'a> {
    fn account(&self, address: &Pubkey) -> Option<&'a Account> {
        let known = self.accounts.get(address);
        let mut wanted = self.wanted.borrow_mut();
        if known.is_none() && !wanted.contains(address) {
            wanted.push(*address);
        }
        known?.as_ref()
    }

    fn is_lacking(&self) -> bool {
        !self.wanted.borrow().is_empty()
    }

    fn into_wanted(self) -> Answer {
        Answer::Wanted(self.wanted.into_inner())
    }
}

impl Chain for Known<'_> {
    type Error = &'static str;

    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.account(address).filter(|account| decode::is_made(account)).map(|account| account.data.clone()))
    }

    fn send(&mut self, _: &[Instruction]) -> Result<(), Self::Error> {
        Err("a plan sends nothing")
    }
}
