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

#[cfg(test)]
mod tests {
    use ballast_client::anchor_lang::Discriminator;
    use ballast_client::ballast::state::{Asset, Vault};
    use ballast_core::strategy::allocation::Allocation;
    use bytemuck::Zeroable;

    use super::*;

    fn key(byte: u8) -> Pubkey {
        Pubkey::new_from_array([byte; 32])
    }

    fn file() -> VaultFile {
        let [btc, usdc, guardian, manager] = [1, 2, 3, 4].map(key);
        let feed = "ab".repeat(32);
        let text = format!(
            "[deployment]\nguardian = \"{guardian}\"\nmanager = \"{manager}\"\n\
             [[assets]]\nname = \"BTC\"\ntarget = \"60%\"\nmint = \"{btc}\"\nfeed = \"{feed}\"\n\
             [[assets]]\nname = \"USDC\"\ntarget = \"40%\"\nmint = \"{usdc}\"\nfeed = \"{feed}\"\n[breakers]\nmax_jump = \"7%\"\n"
        );
        VaultFile::parse("vault.toml", &text).unwrap()
    }

    fn account(owner: Pubkey, data: Vec<u8>) -> Account {
        Account { lamports: 1, data, owner, ..Account::default() }
    }

    /// The account of the file's vault as its creation leaves it, but for what `change` does to it.
    fn created(file: &VaultFile, change: impl FnOnce(&mut Vault)) -> Account {
        let wanted = file.deployment(key(9), &[TOKEN; 2]);
        let mut vault: Box<Vault> = bytemuck::zeroed_box();
        for (stored, asset) in vault.assets.iter_mut().zip(&wanted.assets) {
            let allocation = Allocation::fixed(asset.args.target_bps, asset.args.band_abs_bps, asset.args.band_rel_bps);
            let (oracle, feed) = (asset.args.oracle as u8, asset.args.feed);
            *stored = Asset { mint: asset.mint, allocation, oracle, feed, ..Asset::zeroed() };
        }
        (vault.asset_count, vault.guardian, vault.limits, vault.change_count) = (2, wanted.guardian, wanted.limits, 5);
        change(&mut vault);
        account(ballast_client::PROGRAM_ID, [Vault::DISCRIMINATOR, bytemuck::bytes_of(&*vault)].concat())
    }

    /// The answer once every account that is wanted has been looked at: these exist, and no others.
    fn ask(file: &VaultFile, existing: &[(Pubkey, Account)]) -> Result<Plan> {
        let mut accounts = HashMap::new();
        loop {
            let question = Question { file, admin: key(9), accounts: &accounts, shard: 0, lookup_table: None, recent_slot: None };
            let wanted = match question.answer()? {
                Answer::Plan(plan) => return Ok(plan),
                Answer::Wanted(wanted) => wanted,
            };
            let look = |address: Pubkey| {
                let found = existing.iter().find(|(place, _)| *place == address);
                (address, found.map(|(_, account)| account.clone()))
            };
            accounts.extend(wanted.into_iter().map(look));
        }
    }

    fn mints() -> Vec<(Pubkey, Account)> {
        [1, 2].map(|byte| (key(byte), account(TOKEN, vec![0; 82]))).to_vec()
    }

    /// Numbers of missing instructions, step by step.
    fn missing(plan: &Plan) -> Vec<Option<usize>> {
        plan.steps.iter().map(|step| Some(step.missing.as_ref()?.concat().len())).collect()
    }

    #[test]
    fn a_creation_that_broke_off_is_gone_on_with() {
        let file = file();
        let view = file.deployment(key(9), &[TOKEN; 2]).view();
        let mut existing = mints();
        assert_eq!(missing(&ask(&file, &existing).unwrap()), [Some(2), Some(1), Some(0), None, None]);
        existing.push((view.assets[0].reserve, account(TOKEN, vec![0; 165])));
        // Lamports that somebody sent to the other's address are no account.
        existing.push((view.assets[1].reserve, account(Pubkey::default(), vec![])));
        assert_eq!(missing(&ask(&file, &existing).unwrap()), [Some(1), Some(1), Some(0), None, None]);
        existing.pop();
        existing.push((view.assets[1].reserve, account(TOKEN, vec![0; 165])));
        existing.push((view.address, created(&file, |_| {})));
        // Breakers, stress test and roles, each queued and applied, under the vault's next numbers.
        let plan = ask(&file, &existing).unwrap();
        assert_eq!(missing(&plan), [Some(0), Some(0), Some(0), Some(1), Some(6)]);
        let last = plan.steps[4].missing.as_ref().unwrap().concat();
        let queued: Vec<Pubkey> = last.iter().step_by(2).map(|queue| queue.accounts[2].pubkey).collect();
        assert_eq!(queued, [5, 6, 7].map(|id| address::change(&view.address, id)));
    }

    #[test]
    fn a_vault_that_is_another_is_a_conflict() {
        let file = file();
        let address = file.deployment(key(9), &[TOKEN; 2]).view().address;
        let told = |account: Account| ask(&file, &[mints(), vec![(address, account)]].concat()).unwrap_err().to_string();
        let other = told(created(&file, |vault| vault.guardian = key(7)));
        assert!(other.starts_with("migration 0002_create_vault: the vault exists with other guardian; correct"), "{other}");
        let used = told(created(&file, |vault| vault.total_shares = 1));
        assert!(used.contains("the vault has depositors, and another strategy"), "{used}");
        let foreign = told(account(key(8), vec![1]));
        assert!(foreign.contains("is not a vault"), "{foreign}");
    }
}
