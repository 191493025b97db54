//! A vault and what its figures depend on, read from a request.

use std::collections::HashMap;

use ballast_client::ballast::state::{Route, Vault};
use ballast_client::{Account, Pubkey, decode};
use ballast_view::Refusal;
use ballast_view::chain::Chain;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::json::Integer;

/// An account as a node gives it.
#[derive(Deserialize)]
pub struct AccountInput {
    owner: String,
    lamports: Integer<u64>,
    data: String,
}

/// A route's account.
#[derive(Deserialize)]
pub struct RouteInput {
    address: String,
    data: String,
}

/// `Chain` of `types.ts`, beside which a call may take more.
#[derive(Deserialize)]
pub struct ChainInput {
    now: Integer<i64>,
    address: String,
    vault: String,
    routes: Vec<RouteInput>,
    accounts: HashMap<String, Option<AccountInput>>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    shard: u16,
}

/// What a request says, read.
pub struct OwnedChain {
    now: i64,
    address: Pubkey,
    vault: Box<Vault>,
    routes: Vec<(Pubkey, Route)>,
    accounts: HashMap<Pubkey, Account>,
    names: Vec<String>,
    shard: u16,
}

impl ChainInput {
    /// Reads addresses and accounts.
    ///
    /// # Errors
    /// Name what is not an address, base64, a vault or a route.
    pub fn read(self) -> Result<OwnedChain, Refusal> {
        let existing = self.accounts.into_iter().filter_map(|(address, account)| Some((address, account?)));
        let accounts = existing.map(|(place, input)| Ok((self::address(&place)?, account(input)?)));
        Ok(OwnedChain {
            now: self.now.0,
            address: address(&self.address)?,
            vault: vault(&self.vault)?,
            routes: routes(&self.routes)?,
            accounts: accounts.collect::<Result<_, Refusal>>()?,
            names: self.names,
            shard: self.shard,
        })
    }
}

impl OwnedChain {
    /// The same for the view.
    pub fn chain(&self) -> Chain<'_> {
        let OwnedChain { now, address, ref vault, ref routes, ref accounts, ref names, shard } = *self;
        Chain { now, address, vault, routes, accounts, names, shard }
    }
}

/// An address.
///
/// # Errors
/// Where the text is none.
pub fn address(text: &str) -> Result<Pubkey, Refusal> {
    text.parse().map_err(|_| Refusal::new("Address", format!("`{text}` is not an address; it has 32 to 44 letters and digits")))
}

/// An account's bytes.
///
/// # Errors
/// Where the text is not base64.
pub fn bytes(text: &str) -> Result<Vec<u8>, Refusal> {
    STANDARD.decode(text).map_err(|error| Refusal::new("Base64", format!("an account's data is not base64: {error}")))
}

/// A vault, from its account's bytes in base64.
///
/// # Errors
/// Where they are not a vault's.
pub fn vault(text: &str) -> Result<Box<Vault>, Refusal> {
    let vault = decode::vault(&bytes(text)?);
    vault.map(Box::new).ok_or_else(|| Refusal::new("NotAVault", "the account is not a vault of Ballast; check its address"))
}

/// Routes, from their accounts.
///
/// # Errors
/// Where one is not a route.
pub fn routes(inputs: &[RouteInput]) -> Result<Vec<(Pubkey, Route)>, Refusal> {
    let route = |RouteInput { address, data }: &RouteInput| {
        let wrong = || Refusal::new("NotARoute", format!("the account {address} is not a route of Ballast"));
        Ok((self::address(address)?, decode::route(&bytes(data)?).ok_or_else(wrong)?))
    };
    inputs.iter().map(route).collect()
}

/// An account.
///
/// # Errors
/// Where its owner is not an address, or its data not base64.
pub fn account(AccountInput { owner, lamports, data }: AccountInput) -> Result<Account, Refusal> {
    let (owner, data) = (address(&owner)?, bytes(&data)?);
    Ok(Account { lamports: lamports.0, data, owner, ..Account::default() })
}
