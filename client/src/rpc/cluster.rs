//! Reading and simulating.

use std::sync::Arc;

use anchor_lang::Discriminator;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use ballast::error::BallastError;
use ballast::instructions::Preview;
use ballast::state::{QueuedChange, Route, Vault};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use solana_account::Account;
use solana_account_decoder_client_types::{UiAccount, UiAccountEncoding, UiDataSliceConfig};
use solana_commitment_config::CommitmentConfig;
use solana_message::{AddressLookupTableAccount, Hash};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::config::{RpcAccountInfoConfig, RpcProgramAccountsConfig, RpcSimulateTransactionConfig};
use solana_rpc_client_api::filter::{Memcmp, RpcFilterType};
use solana_rpc_client_api::response::RpcSimulateTransactionResult;

use super::error::ClientError;
use crate::decide::Chain;
use crate::error::{ProgramFailure, ballast_error};
use crate::transaction::{self, MAX_UNITS};
use crate::{decode, lookup, pool};

/// Most accounts that nodes answer with at once.
const ACCOUNTS_PER_REQUEST: usize = 100;
/// Where accounts of routes and queued changes name their vault: behind the discriminator.
const VAULT_OFFSET: usize = 8;

/// A cluster, through one of its RPC nodes. Clones share their connections.
#[derive(Clone)]
pub struct Cluster {
    rpc: Arc<RpcClient>,
}

/// What a simulated transaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// Compute units that it took.
    pub units: u64,
    /// Its log.
    pub logs: Vec<String>,
    /// The bytes that the last program returned; `None` where nothing was returned.
    pub return_data: Option<Vec<u8>>,
}

impl Cluster {
    /// The cluster of the node at `url`. Everything is read, and awaited, at this commitment.
    ///
    /// ```
    /// use ballast_client::rpc::{Cluster, CommitmentConfig};
    ///
    /// let cluster = Cluster::new("http://127.0.0.1:8899", CommitmentConfig::confirmed());
    /// assert_eq!(cluster.rpc().url(), "http://127.0.0.1:8899");
    /// ```
    pub fn new(url: &str, commitment: CommitmentConfig) -> Self {
        Self::with_client(RpcClient::new_with_commitment(url.into(), commitment))
    }

    /// The cluster of an RPC client with its own timeouts, headers or transport.
    pub fn with_client(rpc: RpcClient) -> Self {
        Cluster { rpc: Arc::new(rpc) }
    }

    /// The RPC client, for whatever has no method here.
    pub fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    /// An account; `None` where there is none.
    ///
    /// # Errors
    /// Where the request fails.
    pub async fn account(&self, address: &Pubkey) -> Result<Option<Account>, ClientError> {
        Ok(self.rpc.get_account_with_commitment(address, self.rpc.commitment()).await?.value)
    }

    /// Any number of accounts, in order; `None` where there is none. Those of each hundred are of the same slot.
    ///
    /// # Errors
    /// Where a request fails.
    pub async fn accounts(&self, addresses: &[Pubkey]) -> Result<Vec<Option<Account>>, ClientError> {
        let mut found = Vec::with_capacity(addresses.len());
        for chunk in addresses.chunks(ACCOUNTS_PER_REQUEST) {
            found.extend(self.rpc.get_multiple_accounts(chunk).await?);
        }
        if found.len() == addresses.len() { Ok(found) } else { Err(ClientError::Answer("all of the accounts")) }
    }

    /// As [`Cluster::accounts`], with no more than the first `most_bytes` of each account's data: for addresses that others have
    /// chosen, where an account can have ten megabytes.
    ///
    /// # Errors
    /// Where a request fails.
    pub async fn accounts_cut(&self, addresses: &[Pubkey], most_bytes: usize) -> Result<Vec<Option<Account>>, ClientError> {
        let config = RpcAccountInfoConfig {
            encoding: Some(UiAccountEncoding::Base64),
            data_slice: Some(UiDataSliceConfig { offset: 0, length: most_bytes }),
            commitment: Some(self.rpc.commitment()),
            ..RpcAccountInfoConfig::default()
        };
        let mut found = Vec::with_capacity(addresses.len());
        for chunk in addresses.chunks(ACCOUNTS_PER_REQUEST) {
            let answer = self.rpc.get_multiple_ui_accounts_with_config(chunk, config.clone()).await?;
            for account in answer.value {
                let readable = |account: UiAccount| account.to_account().ok_or(ClientError::Answer("readable accounts"));
                found.push(account.map(readable).transpose()?);
            }
        }
        if found.len() == addresses.len() { Ok(found) } else { Err(ClientError::Answer("all of the accounts")) }
    }

    /// A vault.
    ///
    /// # Errors
    /// Where there is none at the address, or the request fails.
    pub async fn vault(&self, address: &Pubkey) -> Result<Vault, ClientError> {
        own(address, self.account(address).await?, "vault", decode::vault)
    }

    /// Every vault of the program, by address.
    ///
    /// # Errors
    /// Where the request fails; public nodes often refuse it.
    pub async fn vaults(&self) -> Result<Vec<(Pubkey, Vault)>, ClientError> {
        self.all(vec![of_type::<Vault>()], decode::vault).await
    }

    /// Every route of a vault, by address.
    ///
    /// # Errors
    /// As [`Cluster::vaults`].
    pub async fn routes(&self, vault: &Pubkey) -> Result<Vec<(Pubkey, Route)>, ClientError> {
        self.all(vec![of_type::<Route>(), of_vault(vault)], decode::route).await
    }

    /// Every route of every vault, by address.
    ///
    /// # Errors
    /// As [`Cluster::vaults`].
    pub async fn all_routes(&self) -> Result<Vec<(Pubkey, Route)>, ClientError> {
        self.all(vec![of_type::<Route>()], decode::route).await
    }

    /// Every queued change of a vault, in the order in which they were queued.
    ///
    /// # Errors
    /// As [`Cluster::vaults`].
    pub async fn queued_changes(&self, vault: &Pubkey) -> Result<Vec<(Pubkey, QueuedChange)>, ClientError> {
        let mut changes = self.all(vec![of_type::<QueuedChange>(), of_vault(vault)], decode::queued_change).await?;
        changes.sort_by_key(|(_, change)| change.id);
        Ok(changes)
    }

    /// A lookup table that is in use.
    ///
    /// # Errors
    /// Where there is none at the address, or the request fails.
    pub async fn lookup_table(&self, address: &Pubkey) -> Result<AddressLookupTableAccount, ClientError> {
        let what = "lookup table";
        let account = self.account(address).await?.ok_or(ClientError::NotFound { address: *address, what })?;
        lookup::read(*address, &account).ok_or(ClientError::WrongAccount { address: *address, expected: what })
    }

    /// The cluster's time, Unix time in seconds: what programs go by. Local clusters may run faster than the machine's clock.
    ///
    /// # Errors
    /// Where the request fails.
    pub async fn now(&self) -> Result<i64, ClientError> {
        unix_time(self.account(&decode::CLOCK).await?)
    }

    /// Runs instructions without sending them, nor needing a signature; `payer` must be able to pay the fee.
    ///
    /// # Errors
    /// What the transaction would fail with, with its log; or where the request fails.
    pub async fn simulate(
        &self,
        payer: &Pubkey,
        instructions: &[Instruction],
        tables: &[AddressLookupTableAccount],
    ) -> Result<Simulation, ClientError> {
        let all = transaction::with_budget(instructions, MAX_UNITS, 0);
        let message = transaction::message(payer, &all, tables, Hash::default())?;
        let config = RpcSimulateTransactionConfig {
            replace_recent_blockhash: true,
            commitment: Some(self.rpc.commitment()),
            ..RpcSimulateTransactionConfig::default()
        };
        let unsigned = transaction::without_signatures(message);
        let answer = self.rpc.simulate_transaction_with_config(&unsigned, config).await?;
        simulation(answer.value, &all)
    }

    /// What a rebalance on a route would do now, by the program's own rules on the accounts as they are: the same that
    /// `preview_rebalance` returns. `route` tells which accounts the route pins; what changes is read anew.
    ///
    /// # Errors
    /// The program's error, or where the request fails.
    pub async fn preview(&self, vault: &Pubkey, route_address: &Pubkey, route: &Route) -> Result<Preview, ClientError> {
        let addresses = [&[*vault, *route_address, decode::CLOCK], route.accounts()].concat();
        let mut accounts = self.accounts(&addresses).await?.into_iter();
        let mut next = || accounts.next().flatten();
        let books = own(vault, next(), "vault", decode::vault)?;
        let route = own(route_address, next(), "route", decode::route)?;
        let now = unix_time(next())?;
        if route.vault != *vault {
            return Err(ProgramFailure::from(BallastError::WrongRoute).into());
        }
        let pool = pool::read(&route, accounts.as_slice()).map_err(failure)?;
        let chain = Chain { address: *vault, vault: &books, route: &route, pool, now };
        Ok(chain.preview().map_err(ProgramFailure::from)?)
    }

    /// The program's accounts that pass the filters and can be read, by address.
    async fn all<T>(
        &self,
        filters: Vec<RpcFilterType>,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<(Pubkey, T)>, ClientError> {
        let config = RpcProgramAccountsConfig {
            filters: Some(filters),
            account_config: RpcAccountInfoConfig { encoding: Some(UiAccountEncoding::Base64), ..RpcAccountInfoConfig::default() },
            ..RpcProgramAccountsConfig::default()
        };
        let accounts = self.rpc.get_program_ui_accounts_with_config(&ballast::ID, config).await?;
        let mut found: Vec<_> =
            accounts.into_iter().filter_map(|(address, account)| Some((address, read(&account.data.decode()?)?))).collect();
        found.sort_by_key(|(address, _)| *address);
        Ok(found)
    }
}

/// Reads an account of Ballast's own. Anybody can write the same bytes into an account of another program.
fn own<T>(
    address: &Pubkey,
    account: Option<Account>,
    what: &'static str,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<T, ClientError> {
    let account = account.ok_or(ClientError::NotFound { address: *address, what })?;
    let found = if account.owner == ballast::ID { read(&account.data) } else { None };
    found.ok_or(ClientError::WrongAccount { address: *address, expected: what })
}

fn unix_time(clock: Option<Account>) -> Result<i64, ClientError> {
    clock.and_then(|clock| decode::unix_time(&clock.data)).ok_or(ClientError::Answer("its clock"))
}

/// What an adapter answered. Its errors are all Ballast's.
fn failure(error: anchor_lang::error::Error) -> ClientError {
    let code = match &error {
        anchor_lang::error::Error::AnchorError(error) => error.error_code_number,
        anchor_lang::error::Error::ProgramError(_) => 0,
    };
    ProgramFailure::from(ballast_error(code).unwrap_or(BallastError::UnsupportedPool)).into()
}

fn simulation(result: RpcSimulateTransactionResult, instructions: &[Instruction]) -> Result<Simulation, ClientError> {
    if let Some(error) = result.err {
        return Err(ClientError::of(error.into(), result.logs, instructions));
    }
    let units = result.units_consumed.ok_or(ClientError::Answer("the compute units of a simulation"))?;
    let returned = result.return_data.map(|returned| STANDARD.decode(returned.data.0)).transpose();
    let return_data = returned.map_err(|_| ClientError::Answer("readable return data"))?;
    Ok(Simulation { units, logs: result.logs.unwrap_or_default(), return_data })
}

/// Accounts of a type.
fn of_type<T: Discriminator>() -> RpcFilterType {
    RpcFilterType::Memcmp(Memcmp::new_base58_encoded(0, T::DISCRIMINATOR))
}

/// Accounts that belong to a vault.
fn of_vault(vault: &Pubkey) -> RpcFilterType {
    RpcFilterType::Memcmp(Memcmp::new_base58_encoded(VAULT_OFFSET, vault.as_ref()))
}
