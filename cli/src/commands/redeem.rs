//! `ballast redeem`.

use anyhow::{Context as _, Result, bail, ensure};
use ballast_client::ballast::instructions::RedeemInKindArgs;
use ballast_client::{address, decode, instruction};
use ballast_core::shares::SHARE_DECIMALS;
use ballast_view::quote;
use clap::Args;

use super::exchange::{Cost, Exchange, ExchangeArgs, ExchangeView, Parts};
use crate::amount::{Request, parse};
use crate::context::{Context, OpenVault};
use crate::output::{Address, Tokens};
use crate::published::Published;
use crate::wallet::Wallet;

const EXAMPLES: &str = "\
Examples:
  ballast redeem all                      all assets in proportion; works in every state of the vault
  ballast redeem 10 shares                ten shares
  ballast redeem 25% --to USDC            a quarter of the shares for USDC, at its price, less the exit fee
  ballast redeem all --skip USDT          USDT is frozen: leave it as a claim, to be paid later
  ballast redeem all --forfeit USDT       leave USDT to the other holders, for ever";

/// What to redeem, and for what.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct RedeemArgs {
    /// How many shares, such as `10`, `25%` or `all`
    #[arg(required = true, value_name = "SHARES")]
    shares: Vec<String>,
    /// One asset, at its price, instead of all in proportion
    #[arg(long, value_name = "TOKEN")]
    to: Option<String>,
    /// An asset not to be paid now but claimed later
    #[arg(long, value_name = "TOKEN", conflicts_with = "to")]
    skip: Vec<String>,
    /// An asset to leave to the other holders
    #[arg(long, value_name = "TOKEN", conflicts_with = "to")]
    forfeit: Vec<String>,
    #[command(flatten)]
    exchange: ExchangeArgs,
}

/// Redeems.
///
/// # Errors
/// Where something is wrong with the wish, or the program refuses.
pub async fn run(context: &Context, args: &RedeemArgs) -> Result<()> {
    let requests = parse(&args.shares)?;
    let [Request { amount, token }] = requests.as_slice() else { bail!("say once how many shares") };
    if let Some(token) = token.as_deref().filter(|token| !matches!(*token, "share" | "shares")) {
        bail!("say how many shares, such as 25% or all, and what to get for them by --to {token}");
    }
    let vault = context.vault().await?;
    let wallet = Wallet::read(context, &vault, context.wallet()?).await?;
    ensure!(wallet.shares() > 0, "the wallet has no shares of the vault {}", vault.address);
    let shares = amount.units(wallet.shares(), SHARE_DECIMALS)?;
    let has = Tokens::shares(wallet.shares());
    ensure!(shares <= has.units, "the wallet has {has}; {} are too many", Tokens::shares(shares));
    let exchange = match &args.to {
        Some(token) => single(context, &vault, &wallet, shares, token, args).await?,
        None => in_kind(context, &vault, &wallet, shares, args).await?,
    };
    exchange.make(context, &vault, &args.exchange).await
}

/// One asset at its price.
async fn single(
    context: &Context,
    vault: &OpenVault,
    wallet: &Wallet,
    shares: u64,
    token: &str,
    args: &RedeemArgs,
) -> Result<Exchange> {
    let asset = vault.asset(&context.symbols, token)?;
    let index = usize::from(asset);
    let refreshed = Published::read(context, vault).await?.refresh(vault);
    let quote = quote::redeem_single(&refreshed.vault, asset, shares, vault.now)?;
    let min_amount = quote::minimum(quote.out, args.exchange.slippage)?;
    let redeem = instruction::redeem_single(context.wallet()?, &vault.view, asset, shares, min_amount);
    let mut instructions: Vec<_> = refreshed.instruction(vault.address).into_iter().collect();
    instructions.push(redeem.context("the vault has no such asset")?);
    instructions.extend(wallet.unwrap([index])?);
    let view = ExchangeView {
        cost: Some(Cost::of(&quote)),
        ..view(vault, shares, vec![vault.tokens(index, quote.out)], vec![vault.tokens(index, min_amount)])
    };
    Ok(Exchange { view, accounts: wallet.missing([index], false), instructions })
}

/// All assets in proportion, but for skipped ones.
async fn in_kind(context: &Context, vault: &OpenVault, wallet: &Wallet, shares: u64, args: &RedeemArgs) -> Result<Exchange> {
    let is_in = |mask: u16, index: usize| mask >> index & 1 == 1;
    let forfeit_mask = mask(context, vault, &args.forfeit)?;
    let claim_mask = mask(context, vault, &args.skip)?;
    if let Some(index) = vault.basket().find(|index| is_in(claim_mask & forfeit_mask, *index)) {
        bail!(
            "{} is both to --skip and to --forfeit; choose one: claim it later, or leave it to the other holders",
            vault.name(index)
        );
    }
    let skip_mask = claim_mask | forfeit_mask;
    let quote = quote::redeem_in_kind(&vault.state, shares, vault.now)?;
    let minimum = |(index, amount): (usize, &u64)| match is_in(forfeit_mask, index) {
        true => Ok(0),
        false => quote::minimum(*amount, args.exchange.slippage),
    };
    let min_amounts: Vec<u64> = quote.amounts.iter().enumerate().map(minimum).collect::<Result<_, _>>()?;
    let parts = Parts::of(vault, &quote.amounts, skip_mask, forfeit_mask);
    let least = Parts::of(vault, &min_amounts, skip_mask, forfeit_mask).paid;
    let view = ExchangeView { claims: parts.claimed, forfeits: parts.forfeited, ..view(vault, shares, parts.paid, least) };

    let owner = context.wallet()?;
    let mut instructions = Vec::new();
    let claims = address::claims(&vault.address, &owner);
    if claim_mask != 0 && !context.cluster.account(&claims).await?.is_some_and(|account| decode::is_made(&account)) {
        instructions.push(instruction::open_claims(owner, vault.address));
    }
    let paid: Vec<usize> = vault.basket().filter(|index| !is_in(skip_mask, *index)).collect();
    let redeem = RedeemInKindArgs { shares, min_amounts, skip_mask, forfeit_mask };
    instructions.push(instruction::redeem_in_kind(owner, &vault.view, redeem));
    instructions.extend(wallet.unwrap(paid.iter().copied())?);
    Ok(Exchange { view, accounts: wallet.missing(paid, false), instructions })
}

fn mask(context: &Context, vault: &OpenVault, tokens: &[String]) -> Result<u16> {
    tokens.iter().try_fold(0, |mask, token| Ok(mask | 1 << vault.asset(&context.symbols, token)?))
}

fn view(vault: &OpenVault, shares: u64, gets: Vec<Tokens>, minimum: Vec<Tokens>) -> ExchangeView {
    ExchangeView {
        kind: "redemption",
        vault: Address(vault.address),
        pays: vec![Tokens::shares(shares)],
        gets,
        claims: vec![],
        forfeits: vec![],
        minimum,
        cost: None,
        notes: vec![],
        signature: None,
        network_fee: None,
    }
}
