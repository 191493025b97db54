//! `vault.toml`: the vault that is wanted. The same file describes it to the backtester, which has no use for `[deployment]`, mints
//! and feeds; here they are required, and `nav_usd` and `[market]` have no use.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use ballast_client::ballast::instructions::{AssetArgs, ConfigureStrategyArgs, WeightBounds};
use ballast_client::ballast::state::{OracleKind, SlotArgs};
use ballast_client::{Pubkey, address};
use ballast_core::strategy::target::Ramp;
use ballast_migrations::{Asset, Deployment};
use ballast_sim::config::{Config, Document, listed};
use ballast_sim::token::CASH;
use ballast_sim::vault::Setup;
use toml::Value;

/// What `[deployment]` may say.
const FIELDS: [&str; 6] = ["vault_id", "guardian", "manager", "forecaster", "fee_recipient", "pools"];

/// A vault file, read and checked.
#[derive(Clone, Debug)]
pub struct VaultFile {
    /// The assets' names, in the vault's order.
    pub names: Vec<String>,
    /// Parameters, as the backtester has them.
    pub setup: Setup,
    assets: Vec<FileAsset>,
    vault_id: u64,
    guardian: Pubkey,
    manager: Pubkey,
    forecaster: Pubkey,
    fee_recipient: Pubkey,
    pools: Vec<Pubkey>,
}

/// What a chain needs to know of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileAsset {
    mint: Pubkey,
    oracle: OracleKind,
    feed: [u8; 32],
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

    fn parse(file: &str, text: &str) -> Result<Self> {
        let document = Document::parse(file, text)?;
        let names = listed(&document)?;
        ensure!(!names.is_empty(), "{file}: there are no [[assets]]");
        let is_cash_last = names.iter().position(|name| name == CASH).is_none_or(|place| place + 1 == names.len());
        ensure!(is_cash_last, "{}: list {CASH} last: it is the asset that counts as safe", document.place("assets"));
        let setup = Config::read(&document, &names)?.setup;
        ensure!(
            setup.ramp == Ramp::default(),
            "{}: a new vault has no ramp; start one with `ballast ramp`",
            document.place("ramp")
        );
        let fields = Fields(&document);
        fields.check()?;
        let assets = document.asset_deployments().iter().enumerate().map(|(index, table)| {
            let place = document.place(&format!("assets.{index}"));
            FileAsset::of(table).with_context(|| format!("{place}: {}", names[index]))
        });
        Ok(Self {
            assets: assets.collect::<Result<_>>()?,
            vault_id: fields.vault_id()?,
            guardian: fields.address("guardian")?.with_context(|| fields.missing("guardian"))?,
            manager: fields.address("manager")?.unwrap_or_default(),
            forecaster: fields.address("forecaster")?.unwrap_or_default(),
            fee_recipient: fields.address("fee_recipient")?.unwrap_or_default(),
            pools: fields.pools()?,
            names,
            setup,
        })
    }

    /// The assets' mints, in the vault's order.
    pub fn mints(&self) -> Vec<Pubkey> {
        self.assets.iter().map(|asset| asset.mint).collect()
    }

    /// The accounts that publish the assets' prices; sponsored ones of this shard.
    pub fn price_accounts(&self, shard: u16) -> Vec<Pubkey> {
        let of = |asset: &FileAsset| match asset.oracle {
            OracleKind::PythPull => address::sponsored_feed(shard, &asset.feed),
            OracleKind::PythPush => Pubkey::new_from_array(asset.feed),
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
                oracle: asset.oracle,
                feed: asset.feed,
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
        let slot = |allocation: &ballast_core::strategy::allocation::Allocation| SlotArgs {
            min_bps: allocation.min_bps,
            max_bps: allocation.max_bps,
            band_abs_bps: allocation.band_abs_bps,
            band_rel_bps: allocation.band_rel_bps,
        };
        self.setup.allocations.iter().map(slot).collect()
    }
}

impl FileAsset {
    fn of(table: &toml::Table) -> Result<Self> {
        let text = |field: &str| match table.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(other) => Err(anyhow!("{field} is {other}; write it in quotes")),
        };
        let mint = text("mint")?.context("the mint is missing; add mint = \"ADDRESS\"")?;
        let mint = parse_address(mint)?;
        match (text("feed")?, text("price_account")?) {
            (Some(feed), None) => Ok(Self { mint, oracle: OracleKind::PythPull, feed: parse_feed(feed)? }),
            (None, Some(account)) => Ok(Self { mint, oracle: OracleKind::PythPush, feed: parse_address(account)?.to_bytes() }),
            (None, None) => bail!("the price is missing; add feed = \"0x…\" (pull) or price_account = \"ADDRESS\" (push)"),
            (Some(_), Some(_)) => bail!("there are a feed and a price_account; keep the one that publishes the price"),
        }
    }
}

/// The table `[deployment]`.
struct Fields<'a>(&'a Document);

impl Fields<'_> {
    fn place(&self, field: &str) -> String {
        self.0.place(&format!("deployment.{field}"))
    }

    fn missing(&self, field: &str) -> String {
        format!("{}: the {field} is missing; add {field} = \"ADDRESS\" to [deployment]", self.place(field))
    }

    fn check(&self) -> Result<()> {
        match self.0.deployment().keys().find(|field| !FIELDS.contains(&field.as_str())) {
            Some(field) => {
                bail!("{}: there is no field `{field}` in [deployment]; there are {}", self.place(field), FIELDS.join(", "))
            }
            None => Ok(()),
        }
    }

    fn address(&self, field: &str) -> Result<Option<Pubkey>> {
        let Some(value) = self.0.deployment().get(field) else { return Ok(None) };
        let text =
            value.as_str().with_context(|| format!("{}: {field} is {value}; write an address in quotes", self.place(field)))?;
        parse_address(text).map(Some).with_context(|| format!("{}: {field}", self.place(field)))
    }

    fn vault_id(&self) -> Result<u64> {
        let Some(value) = self.0.deployment().get("vault_id") else { return Ok(0) };
        let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
        number.with_context(|| format!("{}: vault_id is {value}; write a whole number from 0", self.place("vault_id")))
    }

    fn pools(&self) -> Result<Vec<Pubkey>> {
        let Some(value) = self.0.deployment().get("pools") else { return Ok(vec![]) };
        let wrong = || format!("{}: write pools as a list of addresses in quotes", self.place("pools"));
        let items = value.as_array().with_context(wrong)?.iter();
        items.map(|item| parse_address(item.as_str().with_context(wrong)?).with_context(wrong)).collect()
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
            ("mint = ", "mint = 3 #", "vault.toml:7: BTC: mint is 3; write it in quotes"),
            ("feed = \"0x", "feed = \"0xz", "vault.toml:7: BTC: `0xz"),
            ("feed = ", "#", "vault.toml:7: BTC: the price is missing; add feed"),
            ("feed = ", "price_account = \"x\"\nfeed = ", "vault.toml:7: BTC: there are a feed and a price_account"),
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
}
