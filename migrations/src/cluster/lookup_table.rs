//! 0006: the vault has an address lookup table with everything that its transactions name. It comes before the vault, whose own
//! creation may not fit a transaction without.
//!
//! A table's address depends on the slot in which it was made: the record remembers it, and what is on the chain counts.

use anyhow::{Context, Result, anyhow, ensure};
use ballast_client::anchor_lang::error::Error as PoolError;
use ballast_client::rpc::CommitmentConfig;
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey, address, lookup, pool};

use super::{ClusterChain, Wanted};
use crate::Chain;

/// The step's name.
pub const NAME: &str = "0006_lookup_table";

impl ClusterChain<'_> {
    /// Creates or fills the table, and uses it from here on. Returns the number of transactions.
    pub(super) async fn ensure_lookup_table(&mut self, wanted: &Wanted) -> Result<usize> {
        self.begin(NAME);
        let (admin, addresses) = (wanted.deployment.admin, self.wanted_addresses(wanted).await?);
        let (mut sent, mut last_slot) = (0, 0);
        let table = match self.recorded_table().await? {
            Some(table) => table,
            None => {
                let (create, table) = self.new_table(admin).await?;
                // Recorded before it is sent: a table that a broken-off run made is found again.
                self.record.set_lookup_table(&table.key)?;
                (sent, last_slot) = (1, self.submit(&[create], &[]).await?);
                table
            }
        };
        for extend in lookup::extend(&table, admin, admin, &addresses)? {
            (sent, last_slot) = (sent + 1, self.submit(&[extend], &[]).await?);
        }
        // What was added in a slot can be used from the next one on.
        self.wait_after(last_slot).await?;
        self.tables = vec![self.cluster.lookup_table(&table.key).await?];
        Ok(sent)
    }

    /// What of the table is missing.
    pub(super) async fn missing_of_lookup_table(&self, wanted: &Wanted) -> Result<Vec<Instruction>> {
        let (admin, addresses) = (wanted.deployment.admin, self.wanted_addresses(wanted).await?);
        let (mut missing, table) = match self.recorded_table().await? {
            Some(table) => (vec![], table),
            None => {
                let (create, table) = self.new_table(admin).await?;
                (vec![create], table)
            }
        };
        missing.extend(lookup::extend(&table, admin, admin, &addresses)?);
        Ok(missing)
    }

    /// Every address that the vault's transactions will name, its routes' included.
    async fn wanted_addresses(&self, wanted: &Wanted) -> Result<Vec<Pubkey>> {
        let view = wanted.deployment.view();
        let mut addresses = [lookup::addresses(&view, &[], &wanted.price_accounts), wanted.price_accounts.clone()].concat();
        for pool in &wanted.deployment.pools {
            let account = self.cluster.account(pool).await?;
            let account = account.with_context(|| format!("there is no pool {pool} on this cluster; correct `pools`"))?;
            let (amm, pins) = pool::pins(*pool, &account).map_err(|error| refused(pool, &error))?;
            addresses.extend([address::route(&view.address, pool), amm.program_id()]);
            addresses.extend(pins.accounts);
        }
        Ok(addresses)
    }

    /// The table of an earlier run, if it is on this cluster.
    async fn recorded_table(&self) -> Result<Option<AddressLookupTableAccount>> {
        let Some(address) = self.record.lookup_table()? else { return Ok(None) };
        let account = self.cluster.account(&address).await?;
        Ok(account.and_then(|account| lookup::read(address, &account)))
    }

    async fn new_table(&self, admin: Pubkey) -> Result<(Instruction, AddressLookupTableAccount)> {
        let slot = self.cluster.rpc().get_slot_with_commitment(CommitmentConfig::finalized()).await?;
        ensure!(slot > 0, "the cluster has no finalized slot yet; try again in a moment");
        let (create, key) = lookup::create(admin, admin, slot);
        Ok((create, AddressLookupTableAccount { key, addresses: vec![] }))
    }
}

/// Why Ballast cannot trade on a pool, in the program's words. An adapter's errors are all Ballast's.
fn refused(pool: &Pubkey, error: &PoolError) -> anyhow::Error {
    match error {
        PoolError::AnchorError(error) => {
            anyhow!("the pool {pool}: {} ({}): {}; correct `pools`", error.error_name, error.error_code_number, error.error_msg)
        }
        PoolError::ProgramError(error) => anyhow!("the pool {pool}: {}; correct `pools`", error.program_error),
    }
}

#[cfg(test)]
mod tests {
    use ballast_client::ballast::error::BallastError;

    use super::*;

    #[test]
    fn a_refused_pool_is_told_in_the_programs_words() {
        let pool = Pubkey::new_unique();
        let error = refused(&pool, &BallastError::UnsupportedPool.into()).to_string();
        let code = u32::from(BallastError::UnsupportedPool);
        assert_eq!(
            error,
            format!("the pool {pool}: UnsupportedPool ({code}): {}; correct `pools`", BallastError::UnsupportedPool)
        );
    }
}
