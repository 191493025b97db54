//! `vault.toml`: the vault that is wanted. The same file describes it to the backtester, which has no use for `[deployment]`, mints
//! and feeds; here they are required, and `nav_usd` and `[market]` have no use.

mod draft;

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, ensure};
use ballast_client::ballast::instructions::{AssetArgs, ConfigureStrategyArgs, WeightBounds};
use ballast_client::ballast::state::{OracleKind, SlotArgs};
use ballast_client::{Pubkey, address};
use ballast_core::strategy::allocation::Allocation;
use ballast_core::strategy::target::Ramp;
use ballast_migrations::{Asset, Deployment};
use ballast_sim::config::problem::{self, Problem, Problems};
use ballast_sim::config::{Config, Document, meant};
use ballast_sim::token::CASH;
use ballast_sim::vault::Setup;
use toml::{Table, Value};

pub use draft::{Draft, DraftAsset, DraftFeed};

/// What `[deployment]` may say.
const FIELDS: [&str; 6] = ["vault_id", "guardian", "manager", "forecaster", "fee_recipient", "pools"];

/// A vault file, read and checked.
#[derive(Clone, Debug)]
pub struct VaultFile {
    /// The assets' names, in the vault's order.
    pub names: Vec<String>,
    /// Parameters, as the backtester has them.
    pub setup: Setup,
    /// What a chain needs to know of the assets, in the vault's order.
    pub assets: Vec<FileAsset>,
    /// The creator's number for the vault.
    pub vault_id: u64,
    /// Who may pause.
    pub guardian: Pubkey,
    /// Who moves targets by slow ramps; all zeros for nobody, here and below.
    pub manager: Pubkey,
    /// Who posts forecasts.
    pub forecaster: Pubkey,
    /// Who gets the management fees.
    pub fee_recipient: Pubkey,
    /// AMM pools to trade on.
    pub pools: Vec<Pubkey>,
}

/// What a chain needs to know of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileAsset {
    /// Its mint.
    pub mint: Pubkey,
    /// Where its price comes from.
    pub price: PriceFeed,
}

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceFeed {
    /// How it is published.
    pub oracle: OracleKind,
    /// Feed id (pull) or price account (push).
    pub feed: [u8; 32],
}

impl VaultFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Name file, line and field, and say what is allowed.
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {file}; give a vault file to -f"))?;
        Self::parse(&file, &text)
    }

    /// Reads the text of a file of this name.
    ///
    /// # Errors
    /// The first problem.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        problem::first(|problems| Self::examine(file, text, problems))
    }

    /// Reads the text of a file of this name, and notes every problem that can be told before others are mended.
    pub fn examine(file: &str, text: &str, problems: &mut Problems) -> Option<Self> {
        let document = Document::examine(file, text, problems)?;
        let names = meant(&document);
        let setup = examine_setup(&document, &names, problems);
        let fields = Fields(&document);
        fields.check(problems);
        let assets: Vec<Option<FileAsset>> = names
            .iter()
            .zip(document.asset_deployments())
            .enumerate()
            .map(|(index, (name, table))| FileAsset::examine(&document, index, name, table, problems))
            .collect();
        let guardian = problems.sift(fields.address("guardian")).map(|guardian| {
            if guardian.is_none() {
                problems.note(fields.missing("guardian"));
            }
            guardian.unwrap_or_default()
        });
        let mut role = |field: &str| Some(problems.sift(fields.address(field))?.unwrap_or_default());
        let (manager, forecaster, fee_recipient) = (role("manager"), role("forecaster"), role("fee_recipient"));
        let vault_id = problems.sift(fields.vault_id());
        let pools = fields.pools(problems);
        Some(Self {
            setup: setup?,
            assets: assets.into_iter().collect::<Option<_>>()?,
            vault_id: vault_id?,
            guardian: guardian?,
            manager: manager?,
            forecaster: forecaster?,
            fee_recipient: fee_recipient?,
            pools,
            names,
        })
    }

    /// The assets' mints, in the vault's order.
    pub fn mints(&self) -> Vec<Pubkey> {
        self.assets.iter().map(|asset| asset.mint).collect()
    }

    /// The accounts that publish the assets' prices; sponsored ones of this shard.
    pub fn price_accounts(&self, shard: u16) -> Vec<Pubkey> {
        let of = |asset: &FileAsset| match asset.price.oracle {
            OracleKind::PythPull => address::sponsored_feed(shard, &asset.price.feed),
            OracleKind::PythPush => Pubkey::new_from_array(asset.price.feed),
        };
        self.assets.iter().map(of).collect()
    }

    /// The deployment by `admin` of this vault, given the programs that own its mints.
    pub fn deployment(&self, admin: Pubkey, token_programs: &[Pubkey]) -> Deployment {
        let assets = self.assets.iter().zip(token_programs).zip(&self.setup.allocations);
        let assets = assets.map(|((asset, token_program), allocation)| Asset {
            mint: asset.mint,
            token_program: *token_program,
            args: AssetArgs {
                target_bps: allocation.target_bps,
                band_abs_bps: allocation.band_abs_bps,
                band_rel_bps: allocation.band_rel_bps,
                oracle: asset.price.oracle,
                feed: asset.price.feed,
            },
        });
        let bounds = self.setup.allocations.iter();
        let bounds = bounds.map(|asset| WeightBounds { min_bps: asset.min_bps, max_bps: asset.max_bps });
        let (strategy, forecaster) = (self.setup.strategy, self.forecaster);
        Deployment {
            admin,
            vault_id: self.vault_id,
            guardian: self.guardian,
            limits: self.setup.limits,
            assets: assets.collect(),
            pools: self.pools.clone(),
            strategy: Some(ConfigureStrategyArgs { strategy, forecaster, bounds: bounds.collect() }),
            breakers: Some(self.setup.breakers),
            stress: Some(self.setup.stress),
            manager: Some(self.manager),
            fee_recipient: Some(self.fee_recipient),
        }
    }

    /// Bounds and bands of every asset, as a change of the strategy takes them.
    pub fn slots(&self) -> Vec<SlotArgs> {
        self.setup.allocations.iter().map(slot).collect()
    }
}

/// Bounds and bands of an asset, as a change of the strategy takes them.
pub(crate) fn slot(allocation: &Allocation) -> SlotArgs {
    let Allocation { min_bps, max_bps, band_abs_bps, band_rel_bps, .. } = *allocation;
    SlotArgs { min_bps, max_bps, band_abs_bps, band_rel_bps }
}

/// What a backtest would be made with, as far as a chain can have it.
fn examine_setup(document: &Document, names: &[String], problems: &mut Problems) -> Option<Setup> {
    if names.is_empty() {
        problems.note(document.problem("assets", "there are no [[assets]]"));
        return None;
    }
    let is_cash_last = names.iter().position(|name| name == CASH).is_none_or(|place| place + 1 == names.len());
    if !is_cash_last {
        problems.note(document.problem("assets", format!("list {CASH} last: it is the asset that counts as safe")));
    }
    let setup = Config::examine(document, names, problems)?.setup;
    if setup.ramp != Ramp::default() {
        problems.note(document.problem("ramp", "a new vault has no ramp; start one with `ballast ramp`"));
    }
    Some(setup)
}

impl FileAsset {
    /// Reads what the file says of the asset at a place.
    fn examine(document: &Document, index: usize, name: &str, table: &Table, problems: &mut Problems) -> Option<Self> {
        let problem =
            |field: &str, error: &anyhow::Error| document.problem(&format!("assets.{index}.{field}"), told(name, error));
        let mint = problems.sift(read_mint(table).map_err(|error| problem("mint", &error)));
        let price = problems.sift(read_price(table).map_err(|(field, error)| problem(field, &error)));
        Some(Self { mint: mint?, price: price? })
    }
}

fn told(name: &str, error: &anyhow::Error) -> String {
    if name.is_empty() { format!("{error:#}") } else { format!("{name}: {error:#}") }
}

fn text<'a>(table: &'a Table, field: &str) -> Result<Option<&'a str>> {
    match table.get(field) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(anyhow!("{field} is {other}; write it in quotes")),
    }
}

fn read_mint(table: &Table) -> Result<Pubkey> {
    parse_address(text(table, "mint")?.context("the mint is missing; add mint = \"ADDRESS\"")?)
}

/// The price feed, or the field that is wrong and why.
fn read_price(table: &Table) -> Result<PriceFeed, (&'static str, anyhow::Error)> {
    const FEED: &str = "feed";
    const ACCOUNT: &str = "price_account";
    let feed = text(table, FEED).map_err(|error| (FEED, error))?;
    let account = text(table, ACCOUNT).map_err(|error| (ACCOUNT, error))?;
    match (feed, account) {
        (Some(feed), None) => PriceFeed::pull(feed).map_err(|error| (FEED, error)),
        (None, Some(account)) => Ok(PriceFeed::push(&parse_address(account).map_err(|error| (ACCOUNT, error))?)),
        (None, None) => {
            Err((FEED, anyhow!("the price is missing; add feed = \"0x…\" (pull) or price_account = \"ADDRESS\" (push)")))
        }
        (Some(_), Some(_)) => {
            Err((ACCOUNT, anyhow!("there are a feed and a price_account; keep the one that publishes the price")))
        }
    }
}

impl PriceFeed {
    /// A pull feed of this id in hexadecimal.
    ///
    /// # Errors
    /// Where it is none.
    pub fn pull(feed_id: &str) -> Result<Self> {
        Ok(Self { oracle: OracleKind::PythPull, feed: parse_feed(feed_id)? })
    }

    /// The feed in hexadecimal: a pull feed's id.
    pub fn feed_id(&self) -> String {
        self.feed.iter().fold("0x".to_string(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// A push account.
    pub fn push(account: &Pubkey) -> Self {
        Self { oracle: OracleKind::PythPush, feed: account.to_bytes() }
    }
}

/// The table `[deployment]`.
struct Fields<'a>(&'a Document);

impl Fields<'_> {
    fn problem(&self, field: &str, message: impl Into<String>) -> Problem {
        self.0.problem(&format!("deployment.{field}"), message)
    }

    fn missing(&self, field: &str) -> Problem {
        self.problem(field, format!("the {field} is missing; add {field} = \"ADDRESS\" to [deployment]"))
    }

    fn check(&self, problems: &mut Problems) {
        for field in self.0.deployment().keys().filter(|field| !FIELDS.contains(&field.as_str())) {
            let message = format!("there is no field `{field}` in [deployment]; there are {}", FIELDS.join(", "));
            problems.note(self.problem(field, message));
        }
    }

    fn address(&self, field: &str) -> Result<Option<Pubkey>, Problem> {
        let Some(value) = self.0.deployment().get(field) else { return Ok(None) };
        let text =
            value.as_str().ok_or_else(|| self.problem(field, format!("{field} is {value}; write an address in quotes")))?;
        parse_address(text).map(Some).map_err(|error| self.problem(field, format!("{field}: {error}")))
    }

    fn vault_id(&self) -> Result<u64, Problem> {
        let Some(value) = self.0.deployment().get("vault_id") else { return Ok(0) };
        let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| self.problem("vault_id", format!("vault_id is {value}; write a whole number from 0")))
    }

    /// Those that can be read.
    fn pools(&self, problems: &mut Problems) -> Vec<Pubkey> {
        let wrong =
            |field: &str, error: &str| self.problem(field, format!("write pools as a list of addresses in quotes{error}"));
        let items = match self.0.deployment().get("pools") {
            None => return vec![],
            Some(Value::Array(items)) => items,
            Some(_) => {
                problems.note(wrong("pools", ""));
                return vec![];
            }
        };
        let mut pool = |(number, item): (usize, &Value)| {
            let field = format!("pools.{number}");
            let text = problems.sift(item.as_str().ok_or_else(|| wrong(&field, &format!(": {item}"))))?;
            problems.sift(parse_address(text).map_err(|error| wrong(&field, &format!(": {error}"))))
        };
        items.iter().enumerate().filter_map(&mut pool).collect()
    }
}

fn parse_address(text: &str) -> Result<Pubkey> {
    text.parse().map_err(|_| anyhow!("`{text}` is not an address"))
}

/// Reads a feed id: 64 hexadecimal digits, with 0x before them or not.
///
/// # Errors
/// Where it is none.
pub fn parse_feed(text: &str) -> Result<[u8; 32]> {
    let wrong = || format!("`{text}` is not a feed id: 0x and 64 hexadecimal digits");
    let digits = text.strip_prefix("0x").unwrap_or(text);
    ensure!(digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), wrong());
    let mut feed = [0; 32];
    for (index, byte) in feed.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).with_context(wrong)?;
    }
    Ok(feed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Pubkey {
        Pubkey::new_from_array([byte; 32])
    }

    /// Two assets, the second with a push feed.
    fn text() -> String {
        let [btc, usdc, push, guardian, pool] = [1, 2, 3, 4, 5].map(key);
        format!(
            "profile = \"conservative\"\nband_abs = \"2.5%\"\n\
             [deployment]\nvault_id = 7\nguardian = \"{guardian}\"\npools = [\"{pool}\"]\n\
             [[assets]]\nname = \"BTC\"\ntarget = \"60%\"\nmint = \"{btc}\"\nfeed = \"0x{}\"\n\
             [[assets]]\nname = \"USDC\"\ntarget_bps = 4000\nmax = \"50%\"\nmint = \"{usdc}\"\nprice_account = \"{push}\"\n\
             [limits]\ntimelock = \"72h\"\nmax_trade = \"3%\"\n",
            "ab".repeat(32)
        )
    }

    fn error(text: &str) -> String {
        format!("{:#}", VaultFile::parse("vault.toml", text).unwrap_err())
    }

    #[test]
    fn a_file_is_a_deployment() {
        let file = VaultFile::parse("vault.toml", &text()).unwrap();
        let programs = [key(8), key(9)];
        let wanted = file.deployment(key(6), &programs);
        assert_eq!((wanted.admin, wanted.vault_id, wanted.guardian), (key(6), 7, key(4)));
        assert_eq!((wanted.limits.timelock_secs, wanted.limits.max_trade_bps), (259_200, 300));
        assert_eq!(wanted.pools, [key(5)]);
        assert_eq!(
            wanted.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect::<Vec<_>>(),
            [(key(1), key(8)), (key(2), key(9))]
        );
        let [btc, usdc] = [wanted.assets[0].args, wanted.assets[1].args];
        assert_eq!((btc.target_bps, btc.band_abs_bps, btc.oracle, btc.feed), (6_000, 250, OracleKind::PythPull, [0xab; 32]));
        assert_eq!((usdc.target_bps, usdc.oracle, usdc.feed), (4_000, OracleKind::PythPush, [3; 32]));
        let strategy = wanted.strategy.unwrap();
        assert_eq!(strategy.bounds.iter().map(|bounds| bounds.max_bps).collect::<Vec<_>>(), [10_000, 5_000]);
        assert_eq!(
            (strategy.forecaster, wanted.manager, wanted.fee_recipient),
            (Pubkey::default(), Some(Pubkey::default()), Some(Pubkey::default()))
        );
        assert_eq!(file.price_accounts(0), [address::sponsored_feed(0, &[0xab; 32]), key(3)]);
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let text = text();
        for (from, to, expected) in [
            ("vault_id = 7", "vault_id = -1", "vault.toml:4: vault_id is -1; write a whole number"),
            ("vault_id = 7", "vault_no = 7", "vault.toml:4: there is no field `vault_no` in [deployment]; there are vault_id"),
            ("guardian = ", "manager = ", "vault.toml:3: the guardian is missing; add guardian"),
            ("guardian = \"", "guardian = \"x", "vault.toml:5: guardian: `x"),
            ("pools = [", "pools = [3, ", "vault.toml:6: write pools as a list of addresses"),
            ("mint = ", "mint = 3 #", "vault.toml:10: BTC: mint is 3; write it in quotes"),
            ("feed = \"0x", "feed = \"0xz", "vault.toml:11: BTC: `0xz"),
            ("feed = ", "#", "vault.toml:7: BTC: the price is missing; add feed"),
            ("feed = ", "price_account = \"x\"\nfeed = ", "vault.toml:11: BTC: there are a feed and a price_account"),
            ("target = \"60%\"", "target = \"50%\"", "vault.toml:7: the assets' target_bps sum to 9000; they must sum to 10000"),
            ("name = \"USDC\"", "name = \"ETH\"\n#", ""),
            (
                "max_trade = \"3%\"",
                "max_trade = \"30%\"",
                "vault.toml:20: limits.max_trade_bps is 3000; it must lie between 1 and 2500",
            ),
            ("[limits]", "[ramp]\nstart_at = 1\nend_at = 3601\n[limits]", "vault.toml:18: a new vault has no ramp"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            if expected.is_empty() {
                VaultFile::parse("vault.toml", &changed).unwrap();
                continue;
            }
            let error = error(&changed);
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(error(""), "vault.toml: there are no [[assets]]");
        let cash_first = text.replace("\"BTC\"", "\"X\"").replace("\"USDC\"", "\"BTC\"").replace("\"X\"", "\"USDC\"");
        assert!(error(&cash_first).contains("list USDC last"));
    }

    #[test]
    fn examine_notes_what_only_a_chain_has_besides() {
        let text = text()
            .replace("guardian = \"", "guardian = \"x")
            .replace("vault_id = 7", "vault_id = -7\nvault = 1\nmanager = 5")
            .replace("pools = [", "pools = [3, \"y\", ")
            .replace("feed = \"0x", "feed = \"0xz")
            .replace("max_trade = \"3%\"", "max_trade = \"30%\"")
            .replacen("mint", "#", 1);
        let mut problems = Problems::default();
        assert!(VaultFile::examine("", &text, &mut problems).is_none());
        let found: Vec<(String, Option<usize>)> =
            problems.into_vec().into_iter().map(|problem| (problem.path, problem.line)).collect();
        let expected = [
            ("limits.max_trade_bps", 22),
            ("deployment.vault", 5),
            ("assets.0.mint", 9),
            ("assets.0.feed", 13),
            ("deployment.guardian", 7),
            ("deployment.manager", 6),
            ("deployment.vault_id", 4),
            ("deployment.pools.0", 8),
            ("deployment.pools.1", 8),
        ];
        assert_eq!(found, expected.map(|(path, line)| (path.to_string(), Some(line))));
    }

    #[test]
    fn nothing_is_no_vault_and_no_panic() {
        for text in [
            "",
            "[[assets]]",
            "assets = []",
            "assets = [1]",
            "deployment = 1",
            "[[assets]]\nname = 1\n[[assets]]\n",
            "\u{0}",
            "é =",
        ] {
            let mut problems = Problems::default();
            assert!(VaultFile::examine("", text, &mut problems).is_none(), "{text}");
            assert!(problems.count() > 0, "{text}");
        }
        let many = "[[assets]]\nname = \"A\"\ntarget = \"1%\"\n".repeat(1_000);
        let mut problems = Problems::default();
        assert!(VaultFile::examine("", &many, &mut problems).is_none());
    }
}
