//! The lookup table on a cluster; the record remembers its address.

use anyhow::{Result, anyhow, ensure};
use ballast_client::rpc::CommitmentConfig;
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey, lookup};

use super::{ClusterChain, Wanted};
use crate::Chain;
use crate::lookup_table::{NAME, addresses};

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

    async fn wanted_addresses(&self, wanted: &Wanted) -> Result<Vec<Pubkey>> {
        let pools = self.cluster.accounts(&wanted.deployment.pools).await?;
        addresses(&wanted.deployment, &wanted.price_accounts, &pools).map_err(|error| anyhow!(error))
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
