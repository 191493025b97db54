//! `ballast migrate` and `ballast vault create`: the steps that bring a cluster to what a vault file says.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use ballast_client::{PROGRAM_ID, Pubkey, decode};
use ballast_migrations::cluster::{ClusterChain, Program, Progress, Record, Wanted};
use ballast_view::deployment::token_program;
use ballast_view::vault_file::VaultFile;
use clap::Args;
use serde::Serialize;
use solana_keypair::read_keypair_file;
use solana_signer::Signer;

use crate::confirm::Confirmation;
use crate::context::Context;
use crate::output::{Address, Bps, Holder, Tokens, View, columns, count, fields};

/// Which vault to create.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ballast vault create -f vault.toml\n  ballast vault create -f vault.toml --yes --output json"
)]
pub struct CreateArgs {
    /// The file that describes the vault
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    confirmation: Confirmation,
}

const MIGRATE_EXAMPLES: &str = "\
Examples:
  ballast migrate -f vault.toml --dry-run
  ballast migrate -f vault.toml --yes
  ballast migrate -f vault.toml --program ballast.so --program-keypair program.json

Each transaction is recorded beside the file, in vault.record.json. A run that broke off is started again.";

/// What to migrate.
#[derive(Args, Debug)]
#[command(after_help = MIGRATE_EXAMPLES)]
pub struct MigrateArgs {
    /// The file that describes the vault
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Deploy or upgrade the program first, to this file
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The keypair of the program's address, for its first deployment
    #[arg(long, value_name = "FILE", requires = "program")]
    program_keypair: Option<PathBuf>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    confirmation: Confirmation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MigrationView {
    vault: Address,
    lookup_table: Option<Address>,
    record: String,
    is_dry_run: bool,
    steps: Vec<StepRow>,
    /// Commands that come next; none where the vault was there before.
    next: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StepRow {
    step: &'static str,
    /// Sent, or in a dry run missing; none where that cannot be told yet.
    transactions: Option<usize>,
}

impl View for MigrationView {
    fn table(&self) -> String {
        let what = |row: &StepRow| match (row.transactions, self.is_dry_run) {
            (None, _) => "can be told once the vault exists".to_string(),
            (Some(0), _) => "done before".into(),
            (Some(sent), is_dry_run) => {
                format!("{} {}", count(sent as u64, "transaction"), if is_dry_run { "missing" } else { "sent" })
            }
        };
        let mut text = columns(["step", ""], self.steps.iter().map(|row| [row.step.to_string(), what(row)]));
        let table = self.lookup_table.map_or_else(|| "none yet".into(), |table| table.to_string());
        text.push('\n');
        text += &fields([("vault", self.vault.to_string()), ("lookup table", table), ("record", self.record.clone())]);
        if !self.next.is_empty() {
            text += &format!(
                "\nNext: fund what rewards the keepers, and make the first deposit, the admin's:\n  {}\n",
                self.next.join("\n  ")
            );
        }
        text
    }
}

/// A deployment that was read from a file, and looked up on the cluster.
struct Plan {
    file: VaultFile,
    wanted: Wanted,
    record: Record,
    record_path: PathBuf,
}

/// Creates a vault.
///
/// # Errors
/// Where there is one already, or something is refused.
pub async fn create(context: &Context, args: &CreateArgs) -> Result<()> {
    let mut plan = Plan::read(context, &args.file, None).await?;
    let vault = plan.address();
    if context.cluster.account(&vault).await?.is_some_and(|account| decode::is_made(&account)) {
        bail!("the vault {vault} exists; `ballast migrate` brings it to the file, another vault_id makes another vault");
    }
    require_sol(context).await?;
    args.confirmation.ask(context, &plan.describe())?;
    let created = plan.run(context).await?;
    let assets: Vec<String> = plan.file.mints().iter().map(|mint| context.symbols.symbol(mint)).collect();
    context.print(&MigrationView { next: next(vault, created.lookup_table, &assets), ..created })
}

/// Brings a deployment to its file.
///
/// # Errors
/// Where the file and the cluster contradict each other, or something is refused.
pub async fn run(context: &Context, args: &MigrateArgs) -> Result<()> {
    let program = args.program.as_deref().map(|file| read_program(file, args.program_keypair.as_deref())).transpose()?;
    let mut plan = Plan::read(context, &args.file, program).await?;
    let differences = plan.difference(context).await?;
    let is_done = differences.steps.iter().all(|row| row.transactions == Some(0));
    if args.dry_run || is_done {
        return context.print(&differences);
    }
    require_sol(context).await?;
    args.confirmation.ask(context, &format!("{}\n{}", plan.describe(), differences.table()))?;
    context.print(&plan.run(context).await?)
}

/// Sees to it that the wallet can pay for anything at all.
async fn require_sol(context: &Context) -> Result<()> {
    let wallet = context.wallet()?;
    let lamports = lamports(context, &wallet).await?;
    ensure!(
        lamports > 0,
        "the wallet {wallet} has no SOL on this cluster, and pays for everything; nothing was sent. Send it some"
    );
    Ok(())
}

async fn lamports(context: &Context, address: &Pubkey) -> Result<u64> {
    Ok(context.cluster.account(address).await?.map_or(0, |account| account.lamports))
}

/// What to do with a new vault of these assets: fund its keepers, and make the first deposit, which takes exact amounts.
fn next(vault: Pubkey, lookup_table: Option<Address>, assets: &[String]) -> Vec<String> {
    let table = lookup_table.map(|table| format!(" --lookup-table {table}")).unwrap_or_default();
    let amounts: Vec<String> = assets.iter().map(|asset| format!("AMOUNT {asset}")).collect();
    vec![
        format!("ballast fund 0.1 SOL --vault {vault}"),
        format!("ballast deposit --in-kind {} --vault {vault}{table}", amounts.join(" ")),
    ]
}

impl Plan {
    async fn read(context: &Context, path: &Path, program: Option<Program>) -> Result<Self> {
        let file = VaultFile::read(path)?;
        if program.is_none() && context.cluster.account(&PROGRAM_ID).await?.is_none() {
            bail!("the program {PROGRAM_ID} is not on this cluster; `ballast migrate` deploys it with --program");
        }
        let admin = context.wallet()?;
        let deployment = file.deployment(admin, &token_programs(context, &file).await?);
        let genesis = context.cluster.rpc().get_genesis_hash().await.context("the cluster does not tell its genesis hash")?;
        let record_path = path.with_extension("record.json");
        let record = Record::open(&record_path, &genesis.to_string(), &deployment.view().address)?;
        let price_accounts = file.price_accounts(context.shard());
        Ok(Self { file, wanted: Wanted { program, deployment, price_accounts }, record, record_path })
    }

    fn address(&self) -> Pubkey {
        self.wanted.deployment.view().address
    }

    /// What would be made, for somebody to confirm.
    fn describe(&self) -> String {
        let wanted = &self.wanted.deployment;
        let targets = self.file.names.iter().zip(&wanted.assets);
        let targets = targets.map(|(name, asset)| format!("{name} {}", Bps(asset.args.target_bps.into())));
        fields([
            ("vault", self.address().to_string()),
            ("admin", wanted.admin.to_string()),
            ("guardian", wanted.guardian.to_string()),
            ("manager", Holder(wanted.manager.unwrap_or_default()).to_string()),
            ("fee recipient", Holder(wanted.fee_recipient.unwrap_or_default()).to_string()),
            ("targets", targets.collect::<Vec<_>>().join(", ")),
            ("pools", wanted.pools.len().to_string()),
        ])
    }

    async fn difference(&mut self, context: &Context) -> Result<MigrationView> {
        let sender = context.sender(context.keypair()?);
        let chain = ClusterChain::new(context.cluster.clone(), sender, &mut self.record, |_| {});
        let to_do = chain.difference(&self.wanted).await?;
        drop(chain);
        let steps = to_do.into_iter().map(|(step, transactions)| StepRow { step, transactions }).collect();
        let lookup_table = self.record.lookup_table()?;
        Ok(self.view(steps, lookup_table, true))
    }

    async fn run(&mut self, context: &Context) -> Result<MigrationView> {
        let wallet = context.wallet()?;
        let sender = context.sender(context.keypair()?);
        let has_sent = AtomicBool::new(false);
        let show = |progress| match progress {
            Progress::Step(step) => eprintln!("{step}"),
            Progress::Confirmed { signature, .. } => eprintln!("  {signature}"),
            Progress::Written { written, total } if written % 50 == 0 || written == total => {
                eprintln!("  {written} of {total} parts")
            }
            Progress::Written { .. } => {}
        };
        let progress = |progress| {
            has_sent.fetch_or(!matches!(progress, Progress::Step(_)), Ordering::Relaxed);
            show(progress);
        };
        let mut chain = ClusterChain::new(context.cluster.clone(), sender, &mut self.record, progress);
        let done = chain.run(&self.wanted).await;
        let lookup_table = chain.lookup_table();
        drop(chain);
        let done = match done {
            Ok(done) => done,
            Err(error) => {
                let left = lamports(context, &wallet).await.map(Tokens::lamports);
                let left = left.map(|sol| format!("; the wallet {wallet} has {sol}")).unwrap_or_default();
                return Err(error.context(format!("{}{left}", stopped(has_sent.into_inner()))));
            }
        };
        let steps = done.into_iter().map(|(step, sent)| StepRow { step, transactions: Some(sent) }).collect();
        Ok(self.view(steps, lookup_table, false))
    }

    fn view(&self, steps: Vec<StepRow>, lookup_table: Option<Pubkey>, is_dry_run: bool) -> MigrationView {
        MigrationView {
            vault: Address(self.address()),
            lookup_table: lookup_table.map(Address),
            record: self.record_path.display().to_string(),
            is_dry_run,
            steps,
            next: vec![],
        }
    }
}

/// What a run that broke off leaves behind.
fn stopped(has_sent: bool) -> &'static str {
    match has_sent {
        true => "stopped; what was sent stays, and the next run goes on from there",
        false => "stopped before any transaction was confirmed",
    }
}

/// The program of a file, at the address that is compiled into it.
fn read_program(file: &Path, keypair: Option<&Path>) -> Result<Program> {
    let elf =
        std::fs::read(file).with_context(|| format!("cannot read {}; give the program's file to --program", file.display()))?;
    // An upgrade cannot be taken back by a program that does not know its own accounts.
    let is_own = elf.windows(PROGRAM_ID.as_ref().len()).any(|bytes| bytes == PROGRAM_ID.as_ref());
    ensure!(is_own, "{} does not name {PROGRAM_ID}: it is another program, or was built for another address", file.display());
    let keypair = keypair.map(|path| {
        let keypair = read_keypair_file(path).map_err(|error| anyhow!("cannot read the keypair {}: {error}", path.display()))?;
        ensure!(keypair.pubkey() == PROGRAM_ID, "{} is the keypair of {}, not of {PROGRAM_ID}", path.display(), keypair.pubkey());
        Ok(Arc::new(keypair))
    });
    Ok(Program { address: PROGRAM_ID, elf, keypair: keypair.transpose()? })
}

/// The programs that own the file's mints.
async fn token_programs(context: &Context, file: &VaultFile) -> Result<Vec<Pubkey>> {
    let mints = file.mints();
    let accounts = context.cluster.accounts(&mints).await?;
    let named = file.names.iter().zip(&mints).zip(&accounts);
    named.map(|((name, mint), account)| token_program(name, mint, account.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_vault_is_funded_and_deposited_to() {
        let [vault, table] = [7, 8].map(|byte| Pubkey::new_from_array([byte; 32]));
        let next = next(vault, Some(Address(table)), &["BTC".into(), "USDC".into()]);
        assert_eq!(next[0], format!("ballast fund 0.1 SOL --vault {vault}"));
        let deposit = format!("ballast deposit --in-kind AMOUNT BTC AMOUNT USDC --vault {vault} --lookup-table {table}");
        assert_eq!(next[1], deposit);
    }

    #[test]
    fn another_program_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("some.so");
        std::fs::write(&file, [b"\x7fELF", [7; 100].as_slice()].concat()).unwrap();
        let error = read_program(&file, None).unwrap_err().to_string();
        assert!(error.contains("it is another program"), "{error}");
        std::fs::write(&file, [b"\x7fELF", PROGRAM_ID.as_ref(), b"code"].concat()).unwrap();
        assert_eq!(read_program(&file, None).unwrap().address, PROGRAM_ID);
    }
}
