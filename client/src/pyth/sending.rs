//! Posting prices on a cluster.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::AddressLookupTableAccount;

use super::packing::Step;
use super::posting::{Posting, PostingError, Receiver};
use super::update::{FeedId, Update};
use crate::rpc::{ClientError, Cluster, Sender, Sent};

impl Cluster {
    /// Pyth's receiver on this cluster.
    ///
    /// # Errors
    /// Where there is none, or the request fails.
    pub async fn pyth_receiver(&self) -> Result<Receiver, ClientError> {
        let (address, what) = (Receiver::config_address(), "configuration of Pyth's receiver");
        let account = self.account(&address).await?.ok_or(ClientError::NotFound { address, what })?;
        Receiver::read(&account).ok_or(ClientError::WrongAccount { address, expected: what })
    }
}

impl Sender {
    /// Posts the prices of `feeds`, has the instructions that `use_prices` makes use them, and takes the rent back: three or more
    /// transactions. `use_prices` gets the addresses of the accounts with the prices, in the order of `feeds`. Returns what was
    /// sent to post and use them, in order.
    ///
    /// ```no_run
    /// # use ballast_client::pyth::Update;
    /// # use ballast_client::rpc::{ClientError, Sender};
    /// # async fn run(sender: Sender, vault: ballast_client::Pubkey, update: Update) -> Result<(), ClientError> {
    /// use ballast_client::instruction;
    ///
    /// // The first two assets of a vault.
    /// let books = sender.cluster().vault(&vault).await?;
    /// let feeds: Vec<_> = books.assets()[..2].iter().map(|asset| asset.feed).collect();
    /// let receiver = sender.cluster().pyth_receiver().await?;
    /// let refresh = |prices: &[_]| vec![instruction::refresh_prices(vault, 0b11, prices)];
    /// sender.post_prices(&receiver, &update, &feeds, refresh, &[]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// That of the first transaction that failed; the rent of what was created before comes back all the same, as far as the
    /// cluster can be reached.
    pub async fn post_prices(
        &self,
        receiver: &Receiver,
        update: &Update,
        feeds: &[FeedId],
        use_prices: impl FnOnce(&[Pubkey]) -> Vec<Instruction>,
        tables: &[AddressLookupTableAccount],
    ) -> Result<Vec<Sent>, ClientError> {
        let posting = receiver.post(self.payer(), update, feeds, use_prices, tables)?;
        let sent = self.send_steps(&posting.steps, tables).await;
        let reclaimed = self.reclaim(&posting).await;
        if let Err(error) = &reclaimed {
            tracing::warn!(%error, accounts = ?posting.accounts(), "the rent of posted prices was not reclaimed");
        }
        sent
    }

    async fn reclaim(&self, posting: &Posting) -> Result<Vec<Sent>, ClientError> {
        let addresses = posting.accounts();
        let accounts = self.cluster().accounts(&addresses).await?;
        let exists =
            |address: &Pubkey| addresses.iter().zip(&accounts).any(|(created, account)| created == address && account.is_some());
        self.send_steps(&posting.cleanup(exists)?, &[]).await
    }

    async fn send_steps(&self, steps: &[Step], tables: &[AddressLookupTableAccount]) -> Result<Vec<Sent>, ClientError> {
        let mut sent = Vec::with_capacity(steps.len());
        for step in steps {
            let signers: Vec<&Keypair> = step.signers.iter().map(|signer| &**signer).collect();
            sent.push(self.send(&step.instructions, &signers, tables).await?);
        }
        Ok(sent)
    }
}

impl From<PostingError> for ClientError {
    fn from(error: PostingError) -> Self {
        match error {
            PostingError::Assembly(error) => error.into(),
            error => ClientError::Posting(error),
        }
    }
}
