//! What deposits and redemptions share: a quote, a confirmation, one transaction, and what it did.

use anyhow::{Result, bail};
use ballast_client::events::VaultEvent;
use ballast_client::rpc::{ClientError, Sent};
use ballast_client::{Instruction, events};
use ballast_sim::config::written;
use ballast_view::quote::SingleQuote;
use clap::Args;
use serde::Serialize;

use crate::confirm::Confirmation;
use crate::context::{Context, OpenVault};
use crate::output::{Address, SignedUsd, Tokens, Usd, View, fields};

/// Token accounts to make in one transaction of their own, where they do not fit that of the exchange.
const ACCOUNTS_PER_TRANSACTION: usize = 8;

/// How much worse than quoted, and whether to ask.
#[derive(Args, Clone, Copy, Debug)]
pub struct ExchangeArgs {
    /// How much less than quoted to accept; prices move between quote and execution
    #[arg(long, value_name = "PERCENT", default_value = "0.5%", value_parser = slippage)]
    pub slippage: u16,
    /// Show the quote once its simulation succeeds, and send nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    confirmation: Confirmation,
}

fn slippage(text: &str) -> Result<u16> {
    match written::bps(text)? {
        bps @ 0..=10_000 => Ok(bps as u16),
        _ => bail!("at most 100%"),
    }
}

/// A deposit or redemption that is ready to be sent.
pub struct Exchange {
    /// What it is, and what it gives.
    pub view: ExchangeView,
    /// Makes token accounts.
    pub accounts: Vec<Instruction>,
    /// Does the rest.
    pub instructions: Vec<Instruction>,
}

/// A deposit or redemption: quoted, and once it is made, as it went.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeView {
    /// `deposit` or `redemption`.
    pub kind: &'static str,
    /// The vault.
    pub vault: Address,
    /// What goes in.
    pub pays: Vec<Tokens>,
    /// What comes out.
    pub gets: Vec<Tokens>,
    /// What a redemption leaves as a claim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Tokens>,
    /// What a redemption leaves to the other holders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forfeits: Vec<Tokens>,
    /// The least that is accepted.
    pub minimum: Vec<Tokens>,
    /// What it costs against mid prices; not in kind, which costs nothing.
    pub cost: Option<Cost>,
    /// What else to know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The transaction, once it is confirmed.
    pub signature: Option<String>,
    /// What the transaction cost.
    pub network_fee: Option<Tokens>,
}

/// What an exchange in one asset costs against mid prices.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    pays_usd: Usd,
    gets_usd: Usd,
    fee_usd: Usd,
    /// What the width of the prices costs: each is taken at its end that favours the other holders.
    spread_usd: SignedUsd,
}

impl Cost {
    /// The cost of a quote.
    pub fn of(quote: &SingleQuote) -> Self {
        Self {
            pays_usd: Usd(quote.in_usd),
            gets_usd: Usd(quote.out_usd),
            fee_usd: Usd(quote.fee_usd),
            spread_usd: SignedUsd(quote.spread_usd),
        }
    }
}

impl View for ExchangeView {
    fn table(&self) -> String {
        let heading = match &self.signature {
            Some(_) => format!("{} made", self.kind),
            None => format!("{}, quoted", self.kind),
        };
        let mut rows = vec![
            ("vault", self.vault.to_string()),
            ("you pay", all(&self.pays)),
            ("you get", all(&self.gets)),
            ("at least", all(&self.minimum)),
        ];
        if !self.claims.is_empty() {
            rows.push(("left as a claim", format!("{}; paid later by `ballast claims pay`", all(&self.claims))));
        }
        if !self.forfeits.is_empty() {
            rows.push(("left to the other holders", format!("{}, for ever", all(&self.forfeits))));
        }
        if let Some(cost) = &self.cost {
            rows.push(("worth", format!("{} USD for {} USD", cost.gets_usd, cost.pays_usd)));
            rows.push(("vault's fee", format!("{} USD", cost.fee_usd)));
            rows.push(("price spread", format!("{} USD", cost.spread_usd)));
        }
        rows.extend(self.notes.iter().map(|note| ("note", note.clone())));
        rows.extend(self.signature.iter().map(|signature| ("signature", signature.clone())));
        rows.extend(self.network_fee.iter().map(|fee| ("network fee", fee.to_string())));
        format!("{heading}\n\n{}", fields(rows))
    }
}

fn all(tokens: &[Tokens]) -> String {
    if tokens.is_empty() {
        return "nothing".into();
    }
    tokens.iter().map(Tokens::to_string).collect::<Vec<_>>().join(" + ")
}

impl Exchange {
    /// Simulates, shows the quote, asks, sends, and prints what happened. A dry run ends with the quote.
    ///
    /// # Errors
    /// Where the answer is no, or the cluster or a program refuses.
    pub async fn make(mut self, context: &Context, vault: &OpenVault, args: &ExchangeArgs) -> Result<()> {
        let sender = context.sender(context.keypair()?);
        let whole = [self.accounts.as_slice(), &self.instructions].concat();
        // Simulated before anything is shown: what cannot work is not worth a quote or a question.
        let fits = match sender.prepare(&whole, &vault.tables).await {
            Ok(_) => true,
            Err(ClientError::TooLarge { .. }) if !self.accounts.is_empty() => false,
            Err(error) => return Err(error.into()),
        };
        if args.dry_run {
            return context.print(&self.view);
        }
        args.confirmation.ask(context, &self.view.table())?;
        let sent = if fits {
            sender.send(&whole, &[], &vault.tables).await?
        } else {
            // The accounts first: they are the owner's and empty, so nothing is half done if the rest fails.
            for accounts in self.accounts.chunks(ACCOUNTS_PER_TRANSACTION) {
                sender.send(accounts, &[], &vault.tables).await?;
            }
            sender.send(&self.instructions, &[], &vault.tables).await?
        };
        self.view.record(&sent, vault);
        context.print(&self.view)
    }
}

impl ExchangeView {
    /// Replaces what was quoted by what happened.
    fn record(&mut self, sent: &Sent, vault: &OpenVault) {
        self.signature = Some(sent.signature.to_string());
        self.network_fee = Some(Tokens::lamports(sent.fee_lamports));
        for event in events::all(&sent.logs) {
            match event {
                VaultEvent::DepositedInKind(event) => {
                    (self.pays, self.gets) = (basket(vault, &event.amounts), vec![Tokens::shares(event.shares)]);
                }
                VaultEvent::RedeemedInKind(event) => {
                    let parts = Parts::of(vault, &event.amounts, event.skip_mask, event.forfeit_mask);
                    (self.pays, self.gets) = (vec![Tokens::shares(event.shares)], parts.paid);
                    (self.claims, self.forfeits) = (parts.claimed, parts.forfeited);
                }
                VaultEvent::SingleAssetExchange(event) => {
                    let (tokens, shares) = (vault.tokens(event.asset.into(), event.amount), Tokens::shares(event.shares));
                    (self.pays, self.gets) =
                        if event.is_deposit { (vec![tokens], vec![shares]) } else { (vec![shares], vec![tokens]) };
                }
                _ => {}
            }
        }
    }
}

/// A redemption in kind, by what becomes of each asset.
pub struct Parts {
    /// Paid now.
    pub paid: Vec<Tokens>,
    /// Left as a claim.
    pub claimed: Vec<Tokens>,
    /// Left to the other holders.
    pub forfeited: Vec<Tokens>,
}

impl Parts {
    /// Divides raw units of each asset. Bit `i` of `skip_mask` set: asset `i` is not paid; of `forfeit_mask` as well: it is forfeited.
    pub fn of(vault: &OpenVault, amounts: &[u64], skip_mask: u16, forfeit_mask: u16) -> Self {
        let part = |is_in: fn(bool, bool) -> bool| {
            let chosen = vault.basket().filter(|index| is_in(skip_mask >> index & 1 == 1, forfeit_mask >> index & 1 == 1));
            chosen.filter_map(|index| Some(vault.tokens(index, *amounts.get(index)?))).collect()
        };
        Self {
            paid: part(|is_skipped, _| !is_skipped),
            claimed: part(|is_skipped, is_forfeited| is_skipped && !is_forfeited),
            forfeited: part(|is_skipped, is_forfeited| is_skipped && is_forfeited),
        }
    }
}

/// Amounts of the assets in the basket.
pub fn basket(vault: &OpenVault, amounts: &[u64]) -> Vec<Tokens> {
    vault.basket().filter_map(|index| Some(vault.tokens(index, *amounts.get(index)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slippage_is_a_percentage() {
        assert_eq!((slippage("0.5%").unwrap(), slippage("0%").unwrap(), slippage("100%").unwrap()), (50, 0, 10_000));
        assert!(slippage("100.01%").is_err() && slippage("0.5").is_err());
    }
}
