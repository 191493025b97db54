//! Calls about a vault as it is: its figures, and quotes.

use ballast_view::figures::{FirstDeposit, figures};
use ballast_view::{Refusal, chain, quote};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::chain::{ChainInput, OwnedChain, RouteInput, routes, vault};
use crate::json::{Integer, input, respond};

/// See `CALLS` in the crate's root.
pub fn call(name: &str, request: &str) -> Option<Result<String, Refusal>> {
    Some(match name {
        "wanted" => respond(request, wanted),
        "figures" => on_chain(request, |chain, Figures { first_deposit }| {
            figures(&chain.chain(), first_deposit.map(FirstDepositInput::read).as_ref())
        }),
        "depositSingle" => on_chain(request, |chain, Deposit { asset, amount }| {
            quote::deposit_single(&chain.chain().refresh().vault, asset, amount.0, chain.chain().now)
        }),
        "redeemSingle" => on_chain(request, |chain, Redeem { asset, shares }| {
            quote::redeem_single(&chain.chain().refresh().vault, asset, shares.0, chain.chain().now)
        }),
        "depositInKind" => on_chain(request, |chain, DepositInKind { max_amounts }| {
            quote::deposit_in_kind(chain.chain().vault, &plain(&max_amounts), chain.chain().now)
        }),
        "redeemInKind" => on_chain(request, |chain, RedeemInKind { shares }| {
            quote::redeem_in_kind(chain.chain().vault, shares.0, chain.chain().now)
        }),
        "firstDeposit" => on_chain(request, |chain, First { amounts, shares }| {
            let vault = chain.chain().refresh().vault;
            quote::first_deposit(&vault, &plain(&amounts), shares.map(|shares| shares.0), chain.chain().now)
        }),
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    first_deposit: Option<FirstDepositInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FirstDepositInput {
    total_shares: Integer<u64>,
    amounts: Vec<Integer<u64>>,
}

impl FirstDepositInput {
    fn read(self) -> FirstDeposit {
        FirstDeposit { total_shares: self.total_shares.0, amounts: plain(&self.amounts) }
    }
}

#[derive(Deserialize)]
struct Deposit {
    asset: u8,
    amount: Integer<u64>,
}

#[derive(Deserialize)]
struct Redeem {
    asset: u8,
    shares: Integer<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DepositInKind {
    max_amounts: Vec<Integer<u64>>,
}

#[derive(Deserialize)]
struct RedeemInKind {
    shares: Integer<u64>,
}

#[derive(Deserialize)]
struct First {
    amounts: Vec<Integer<u64>>,
    shares: Option<Integer<u64>>,
}

#[derive(Deserialize)]
struct Wanted {
    vault: String,
    routes: Vec<RouteInput>,
    #[serde(default)]
    shard: u16,
}

fn wanted(input: Wanted) -> Result<Vec<String>, Refusal> {
    let (vault, routes) = (vault(&input.vault)?, routes(&input.routes)?);
    Ok(chain::wanted(&vault, &routes, input.shard).iter().map(ToString::to_string).collect())
}

fn on_chain<T: DeserializeOwned, O: serde::Serialize>(
    request: &str,
    answer: impl FnOnce(&OwnedChain, T) -> Result<O, Refusal>,
) -> Result<String, Refusal> {
    // Read twice: flattened into one, the fields of every chain would first be kept as any JSON.
    let chain: ChainInput = input(request)?;
    respond(request, |rest: T| answer(&chain.read()?, rest))
}

fn plain(amounts: &[Integer<u64>]) -> Vec<u64> {
    amounts.iter().map(|amount| amount.0).collect()
}
