//! `ballast deposit`.

use anyhow::{Context as _, Result, bail, ensure};
use ballast_client::ballast::instructions::DepositInKindArgs;
use ballast_client::instruction;
use ballast_core::shares::{self, LOCKED_SHARES, SHARE_DECIMALS};
use clap::Args;

use super::exchange::{Cost, Exchange, ExchangeArgs, ExchangeView, basket};
use crate::amount::{Amount, Request, parse};
use crate::context::{Context, OpenVault};
use crate::output::{Address, Tokens};
use crate::published::Published;
use crate::quote;
use crate::wallet::Wallet;

const EXAMPLES: &str = "\
Examples:
  ballast deposit 1.5 SOL                     one asset, at its price, less the vault's entry fee
  ballast deposit 25% USDC --slippage 0.2%    a quarter of the wallet's USDC
  ballast deposit --in-kind all               all assets in proportion, as much as the wallet can
  ballast deposit --in-kind 2 SOL             as much of all others as goes with 2 SOL
  ballast deposit --in-kind 1 BTC 20 ETH 40000 USDC --shares 100000
                                              the first deposit, by the admin: exactly these";

/// What to deposit.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct DepositArgs {
    /// How much of what, such as `1.5 SOL`, `25% USDC` or `all`
    #[arg(required = true, value_name = "AMOUNT")]
    amounts: Vec<String>,
    /// All assets in proportion: no price, no fee; the amounts are the most to give
    #[arg(long)]
    in_kind: bool,
    /// First deposit only: how many shares it makes, 10 to 1000000000, one of which is locked for ever [default: one a dollar]
    #[arg(long, value_name = "NUMBER", requires = "in_kind")]
    shares: Option<String>,
    #[command(flatten)]
    exchange: ExchangeArgs,
}

/// Deposits.
///
/// # Errors
/// Where something is wrong with the wish, or the program refuses.
pub async fn run(context: &Context, args: &DepositArgs) -> Result<()> {
    let requests = parse(&args.amounts)?;
    let vault = context.vault().await?;
    let wallet = Wallet::read(context, &vault, context.wallet()?).await?;
    let exchange = match (args.in_kind, vault.state.total_shares) {
        (false, _) => single(context, &vault, &wallet, &requests, args).await?,
        (true, 0) => first(context, &vault, &wallet, &requests, args).await?,
        (true, _) => in_kind(context, &vault, &wallet, &requests, args)?,
    };
    exchange.make(context, &vault, &args.exchange).await
}

/// One asset at its price.
async fn single(
    context: &Context,
    vault: &OpenVault,
    wallet: &Wallet,
    requests: &[Request],
    args: &DepositArgs,
) -> Result<Exchange> {
    let [Request { amount, token }] = requests else {
        bail!("one asset at a time, or --in-kind for all in proportion");
    };
    let token = token.as_deref().with_context(|| format!("of what? The vault takes {}", vault.names().join(", ")))?;
    let asset = vault.asset(&context.symbols, token)?;
    let index = usize::from(asset);
    let units = amount.units(wallet.available(index), vault.state.asset(asset).map_err(quote::refusal)?.decimals)?;
    ensure!(units > 0, "the wallet has no {}", vault.name(index));
    let refreshed = Published::read(context, vault).await?.refresh(vault);
    let quote = quote::deposit_single(&refreshed.vault, asset, units, vault.now)?;
    let min_shares = quote::minimum(quote.out, args.exchange.slippage)?;
    let mut amounts = vec![0; vault.state.assets().len()];
    amounts[index] = units;

    let deposit = instruction::deposit_single(context.wallet()?, &vault.view, asset, units, min_shares);
    let mut instructions = wallet.wrap(vault, &amounts)?;
    instructions.extend(refreshed.instruction);
    instructions.push(deposit.context("the vault has no such asset")?);
    instructions.extend(wallet.unwrap([index])?);
    let view =
        ExchangeView { cost: Some(Cost::of(&quote)), ..view(vault, vec![vault.tokens(index, units)], quote.out, min_shares) };
    Ok(Exchange { view, accounts: wallet.missing([index], true), instructions })
}

/// All assets in proportion.
fn in_kind(context: &Context, vault: &OpenVault, wallet: &Wallet, requests: &[Request], args: &DepositArgs) -> Result<Exchange> {
    ensure!(args.shares.is_none(), "--shares is for the first deposit; this one gets what it pays for");
    let limits = limits(context, vault, wallet, requests, true)?;
    for index in vault.basket() {
        let is_needed = vault.state.assets()[index].balance > 0;
        ensure!(!is_needed || limits[index] > 0, "a deposit in kind takes every asset; the wallet has no {}", vault.name(index));
    }
    let quote = quote::deposit_in_kind(&vault.state, &limits, vault.now)?;
    let min_shares = quote::minimum(quote.shares, args.exchange.slippage)?;
    let most = quote.amounts.iter().map(|amount| quote::maximum(*amount, args.exchange.slippage));
    let most = most.zip(&limits).map(|(most, limit)| Ok(most?.min(*limit)));
    let max_amounts: Vec<u64> = most.collect::<Result<_>>()?;
    let view = view(vault, basket(vault, &quote.amounts), quote.shares, min_shares);
    assemble(context, vault, wallet, view, DepositInKindArgs { max_amounts, min_shares })
}

/// The first deposit: exactly the named amounts, for as many shares as its maker wants.
async fn first(
    context: &Context,
    vault: &OpenVault,
    wallet: &Wallet,
    requests: &[Request],
    args: &DepositArgs,
) -> Result<Exchange> {
    let amounts = limits(context, vault, wallet, requests, false)?;
    let shares = match &args.shares {
        Some(text) => Amount::parse(text)?.units(0, SHARE_DECIMALS)?,
        None => value_usd(context, vault, &amounts).await?,
    };
    let own = shares::first_deposit_shares(shares);
    let own =
        own.map_err(|_| anyhow::anyhow!("the first deposit makes 10 to 1000000000 shares; choose another number for --shares"))?;
    let locked = Tokens::shares(LOCKED_SHARES);
    let mut view = view(vault, basket(vault, &amounts), own, own);
    view.notes
        .push(format!("the first deposit sets the price of a share; {locked} of {} are locked for ever", Tokens::shares(shares)));
    assemble(context, vault, wallet, view, DepositInKindArgs { max_amounts: amounts, min_shares: shares })
}

/// What the amounts are worth at the published prices, in micro-dollars: as many raw shares.
async fn value_usd(context: &Context, vault: &OpenVault, amounts: &[u64]) -> Result<u64> {
    let priced = Published::read(context, vault).await?.refresh(vault).vault;
    let mut sum_usd = 0u64;
    for index in vault.basket().filter(|index| amounts[*index] > 0) {
        let price = priced.assets()[index].price();
        ensure!(price.mid_x64 > 0, "{} has no price yet; say how many shares with --shares", vault.name(index));
        let value_usd = price.value_usd(amounts[index]).ok();
        sum_usd = value_usd.and_then(|value_usd| sum_usd.checked_add(value_usd)).context("the value is too large")?;
    }
    Ok(sum_usd)
}

/// The most to give of each asset. What is not named is limited by the wallet alone, or is nothing.
fn limits(context: &Context, vault: &OpenVault, wallet: &Wallet, requests: &[Request], others_follow: bool) -> Result<Vec<u64>> {
    let available: Vec<u64> = (0..vault.state.assets().len()).map(|index| wallet.available(index)).collect();
    let decimals = |index: usize| vault.state.assets()[index].decimals;
    if let [Request { amount, token: None }] = requests {
        ensure!(!matches!(amount, Amount::Tokens(_)), "of what? Name the asset, or write a part such as 25% or all");
        let mut limits = vec![0; available.len()];
        for index in vault.basket() {
            limits[index] = amount.units(available[index], decimals(index))?;
        }
        return Ok(limits);
    }
    let follow = |index| if others_follow { available[index] } else { 0 };
    let mut limits = vec![0; available.len()];
    vault.basket().for_each(|index| limits[index] = follow(index));
    let mut named = Vec::new();
    for Request { amount, token } in requests {
        let token = token.as_deref().context("name the asset of every amount, such as 1 BTC 20 ETH")?;
        let index = usize::from(vault.asset(&context.symbols, token)?);
        ensure!(!named.contains(&index), "{token} is there twice");
        named.push(index);
        limits[index] = amount.units(available[index], decimals(index))?;
    }
    Ok(limits)
}

fn assemble(
    context: &Context,
    vault: &OpenVault,
    wallet: &Wallet,
    view: ExchangeView,
    args: DepositInKindArgs,
) -> Result<Exchange> {
    let mut instructions = wallet.wrap(vault, &args.max_amounts)?;
    instructions.push(instruction::deposit_in_kind(context.wallet()?, &vault.view, args));
    instructions.extend(wallet.unwrap(vault.basket())?);
    Ok(Exchange { view, accounts: wallet.missing(vault.basket(), true), instructions })
}

fn view(vault: &OpenVault, pays: Vec<Tokens>, shares: u64, min_shares: u64) -> ExchangeView {
    ExchangeView {
        kind: "deposit",
        vault: Address(vault.address),
        pays,
        gets: vec![Tokens::shares(shares)],
        minimum: vec![Tokens::shares(min_shares)],
        cost: None,
        notes: vec![],
        signature: None,
        network_fee: None,
    }
}
