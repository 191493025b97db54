//! The vaults: created by the migrations, with a lookup table each, and a first deposit.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, mpsc};

use anyhow::{Context as _, Result, anyhow, ensure};
use ballast_client::ballast::instructions::{AssetArgs, ConfigureStrategyArgs, DepositInKindArgs, WeightBounds};
use ballast_client::ballast::state::{OracleKind, Route};
use ballast_client::ballast::token::TOKEN;
use ballast_client::rpc::{Cluster, Sender};
use ballast_client::{Account, AddressLookupTableAccount, Instruction, Pubkey, VaultView, address, instruction, lookup};
use ballast_core::limits::{self, Limits};
use ballast_core::shares::SHARE_DECIMALS;
use ballast_core::strategy::profile::Profile;
use ballast_migrations::{Asset, Chain, Deployment};
use ballast_sim::token::Price;
use solana_address_lookup_table_interface::instruction::derive_lookup_table_address;
use solana_address_lookup_table_interface::program::ID as LOOKUP_TABLE_PROGRAM;
use solana_address_lookup_table_interface::state::{AddressLookupTable, LookupTableMeta};
use solana_system_interface::instruction::transfer;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};

use crate::keys::{self, ADMIN, GUARDIAN, MARKET};
use crate::market::{self, Market};
use crate::{cheat, manifest, wallet};

/// One whole, in basis points.
const BPS: u16 = 10_000;
/// What the crank fund of a vault starts with: enough for thousands of rebalances.
const CRANK_LAMPORTS: u64 = 1_000_000_000;
/// Vaults that are created at the same time.
const AT_ONCE: usize = 16;

/// The limits: the profile's, but for a clock that may run fast, and with pay for keepers.
const LIMITS: Limits = Limits {
    // At sixty times real time, a minute of the cluster passes between seeing a price and using it.
    max_price_age_secs: 300,
    crank_reward_lamports: 20_000,
    max_daily_crank_lamports: 10_000_000,
    ..limits::DEFAULT
};

/// What the vaults are made of.
#[derive(Clone)]
pub struct Vaults {
    /// The cluster.
    pub cluster: Cluster,
    /// Tokens and pools.
    pub market: Arc<Market>,
    /// Prices about which the first deposits are made.
    pub prices: Vec<Price>,
    /// What the admin deposits first into each, in whole US dollars; 0 for nothing.
    pub deposit_usd: u64,
    /// Milliseconds between two blocks.
    pub slot_ms: u64,
}

impl Vaults {
    /// Makes what is missing of the vaults with these numbers, and tells the addresses of all.
    pub async fn create(&self, ids: Range<u64>, progress: &impl Fn(&str)) -> Result<Vec<manifest::Vault>> {
        let count = ids.end - ids.start;
        let mut waiting = ids;
        let (mut running, mut made) = (JoinSet::new(), BTreeMap::new());
        loop {
            while running.len() < AT_ONCE
                && let Some(id) = waiting.next()
            {
                let vaults = self.clone();
                running.spawn(async move { vaults.create_one(id).await.map(|vault| (id, vault)) });
            }
            let Some(finished) = running.join_next().await else { break };
            let (id, vault) = finished??;
            made.insert(id, vault);
            if count > 1 {
                progress(&format!("creating vaults: {} of {count}", made.len()));
            }
        }
        Ok(made.into_values().collect())
    }

    async fn create_one(&self, id: u64) -> Result<manifest::Vault> {
        let deployment = self.deployment(id);
        let view = deployment.view();
        let admin = self.admin();
        let handle = Handle::current();
        let migrated = spawn_blocking(move || ballast_migrations::run(&mut Migrated { sender: admin, handle }, &deployment));
        migrated.await?.with_context(|| format!("cannot create the vault number {id}"))?;
        let routes = self.routes(&view).await?;
        let table = self.write_lookup_table(id, &view, &routes).await?;
        if self.deposit_usd > 0 {
            self.deposit(&view, &table).await.with_context(|| format!("cannot deposit into the vault {}", view.address))?;
        }
        Ok(manifest::Vault {
            address: view.address,
            share_mint: view.share_mint,
            lookup_table: table.key,
            routes: routes.into_iter().map(|(address, _)| manifest::Address(address)).collect(),
        })
    }

    fn admin(&self) -> Sender {
        wallet::sender(&self.cluster, ADMIN, self.slot_ms)
    }

    /// Equal parts of every token, after the balanced profile.
    fn deployment(&self, id: u64) -> Deployment {
        let preset = Profile::Balanced.preset();
        let target_bps = BPS / self.market.assets.len() as u16;
        let asset = |asset: &market::Asset| {
            let (band_abs_bps, band_rel_bps) = (preset.band_abs_bps, preset.band_rel_bps);
            let args = AssetArgs { target_bps, band_abs_bps, band_rel_bps, oracle: OracleKind::PythPull, feed: asset.feed_id };
            Asset { mint: asset.mint, token_program: TOKEN, args }
        };
        let strategy = ConfigureStrategyArgs {
            strategy: preset.strategy,
            forecaster: Pubkey::default(),
            bounds: vec![WeightBounds { min_bps: target_bps, max_bps: target_bps }; self.market.assets.len()],
        };
        Deployment {
            admin: keys::address(ADMIN),
            vault_id: id,
            guardian: keys::address(GUARDIAN),
            limits: LIMITS,
            assets: self.market.assets.iter().map(asset).collect(),
            pools: self.market.pools.iter().map(|pool| pool.addresses.pool).collect(),
            strategy: Some(strategy),
            breakers: None,
            stress: None,
            manager: None,
            fee_recipient: None,
        }
    }

    /// The vault's routes, in the order of the pools.
    async fn routes(&self, view: &VaultView) -> Result<Vec<(Pubkey, Route)>> {
        let of = |pool: &market::Pool| address::route(&view.address, &pool.addresses.pool);
        let addresses: Vec<Pubkey> = self.market.pools.iter().map(of).collect();
        let read = |(address, account): (Pubkey, Option<Account>)| {
            let route = account.and_then(|account| ballast_client::decode::route(&account.data));
            route.map(|route| (address, route)).with_context(|| format!("the route {address} cannot be read"))
        };
        let accounts = self.cluster.accounts(&addresses).await?;
        addresses.into_iter().zip(accounts).map(read).collect()
    }

    /// Writes the vault's lookup table, the admin's, past its program: there, a table takes slots of its own, and its address differs
    /// from one cluster to the next. What was added to it since stays.
    async fn write_lookup_table(
        &self,
        id: u64,
        view: &VaultView,
        routes: &[(Pubkey, Route)],
    ) -> Result<AddressLookupTableAccount> {
        let admin = keys::address(ADMIN);
        let (key, _) = derive_lookup_table_address(&admin, id);
        if let Some(account) = self.cluster.account(&key).await? {
            return lookup::read(key, &account).with_context(|| format!("the account {key} is not a lookup table in use"));
        }
        let prices: Vec<Pubkey> = self.market.assets.iter().map(|asset| asset.price_account).collect();
        let addresses = lookup::addresses(view, routes, &prices);
        let table = AddressLookupTable { meta: LookupTableMeta::new(admin), addresses: addresses.as_slice().into() };
        let data = table.serialize_for_tests().map_err(|error| anyhow!("the lookup table cannot be written: {error:?}"))?;
        cheat::set_account(&self.cluster, &key, &LOOKUP_TABLE_PROGRAM, market::rent(data.len()), &data).await?;
        Ok(AddressLookupTableAccount { key, addresses })
    }

    /// The first deposit, of tokens that are issued for it, together with the keepers' pay; nothing where somebody has deposited.
    async fn deposit(&self, view: &VaultView, table: &AddressLookupTableAccount) -> Result<()> {
        if self.cluster.vault(&view.address).await?.total_shares > 0 {
            return Ok(());
        }
        let (admin, market) = (keys::address(ADMIN), keys::address(MARKET));
        let mut all = vec![transfer(&market, &view.crank_fund, CRANK_LAMPORTS)];
        let mut max_amounts = vec![];
        for (asset, price) in self.market.assets.iter().zip(&self.prices) {
            let usd = self.deposit_usd as f64 / self.market.assets.len() as f64;
            let units = asset.token.units(usd, price.usd);
            all.push(asset.mint_to(&admin, units, &market)?);
            max_amounts.push(units);
        }
        let prices: Vec<Pubkey> = self.market.assets.iter().map(|asset| asset.price_account).collect();
        let all_assets = (1 << self.market.assets.len()) - 1;
        // The first deposit creates the shares that it asks for.
        let min_shares = self.deposit_usd.checked_mul(10u64.pow(u32::from(SHARE_DECIMALS)));
        let min_shares = min_shares.context("the first deposit is too large")?;
        all.push(market::create_token_account(&admin, &admin, &view.share_mint));
        all.push(instruction::refresh_prices(view.address, all_assets, &prices));
        all.push(instruction::deposit_in_kind(admin, view, DepositInKindArgs { max_amounts, min_shares }));
        let sender = self.admin();
        sender.send(&all, &[&keys::key(MARKET)], std::slice::from_ref(table)).await?;
        ensure!(self.cluster.vault(&view.address).await?.total_shares > 0, "the deposit created no shares");
        Ok(())
    }
}

/// The cluster as the migrations see it, from a thread that may wait.
struct Migrated {
    sender: Sender,
    handle: Handle,
}

impl Migrated {
    /// Waits for the cluster. Not by `block_on`, which panics where the program is ending.
    fn wait<T: Send + 'static>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        let (done, result) = mpsc::channel();
        self.handle.spawn(async move { done.send(work.await) });
        result.recv().context("the program is ending")?
    }
}

impl Chain for Migrated {
    type Error = anyhow::Error;

    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>> {
        let (cluster, address) = (self.sender.cluster().clone(), *address);
        self.wait(async move { Ok(cluster.account(&address).await?.map(|account| account.data)) })
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<()> {
        let (sender, instructions) = (self.sender.clone(), instructions.to_vec());
        self.wait(async move {
            sender.send(&instructions, &[], &[]).await?;
            Ok(())
        })
    }
}
