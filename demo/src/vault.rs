//! The vault on the chain: every transaction that the demo sends to it, and its books.

use anyhow::{Context, Result, anyhow};
use ballast_client::ballast::instructions::{
    AssetArgs, ConfigureStrategyArgs, DepositInKindArgs, Preview, RedeemInKindArgs, WeightBounds,
};
use ballast_client::ballast::state::{OracleKind, Route};
use ballast_client::ballast::token::TOKEN;
use ballast_client::{Instruction, PROGRAM_ID, Pubkey, VaultView, address, decode, instruction};
use ballast_core::limits::{DEFAULT, Limits};
use ballast_core::performance::Performance;
use ballast_core::strategy::profile::Profile;
use ballast_core::valuation::Valuation;
use ballast_migrations::{Asset, Chain, Deployment};
use ballast_tests::amm::Pool as _;
use ballast_tests::{Failure, Keypair, LookupTable, Outcome, Signer};
use solana_compute_budget_interface::ComputeBudgetInstruction;

use crate::invariants::Books;
use crate::market::{Market, feed_id, why};
use crate::options::Config;

/// The vault's limits: the program's defaults, and every profile's.
pub const LIMITS: Limits = DEFAULT;

/// The creator's number for the vault.
const VAULT_ID: u64 = 0;
/// Compute units for the creation of the largest vault: the most that a transaction may ask for.
const CREATION_UNITS: u32 = 1_400_000;

/// What the chain answered.
type Sent = Result<Outcome, Failure>;

/// The vault's addresses.
pub struct Vault {
    view: VaultView,
    /// Address and content of the route through each of the market's venues.
    routes: Vec<(Pubkey, Route)>,
    /// Without it a large basket does not fit a transaction.
    table: LookupTable,
    /// Whether its strategy samples prices.
    observes: bool,
}

impl Vault {
    /// Creates the vault and a route through each of the market's venues; `admin` pays.
    pub fn create(config: &Config, market: &mut Market, admin: &Keypair) -> Result<Self> {
        market.world.deploy(&PROGRAM_ID, "ballast");
        let mints: Vec<_> = market.mints.iter().map(|mint| (*mint, TOKEN)).collect();
        let view = VaultView::new(&admin.pubkey(), VAULT_ID, &mints);
        let addresses = view.lookup_addresses().into_iter().chain(market.price_accounts.iter().copied());
        let table = market.world.create_lookup_table("lookup table", addresses.collect());
        let observes = config.profile.is_some();
        let mut vault = Self { view, routes: Vec::new(), table, observes };
        let deployment = deployment(config, market, admin);
        let mut chain = MarketChain { market, vault: &vault, admin };
        ballast_migrations::run(&mut chain, &deployment)?;
        let routes = deployment.pools.iter().map(|pool| vault.route(market, pool)).collect::<Result<_>>()?;
        vault.routes = routes;
        Ok(vault)
    }

    fn route(&self, market: &Market, pool: &Pubkey) -> Result<(Pubkey, Route)> {
        let address = address::route(&self.view.address, pool);
        let route = decode::route(&market.world.account(&address).data).context("the route cannot be decoded")?;
        Ok((address, route))
    }

    /// Makes a user's account for shares.
    pub fn create_share_account(&self, market: &mut Market, user: &Keypair) {
        market.world.create_token_account(&user.pubkey(), &self.view.share_mint);
    }

    /// Refreshes the prices of these assets.
    pub fn refresh(&self, market: &mut Market, keeper: &Keypair, assets: &[usize]) -> Sent {
        let mask = assets.iter().fold(0, |mask, index| mask | 1 << index);
        let accounts: Vec<Pubkey> = assets.iter().map(|index| market.price_accounts[*index]).collect();
        self.send(market, keeper, &[instruction::refresh_prices(self.view.address, mask, &accounts)])
    }

    /// Observes the refreshed prices; `None` where the vault's strategy does not.
    pub fn observe(&self, market: &mut Market, keeper: &Keypair) -> Option<Sent> {
        self.observes.then(|| self.send(market, keeper, &[instruction::observe(self.view.address)]))
    }

    /// Growth, cost and turnover by the vault's own books; `None` where its strategy does not observe.
    pub fn performance(&self, market: &Market) -> Result<Option<Performance>> {
        let account = market.world.account(&self.view.address);
        let vault = decode::vault(&account.data).context("the vault cannot be decoded")?;
        Ok(self.observes.then_some(vault.state.performance))
    }

    /// Asks what a rebalance on a venue's route would do.
    pub fn preview(&self, market: &Market, venue: usize) -> Result<Preview> {
        let (address, route) = &self.routes[venue];
        let preview = instruction::preview_rebalance(self.view.address, *address, route);
        let outcome = market.world.simulate(&[preview], &[]).map_err(|failure| why("a preview", &failure))?;
        let (_, data) = outcome.return_data.context("a preview returned nothing")?;
        decode::preview(&data).context("a preview cannot be decoded")
    }

    /// Rebalances on a venue's route.
    pub fn rebalance(&self, market: &mut Market, keeper: &Keypair, venue: usize) -> Result<Sent> {
        let (address, route) = &self.routes[venue];
        let rebalance = instruction::rebalance(keeper.pubkey(), &self.view, *address, route, 0);
        Ok(self.send(market, keeper, &[rebalance.context("the route does not fit the vault")?]))
    }

    /// Ends a hard halt of the vault that is as old as a soft one lasts; `None` where there is none.
    pub fn review(&self, market: &mut Market, admin: &Keypair) -> Result<Option<Sent>> {
        let account = market.world.account(&self.view.address);
        let vault = decode::vault(&account.data).context("the vault cannot be decoded")?;
        let halt = vault.state.halt;
        let is_old = market.world.now() >= halt.at + i64::from(vault.breakers.cooldown_secs);
        if halt.is_hard == 0 || !is_old {
            return Ok(None);
        }
        Ok(Some(self.send(market, admin, &[instruction::clear_breaker(admin.pubkey(), self.view.address, None)])))
    }

    /// Deposits in kind.
    pub fn deposit_in_kind(&self, market: &mut Market, user: &Keypair, max_amounts: Vec<u64>, min_shares: u64) -> Sent {
        let args = DepositInKindArgs { max_amounts, min_shares };
        self.send(market, user, &[instruction::deposit_in_kind(user.pubkey(), &self.view, args)])
    }

    /// Redeems in kind.
    pub fn redeem_in_kind(&self, market: &mut Market, user: &Keypair, shares: u64, min_amounts: Vec<u64>) -> Sent {
        let args = RedeemInKindArgs { shares, min_amounts, skip_mask: 0, forfeit_mask: 0 };
        self.send(market, user, &[instruction::redeem_in_kind(user.pubkey(), &self.view, args)])
    }

    /// Deposits raw units of one asset.
    pub fn deposit_single(
        &self,
        market: &mut Market,
        user: &Keypair,
        asset: usize,
        amount: u64,
        min_shares: u64,
    ) -> Result<Sent> {
        let deposit = instruction::deposit_single(user.pubkey(), &self.view, asset as u8, amount, min_shares);
        Ok(self.send(market, user, &[deposit.context("no such asset")?]))
    }

    /// Redeems shares in one asset.
    pub fn redeem_single(&self, market: &mut Market, user: &Keypair, asset: usize, shares: u64, min_amount: u64) -> Result<Sent> {
        let redeem = instruction::redeem_single(user.pubkey(), &self.view, asset as u8, shares, min_amount);
        Ok(self.send(market, user, &[redeem.context("no such asset")?]))
    }

    /// Shares that a user has, raw units.
    pub fn shares_of(&self, market: &Market, user: &Keypair) -> u64 {
        market.world.balance(&self.view.user_shares(&user.pubkey()))
    }

    /// The books now.
    pub fn books(&self, market: &Market) -> Result<Books> {
        let account = market.world.account(&self.view.address);
        let vault = decode::vault(&account.data).context("the vault cannot be decoded")?;
        let valuation = Valuation::new(vault.holdings(), &vault.terms(market.world.now()));
        Ok(Books {
            balances: vault.assets().iter().map(|asset| asset.balance).collect(),
            reserves: self.view.assets.iter().map(|asset| market.world.balance(&asset.reserve)).collect(),
            total_shares: vault.total_shares,
            supply: market.world.supply(&self.view.share_mint),
            nav_usd: valuation.map_err(|error| anyhow!("the vault cannot be valued: {error:?}"))?.nav_usd,
        })
    }

    fn send(&self, market: &mut Market, signer: &Keypair, instructions: &[Instruction]) -> Sent {
        market.world.send_with_tables(instructions, &[signer], std::slice::from_ref(&self.table))
    }
}

/// The vault that the options ask for, with a route through each of the market's venues.
fn deployment(config: &Config, market: &Market, admin: &Keypair) -> Deployment {
    let args = |index: usize, target_bps: u16| AssetArgs {
        target_bps,
        band_abs_bps: config.band_abs_bps,
        band_rel_bps: config.band_rel_bps,
        oracle: OracleKind::PythPull,
        feed: feed_id(index),
    };
    let targets = config.targets_bps.iter().copied();
    let assets = market.mints.iter().zip(targets).enumerate().map(|(index, (mint, target_bps))| Asset {
        mint: *mint,
        token_program: TOKEN,
        args: args(index, target_bps),
    });
    Deployment {
        admin: admin.pubkey(),
        vault_id: VAULT_ID,
        guardian: admin.pubkey(),
        limits: LIMITS,
        assets: assets.collect(),
        pools: market.venues.iter().map(|venue| venue.pool.address()).collect(),
        strategy: config.profile.map(|profile| strategy(config, profile)),
        breakers: None,
        stress: None,
        manager: None,
        fee_recipient: None,
    }
}

/// The profile's strategy over targets that nothing moves.
fn strategy(config: &Config, profile: Profile) -> ConfigureStrategyArgs {
    let fixed = |target_bps: &u16| WeightBounds { min_bps: *target_bps, max_bps: *target_bps };
    ConfigureStrategyArgs {
        strategy: profile.preset().strategy,
        forecaster: Pubkey::default(),
        bounds: config.targets_bps.iter().map(fixed).collect(),
    }
}

/// The chain as the deployment steps see it.
struct MarketChain<'a> {
    market: &'a mut Market,
    vault: &'a Vault,
    admin: &'a Keypair,
}

impl Chain for MarketChain<'_> {
    type Error = anyhow::Error;

    fn account_data(&self, address: &Pubkey) -> Result<Option<Vec<u8>>> {
        Ok(self.market.world.find_account(address).map(|account| account.data))
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<()> {
        let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(CREATION_UNITS)];
        all.extend_from_slice(instructions);
        let sent = self.vault.send(self.market, self.admin, &all);
        sent.map(drop).map_err(|failure| why("the vault's creation", &failure))
    }
}
