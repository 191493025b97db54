//! Lookup tables on a cluster.

use anchor_lang::prelude::Pubkey;
use solana_commitment_config::CommitmentConfig;
use solana_message::AddressLookupTableAccount;
use tokio::time::sleep;

use super::error::ClientError;
use super::sender::Sender;
use crate::lookup;

impl Sender {
    /// Creates a lookup table of these addresses, owned and paid for by the payer, and waits until it can be used.
    ///
    /// ```no_run
    /// # use ballast_client::rpc::{ClientError, Sender};
    /// # async fn run(sender: Sender, vault: ballast_client::Pubkey) -> Result<(), ClientError> {
    /// use ballast_client::{VaultView, address, lookup};
    ///
    /// let books = sender.cluster().vault(&vault).await?;
    /// let view = VaultView::of(vault, &books).expect("a known token program");
    /// let routes = sender.cluster().routes(&vault).await?;
    /// let prices: Vec<_> = books.assets().iter().filter_map(|asset| address::price_account(asset, 0)).collect();
    /// let table = sender.create_lookup_table(&lookup::addresses(&view, &routes, &prices)).await?;
    /// println!("{} holds {} addresses", table.key, table.addresses.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where it cannot hold them, or a transaction fails: what was created before stays, and
    /// [`Sender::extend_lookup_table`] completes it.
    pub async fn create_lookup_table(&self, addresses: &[Pubkey]) -> Result<AddressLookupTableAccount, ClientError> {
        // A slot that no fork can undo: the table's address depends on it.
        let recent_slot = self.cluster().rpc().get_slot_with_commitment(CommitmentConfig::finalized()).await?;
        let (create, key) = lookup::create(self.payer(), self.payer(), recent_slot);
        let empty = AddressLookupTableAccount { key, addresses: vec![] };
        // Refused before the table exists, where there is no room.
        lookup::extend(&empty, self.payer(), self.payer(), addresses)?;
        self.send(&[create], &[], &[]).await?;
        self.extend_lookup_table(&empty, addresses).await
    }

    /// Adds what of `wanted` a lookup table of the payer's lacks, and waits until it can be used.
    ///
    /// # Errors
    /// As [`Sender::create_lookup_table`].
    pub async fn extend_lookup_table(
        &self,
        table: &AddressLookupTableAccount,
        wanted: &[Pubkey],
    ) -> Result<AddressLookupTableAccount, ClientError> {
        let mut extended_at = None;
        for extension in lookup::extend(table, self.payer(), self.payer(), wanted)? {
            extended_at = Some(self.send(&[extension], &[], &[]).await?.slot);
        }
        if let Some(slot) = extended_at {
            self.wait_for_slot_after(slot).await?;
        }
        self.cluster().lookup_table(&table.key).await
    }

    async fn wait_for_slot_after(&self, slot: u64) -> Result<(), ClientError> {
        while self.cluster().rpc().get_slot().await? <= slot {
            sleep(self.pace.poll).await;
        }
        Ok(())
    }
}
