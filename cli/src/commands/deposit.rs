//! `ballast deposit`.

use anyhow::{Context as _, Result, bail, ensure};
use ballast_client::ballast::instructions::DepositInKindArgs;
use ballast_client::instruction;
use ballast_core::shares::{LOCKED_SHARES, SHARE_DECIMALS};
use ballast_view::Refusal;
use ballast_view::quote::{self, FirstDepositQuote};
use clap::Args;

use super::exchange::{Cost, Exchange, ExchangeArgs, ExchangeView, basket};
use crate::amount::{Amount, Request, parse};
use crate::context::{Context, OpenVault};
use crate::output::{Address, Part, Tokens};
use crate::published::Published;
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
    /// All assets in proportion: no price, no fee; the amounts are the most to give. The first deposit names exact amounts of
    /// every asset
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
    let available = wallet.available(index);
    ensure!(available > 0, "the wallet has no {}", vault.name(index));
    let units = amount.units(available, vault.state.asset(asset).map_err(Refusal::from)?.decimals)?;
    let mut amounts = vec![0; vault.state.assets().len()];
    amounts[index] = units;
    // Before the quote, which is refused for reasons of the vault.
    let mut instructions = wallet.wrap(vault, &amounts)?;
    let refreshed = Published::read(context, vault).await?.refresh(vault);
    let quote = quote::deposit_single(&refreshed.vault, asset, units, vault.now)?;
    let min_shares = quote::minimum(quote.out, args.exchange.slippage)?;
    let deposit = instruction::deposit_single(context.wallet()?, &vault.view, asset, units, min_shares);
    instructions.extend(refreshed.instruction(vault.address));
    instructions.push(deposit.context("the vault has no such asset")?);
    instructions.extend(wallet.unwrap([index])?);
    let view =
        ExchangeView { cost: Some(Cost::of(&quote)), ..view(vault, vec![vault.tokens(index, units)], quote.out, min_shares) };
    Ok(Exchange { view, accounts: wallet.missing([index], true), instructions })
}

/// All assets in proportion.
fn in_kind(context: &Context, vault: &OpenVault, wallet: &Wallet, requests: &[Request], args: &DepositArgs) -> Result<Exchange> {
    ensure!(args.shares.is_none(), "--shares is for the first deposit; this one gets what it pays for");
    let asked = resolve(context, vault, requests)?;
    let available = wallet.all_available();
    for index in vault.basket() {
        let is_needed = vault.state.assets()[index].balance > 0;
        ensure!(
            !is_needed || available[index] > 0,
            "a deposit in kind takes every asset; the wallet has no {}",
            vault.name(index)
        );
    }
    require_met(vault, &asked, &available)?;
    let limits = limits(vault, &asked, &available, &available)?;
    let quote = quote::deposit_in_kind(&vault.state, &limits, vault.now)?;
    let min_shares = quote::minimum(quote.shares, args.exchange.slippage)?;
    let most = quote.amounts.iter().map(|amount| quote::maximum(*amount, args.exchange.slippage));
    let most = most.zip(&limits).map(|(most, limit)| Ok(most?.min(*limit)));
    let max_amounts: Vec<u64> = most.collect::<Result<_>>()?;
    let view = view(vault, basket(vault, &quote.amounts), quote.shares, min_shares);
    assemble(context, vault, wallet, view, DepositInKindArgs { max_amounts, min_shares })
}

/// Refuses numbers of tokens that the wallet does not have, or cannot match with the other assets. A part, or all, is what can be.
fn require_met(vault: &OpenVault, asked: &[(usize, &Amount)], available: &[u64]) -> Result<()> {
    let numbers = asked.iter().filter(|(_, amount)| matches!(amount, Amount::Tokens(_)));
    let numbers: Vec<usize> = numbers.map(|(index, _)| *index).collect();
    if numbers.is_empty() {
        return Ok(());
    }
    for index in &numbers {
        let name = vault.name(*index);
        ensure!(
            vault.state.assets()[*index].balance > 0,
            "the vault holds no {name}, so a deposit in kind takes none; leave it out"
        );
    }
    let unlimited = vec![u64::MAX; available.len()];
    let limits = limits(vault, asked, available, &unlimited)?;
    let wanted = quote::deposit_in_kind(&vault.state, &limits, vault.now)?.amounts;
    let Some(scarce) = quote::scarcest(&wanted, available) else { return Ok(()) };
    let limits: Vec<u64> = limits.iter().zip(available).map(|(limit, available)| *limit.min(available)).collect();
    let possible = quote::deposit_in_kind(&vault.state, &limits, vault.now)?.amounts;
    let possible: Vec<String> = numbers.iter().map(|index| vault.tokens(*index, possible[*index]).to_string()).collect();
    bail!(
        "the wallet has too little {}: {}, but {} are needed; what it has goes with at most {}",
        vault.name(scarce),
        vault.tokens(scarce, available[scarce]),
        vault.tokens(scarce, wanted[scarce]),
        possible.join(" + ")
    );
}

/// The first deposit: exactly the named amounts, for as many shares as its maker wants.
async fn first(
    context: &Context,
    vault: &OpenVault,
    wallet: &Wallet,
    requests: &[Request],
    args: &DepositArgs,
) -> Result<Exchange> {
    let asked = resolve(context, vault, requests)?;
    let available = wallet.all_available();
    let amounts = limits(vault, &asked, &available, &vec![0; available.len()])?;
    let missing: Vec<&str> = vault.active().filter(|index| amounts[*index] == 0).map(|index| vault.name(index)).collect();
    ensure!(
        missing.is_empty(),
        "the first deposit sets the vault's weights, so it names an amount of every asset; there is none of {}",
        missing.join(", ")
    );
    let priced = Published::read(context, vault).await?.refresh(vault).vault;
    let shares = args.shares.as_deref().map(|text| Amount::parse(text)?.units(0, SHARE_DECIMALS)).transpose()?;
    let quote = quote::first_deposit(&priced, &amounts, shares, vault.now);
    let FirstDepositQuote { shares, own_shares, outside, .. } =
        quote.context("--shares says how many shares to create; without it they are as many as the value has dollars")?;
    let locked = Tokens::shares(LOCKED_SHARES);
    let mut view = view(vault, basket(vault, &amounts), own_shares, own_shares);
    view.notes
        .push(format!("the first deposit sets the price of a share; {locked} of {} are locked for ever", Tokens::shares(shares)));
    for outlier in outside {
        let [weight, target] = [outlier.weight_e8, outlier.target_e8].map(|part_e8| Part(part_e8.into()));
        let name = vault.name(outlier.asset.into());
        view.notes.push(format!("{name} is {weight} of the value, outside the band around its target {target}"));
    }
    assemble(context, vault, wallet, view, DepositInKindArgs { max_amounts: amounts, min_shares: shares })
}

/// How much is asked for of which asset, by its place in the vault. A part of everything is that part of each.
fn resolve<'a>(context: &Context, vault: &OpenVault, requests: &'a [Request]) -> Result<Vec<(usize, &'a Amount)>> {
    if let [Request { amount, token: None }] = requests {
        ensure!(!matches!(amount, Amount::Tokens(_)), "of what? Name the asset, or write a part such as 25% or all");
        return Ok(vault.basket().map(|index| (index, amount)).collect());
    }
    let mut asked: Vec<(usize, &Amount)> = Vec::new();
    for Request { amount, token } in requests {
        let token = token.as_deref().context("name the asset of every amount, such as 1 BTC 20 ETH")?;
        let index = usize::from(vault.asset(&context.symbols, token)?);
        ensure!(asked.iter().all(|(other, _)| *other != index), "{token} is there twice");
        asked.push((index, amount));
    }
    Ok(asked)
}

/// The most to give of each asset: what is asked for, and `others` of what is not.
fn limits(vault: &OpenVault, asked: &[(usize, &Amount)], available: &[u64], others: &[u64]) -> Result<Vec<u64>> {
    let mut limits = others.to_vec();
    for (index, amount) in asked {
        limits[*index] = amount.units(available[*index], vault.state.assets()[*index].decimals)?;
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
        claims: vec![],
        forfeits: vec![],
        minimum: vec![Tokens::shares(min_shares)],
        cost: None,
        notes: vec![],
        signature: None,
        network_fee: None,
    }
}
