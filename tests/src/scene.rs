//! A scene: a vault with its assets, prices, pools and people, ready to be used and abused.

use {
    crate::{
        amm::{
            Pool,
            token_swap::{Fees, TokenSwap},
        },
        pyth::{self, Quote},
        token::{MintConfig, MintExtension},
        transaction::{Failure, LookupTable, Outcome},
        world::World,
    },
    anchor_lang::{AnchorDeserialize, Discriminator, Event, prelude::Pubkey, solana_program::instruction::Instruction},
    ballast::{
        error::BallastError,
        instructions::{AssetArgs, DepositInKindArgs, InitializeVaultArgs, Preview, RedeemInKindArgs},
        state::{OracleKind, Route, Vault},
    },
    ballast_client::{VaultView, address, decode, instruction},
    ballast_core::{
        limits::{self, Limits},
        risk::lookback::Lookbacks,
        strategy::Strategy,
    },
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::sync::Arc,
};

/// Exponent of the scene's prices.
const EXPONENT: i32 = -8;
/// What the standard limits allow is a conf of 100 bps; the scene's prices have 5.
const CONF_BPS: u64 = 5;
/// Compute units that a heavy transaction asks for.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

/// One asset to set up.
#[derive(Clone, Debug)]
pub struct AssetSpec {
    /// Its mint.
    pub mint: MintConfig,
    /// Dollars per token, times 10^8.
    pub price_e8: i64,
    /// Target weight.
    pub target_bps: u16,
    /// How its price is published.
    pub oracle: OracleKind,
}

/// What to set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The basket.
    pub assets: Vec<AssetSpec>,
    /// Absolute band of every asset.
    pub band_abs_bps: u16,
    /// Relative band of every asset.
    pub band_rel_bps: u16,
    /// The vault's limits.
    pub limits: Limits,
    /// The vault's strategy.
    pub strategy: Strategy,
    /// How far every target may move from where it begins, either way.
    pub slack_bps: u16,
}

impl AssetSpec {
    /// An SPL Token asset with a pull price.
    pub fn spl(decimals: u8, price_e8: i64, target_bps: u16) -> Self {
        AssetSpec { mint: MintConfig::spl(decimals), price_e8, target_bps, oracle: OracleKind::PythPull }
    }
}

impl Config {
    /// Two assets, half each: a dollar coin and one at 50 dollars.
    pub fn pair() -> Self {
        Config::of(vec![AssetSpec::spl(6, 100_000_000, 5_000), AssetSpec::spl(9, 5_000_000_000, 5_000)])
    }

    /// `count` assets of nearly equal weight with various decimals and prices.
    pub fn many(count: usize) -> Self {
        let target = (10_000 / count) as u16;
        let rest = 10_000 - target * (count as u16 - 1);
        let asset = |index: usize| {
            let decimals = [6, 9, 8, 5][index % 4];
            let price_e8 = [100_000_000, 5_000_000_000, 4_000_000_000_000, 250_000_000][index % 4];
            AssetSpec::spl(decimals, price_e8, if index == 0 { rest } else { target })
        };
        Config::of((0..count).map(asset).collect())
    }

    /// [`many`](Self::many) with every second asset a Token-2022 mint that has a name.
    pub fn mixed(count: usize) -> Self {
        let mut config = Config::many(count);
        for asset in config.assets.iter_mut().skip(1).step_by(2) {
            let name = MintExtension::Metadata("an asset with a name".to_owned());
            asset.mint = MintConfig::token_2022(asset.mint.decimals, vec![MintExtension::MetadataPointer, name]);
        }
        config
    }

    /// These assets with the standard bands and limits, but no fees.
    pub fn of(assets: Vec<AssetSpec>) -> Self {
        // No fees, so that tests tell rounding and confidence from them.
        let limits = Limits { entry_fee_bps: 0, exit_fee_bps: 0, ..limits::DEFAULT };
        Config { assets, band_abs_bps: 500, band_rel_bps: 2_500, limits, strategy: Strategy::plain(), slack_bps: 0 }
    }
}

/// An asset of a scene.
#[derive(Clone, Debug)]
pub struct SceneAsset {
    /// What it was made from.
    pub spec: AssetSpec,
    /// Its mint.
    pub mint: Pubkey,
    /// The account that publishes its price.
    pub price_account: Pubkey,
    /// What the vault knows the price by: feed id (pull) or account (push).
    pub feed: [u8; 32],
}

impl SceneAsset {
    /// Raw units worth this many whole dollars, rounded down.
    pub fn units(&self, dollars: u64) -> u64 {
        let units =
            u128::from(dollars) * 10u128.pow(u32::from(self.spec.mint.decimals)) * 100_000_000 / self.spec.price_e8 as u128;
        u64::try_from(units).expect("an amount of 64 bits")
    }
}

/// A vault and everybody around it. A clone is an independent copy.
#[derive(Clone)]
pub struct Scene {
    /// The chain.
    pub world: World,
    /// The vault's creator and admin.
    pub admin: Arc<Keypair>,
    /// The vault's guardian.
    pub guardian: Arc<Keypair>,
    /// The vault's forecaster, where it has a strategy.
    pub forecaster: Arc<Keypair>,
    /// Anybody.
    pub keeper: Arc<Keypair>,
    /// The vault's addresses.
    pub view: VaultView,
    /// The vault's assets.
    pub assets: Vec<SceneAsset>,
    /// Pools that have a route.
    pub pools: Vec<TokenSwap>,
    /// The vault's lookup table.
    pub table: LookupTable,
    pub(crate) config: Config,
}

impl Scene {
    /// Mints, prices and people; the vault is not created yet.
    pub fn bare(config: Config) -> Self {
        let mut world = World::new();
        world.deploy(&ballast::ID, "ballast");
        TokenSwap::deploy(&mut world);
        let [admin, guardian, forecaster, keeper] =
            ["admin", "guardian", "forecaster", "keeper"].map(|label| Arc::new(world.wallet(label)));
        let assets: Vec<SceneAsset> =
            config.assets.iter().enumerate().map(|(index, spec)| asset(&mut world, index, spec)).collect();
        let mints: Vec<_> = assets.iter().map(|asset| (asset.mint, asset.spec.mint.program)).collect();
        let view = VaultView::new(&admin.pubkey(), 0, &mints);
        let mut addresses = view.lookup_addresses();
        addresses.extend(assets.iter().map(|asset| asset.price_account));
        let table = world.create_lookup_table("vault table", addresses);
        let mut scene = Scene { world, admin, guardian, forecaster, keeper, view, assets, pools: vec![], table, config };
        scene.publish();
        scene
    }

    /// A vault that nobody has deposited in, with its strategy.
    pub fn empty(config: Config) -> Self {
        let mut scene = Scene::bare(config);
        scene.create_reserves();
        let admin = scene.admin.clone();
        let initialize = scene.initialize_instruction(scene.initialize_args());
        scene.send(&[initialize], &[&admin]).expect("the vault is created");
        // A new vault has the plain strategy already.
        if scene.config.strategy != Strategy::plain() || scene.config.slack_bps != 0 {
            scene.configure(scene.configure_args()).expect("the strategy is set");
        }
        scene
    }

    /// Creates the reserves ahead of the vault, as large vaults need.
    pub fn create_reserves(&mut self) {
        let admin = self.admin.clone();
        for create in instruction::create_reserves(admin.pubkey(), &self.view) {
            self.send(&[create], &[&admin]).expect("a reserve is created");
        }
    }

    /// [`with_route`](Self::with_route) on a deep pool, 100,000 dollars in all, and an interval after the second asset's price
    /// doubled: it is to be sold for the first.
    pub fn drifted(config: Config) -> Self {
        Scene::drifted_on(10_000_000, config)
    }

    /// [`drifted`](Self::drifted) on a pool that holds `pool_dollars` a side.
    pub fn drifted_on(pool_dollars: u64, config: Config) -> Self {
        let mut scene = Scene::with_route(config, 100_000, pool_dollars);
        let doubled = 2 * scene.assets[1].spec.price_e8;
        scene.shift(&[(1, doubled)], scene.config.limits.min_interval_secs);
        scene
    }

    /// A vault with fresh prices that holds `dollars` in all, at its targets, seeded by the admin at a dollar a share.
    pub fn funded(config: Config, dollars: u64) -> Self {
        let mut scene = Scene::empty(config);
        scene.refresh().expect("prices are fresh");
        scene.seed(dollars);
        scene
    }

    /// [`funded`](Self::funded) with two assets and a route between them, its pool holding `pool_dollars` a side.
    pub fn with_route(config: Config, dollars: u64, pool_dollars: u64) -> Self {
        let mut scene = Scene::empty(config);
        scene.add_route(0, 1, pool_dollars);
        scene.refresh().expect("prices are fresh");
        scene.seed(dollars);
        scene
    }

    /// Sends instructions in a transaction that may use 1.4 million compute units and, where it needs to, the lookup table.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        let mut all = vec![compute_unit_limit(MAX_COMPUTE_UNITS)];
        all.extend_from_slice(instructions);
        let tables = [self.table.clone()];
        self.world.send_with_tables(&all, signers, &tables)
    }

    /// A mint with a published price, made for a place in a basket.
    pub(crate) fn create_asset(&mut self, index: usize, spec: &AssetSpec) -> SceneAsset {
        asset(&mut self.world, index, spec)
    }

    /// The arguments that create this scene's vault.
    pub fn initialize_args(&self) -> InitializeVaultArgs {
        let asset = |asset: &SceneAsset| AssetArgs {
            target_bps: asset.spec.target_bps,
            band_abs_bps: self.config.band_abs_bps,
            band_rel_bps: self.config.band_rel_bps,
            oracle: asset.spec.oracle,
            feed: asset.feed,
        };
        InitializeVaultArgs {
            guardian: self.guardian.pubkey(),
            limits: self.config.limits,
            assets: self.assets.iter().map(asset).collect(),
        }
    }

    /// The instruction that creates this scene's vault.
    pub fn initialize_instruction(&self, args: InitializeVaultArgs) -> Instruction {
        instruction::initialize_vault(self.admin.pubkey(), 0, &self.view, args)
    }

    /// The vault's account.
    pub fn vault(&self) -> Vault {
        decode::vault(&self.world.account(&self.view.address).data).expect("a vault")
    }

    /// Publishes every asset's price anew, now.
    pub fn publish(&mut self) {
        for index in 0..self.assets.len() {
            let quote = self.quote(index);
            self.publish_quote(index, &quote);
        }
    }

    /// The quote that [`publish`](Self::publish) would write.
    pub fn quote(&self, index: usize) -> Quote {
        let price = self.assets[index].spec.price_e8;
        Quote { price, conf: price as u64 * CONF_BPS / 10_000, exponent: EXPONENT, publish_time: self.world.now() }
    }

    /// Writes a quote into an asset's price account.
    pub fn publish_quote(&mut self, index: usize, quote: &Quote) {
        let SceneAsset { price_account, feed, spec, .. } = &self.assets[index];
        match spec.oracle {
            OracleKind::PythPull => self.world.write_pull(price_account, &pyth::pull_update(*feed, quote)),
            OracleKind::PythPush => self.world.write_push(price_account, &pyth::push_price(quote)),
        }
    }

    /// Changes an asset's price and publishes it; the vault does not know yet.
    pub fn set_price(&mut self, index: usize, price_e8: i64) {
        self.assets[index].spec.price_e8 = price_e8;
        let quote = self.quote(index);
        self.publish_quote(index, &quote);
    }

    /// Refreshes every price.
    pub fn refresh(&mut self) -> Result<Outcome, Failure> {
        let refresh = self.refresh_instruction();
        let keeper = self.keeper.clone();
        self.send(&[refresh], &[&keeper])
    }

    /// Refreshes the prices of the assets in the mask.
    pub fn refresh_some(&mut self, mask: u16) -> Result<Outcome, Failure> {
        let refresh = self.refresh_some_instruction(mask);
        self.keep(refresh)
    }

    /// The instruction that refreshes every price.
    pub fn refresh_instruction(&self) -> Instruction {
        self.refresh_some_instruction(((1u32 << self.assets.len()) - 1) as u16)
    }

    fn refresh_some_instruction(&self, mask: u16) -> Instruction {
        let named = self.assets.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1);
        let prices: Vec<_> = named.map(|(_, asset)| asset.price_account).collect();
        instruction::refresh_prices(self.view.address, mask, &prices)
    }

    /// Lets time pass, publishes and refreshes.
    pub fn pass(&mut self, secs: u32) {
        self.world.advance(secs);
        self.publish();
        self.refresh().expect("prices are fresh");
    }

    /// Prices assets anew and brings every pool to the market; then [`pass`](Self::pass) and [`settle_down`](Self::settle_down):
    /// what happens to weights without what happens to breakers. [`leap`](Self::leap) does not spare them.
    pub fn shift(&mut self, prices_e8: &[(usize, i64)], secs: u32) {
        self.leap(prices_e8, secs);
        self.settle_down();
    }

    /// Prices assets anew and brings every pool to the market, all at once.
    pub fn leap(&mut self, prices_e8: &[(usize, i64)], secs: u32) {
        for (index, price_e8) in prices_e8 {
            self.set_price(*index, *price_e8);
        }
        (0..self.pools.len()).for_each(|pool| self.arbitrage(pool));
        self.pass(secs);
    }

    /// The vault's books as if the present prices had stood for a month: its averages are the prices, and it knows no highs.
    pub fn settle_down(&mut self) {
        self.edit_vault(|vault| {
            vault.assets_mut().iter_mut().for_each(|asset| asset.average_x64 = asset.price_x64);
            vault.state.lookbacks = Lookbacks::default();
        });
    }

    /// A wallet with this many dollars of each asset, and an account for shares.
    pub fn user(&mut self, label: &str, dollars: u64) -> Keypair {
        let user = self.world.wallet(label);
        self.world.create_token_account(&user.pubkey(), &self.view.share_mint);
        for asset in self.assets.clone() {
            self.world.mint_to(&asset.mint, &user.pubkey(), asset.units(dollars));
        }
        user
    }

    /// The first deposit: `dollars` in all at the targets, at a dollar a share.
    pub fn seed(&mut self, dollars: u64) {
        let admin = self.admin.clone();
        self.world.create_token_account(&admin.pubkey(), &self.view.share_mint);
        for asset in self.assets.clone() {
            self.world.mint_to(&asset.mint, &admin.pubkey(), asset.units(dollars));
        }
        let parts = self.assets.iter().map(|asset| asset.units(dollars * u64::from(asset.spec.target_bps)) / 10_000);
        let args = DepositInKindArgs { max_amounts: parts.collect(), min_shares: dollars * 1_000_000 };
        self.deposit(&admin, args).expect("the first deposit");
    }

    /// Deposits in kind.
    pub fn deposit(&mut self, user: &Keypair, args: DepositInKindArgs) -> Result<Outcome, Failure> {
        let deposit = instruction::deposit_in_kind(user.pubkey(), &self.view, args);
        self.send(&[deposit], &[user])
    }

    /// Redeems in kind.
    pub fn redeem(&mut self, user: &Keypair, args: RedeemInKindArgs) -> Result<Outcome, Failure> {
        let redeem = instruction::redeem_in_kind(user.pubkey(), &self.view, args);
        self.send(&[redeem], &[user])
    }

    /// Deposits one asset.
    pub fn deposit_single(&mut self, user: &Keypair, asset: u8, amount: u64, min_shares: u64) -> Result<Outcome, Failure> {
        let deposit = instruction::deposit_single(user.pubkey(), &self.view, asset, amount, min_shares).expect("an asset");
        self.send(&[deposit], &[user])
    }

    /// Redeems for one asset.
    pub fn redeem_single(&mut self, user: &Keypair, asset: u8, shares: u64, min_amount: u64) -> Result<Outcome, Failure> {
        let redeem = instruction::redeem_single(user.pubkey(), &self.view, asset, shares, min_amount).expect("an asset");
        self.send(&[redeem], &[user])
    }

    /// Shares of a user, raw units.
    pub fn shares_of(&self, user: &Keypair) -> u64 {
        self.world.balance_of(&user.pubkey(), &self.view.share_mint)
    }

    /// Creates a pool at the assets' prices, `dollars` a side, and registers it.
    pub fn add_route(&mut self, a: usize, b: usize, dollars: u64) -> usize {
        let pool = self.create_pool(a, b, dollars);
        self.register(&pool.address()).expect("the route is registered");
        self.pools.push(pool);
        self.pools.len() - 1
    }

    /// The admin registers a pool.
    pub fn register(&mut self, pool: &Pubkey) -> Result<Outcome, Failure> {
        let register = instruction::register_route(self.admin.pubkey(), self.view.address, *pool);
        let admin = self.admin.clone();
        self.send(&[register], &[&admin])
    }

    /// Creates a pool at the assets' prices, `dollars` a side.
    pub fn create_pool(&mut self, a: usize, b: usize, dollars: u64) -> TokenSwap {
        let [first, second] = [a, b].map(|index| self.assets[index].clone());
        let reserves = [first.units(dollars), second.units(dollars)];
        TokenSwap::create(&mut self.world, &format!("pool {a} {b}"), [first.mint, second.mint], reserves, Fees::default())
    }

    /// Moves a pool to the assets' present prices, keeping its product.
    pub fn arbitrage(&mut self, pool: usize) {
        let pool = self.pools[pool].clone();
        let [first, second] =
            pool.mints().map(|mint| self.assets.iter().find(|asset| asset.mint == mint).expect("an asset").clone());
        let reserves = pool.reserves(&self.world);
        let (ra, rb) = (reserves[0] as f64, reserves[1] as f64);
        let price = first.units(1_000_000) as f64 / second.units(1_000_000) as f64;
        let product = ra * rb;
        pool.set_reserves(&mut self.world, [(product * price).sqrt() as u64, (product / price).sqrt() as u64]);
    }

    /// A pool's route.
    pub fn route(&self, pool: usize) -> (Pubkey, Route) {
        self.route_of(&self.pools[pool].address())
    }

    /// The route of the pool at this address, which need not be one of [`pools`](Self::pools).
    pub fn route_of(&self, pool: &Pubkey) -> (Pubkey, Route) {
        let address = address::route(&self.view.address, pool);
        (address, decode::route(&self.world.account(&address).data).expect("a route"))
    }

    /// The keeper's instruction to rebalance on a pool's route.
    pub fn rebalance_instruction(&self, pool: usize, min_out: u64) -> Instruction {
        self.rebalance_instruction_of(&self.pools[pool].address(), min_out)
    }

    /// [`rebalance_instruction`](Self::rebalance_instruction) for the pool at this address.
    pub fn rebalance_instruction_of(&self, pool: &Pubkey, min_out: u64) -> Instruction {
        let (address, route) = self.route_of(pool);
        instruction::rebalance(self.keeper.pubkey(), &self.view, address, &route, min_out).expect("a route of this vault")
    }

    /// The keeper sends one instruction.
    pub fn keep(&mut self, instruction: Instruction) -> Result<Outcome, Failure> {
        let keeper = self.keeper.clone();
        self.send(&[instruction], &[&keeper])
    }

    /// The keeper rebalances on a pool's route.
    pub fn rebalance(&mut self, pool: usize) -> Result<Outcome, Failure> {
        self.keep(self.rebalance_instruction(pool, 0))
    }

    /// What a rebalance on a pool's route would do.
    pub fn preview(&self, pool: usize) -> Preview {
        self.preview_of(&self.pools[pool].address())
    }

    /// [`preview`](Self::preview) for the pool at this address.
    pub fn preview_of(&self, pool: &Pubkey) -> Preview {
        let (address, route) = self.route_of(pool);
        let preview = instruction::preview_rebalance(self.view.address, address, &route);
        let outcome = self.world.simulate(&[preview], &[]).expect("a preview always answers");
        let (_, data) = outcome.return_data.expect("return data");
        decode::preview(&data).expect("a preview")
    }
}

fn asset(world: &mut World, index: usize, spec: &AssetSpec) -> SceneAsset {
    let mint = world.create_mint(&format!("mint {index}"), &spec.mint);
    let price_account = world.keypair(&format!("price {index}")).pubkey();
    let feed = match spec.oracle {
        OracleKind::PythPull => [index as u8 + 1; 32],
        OracleKind::PythPush => price_account.to_bytes(),
    };
    SceneAsset { spec: spec.clone(), mint, price_account, feed }
}

/// The compute budget program's instruction that sets a transaction's limit.
pub fn compute_unit_limit(units: u32) -> Instruction {
    let mut data = vec![2];
    data.extend_from_slice(&units.to_le_bytes());
    Instruction { program_id: anchor_lang::pubkey!("ComputeBudget111111111111111111111111111111"), accounts: vec![], data }
}

/// The event of type `E` that a transaction emitted.
///
/// # Panics
/// Where it emitted none, or several.
#[track_caller]
pub fn event<E: Event + AnchorDeserialize + Discriminator>(outcome: &Outcome) -> E {
    let mut events = decode::events(&outcome.logs);
    assert_eq!(events.len(), 1, "one event of this type in {:#?}", outcome.logs);
    events.remove(0)
}

/// The number of one of the program's errors.
pub fn code(error: BallastError) -> u32 {
    error.into()
}

/// Asserts that a transaction failed with exactly this error of the program.
#[track_caller]
pub fn assert_error(result: Result<Outcome, Failure>, error: BallastError) {
    assert_code(result, code(error));
}

/// Asserts that a transaction failed with exactly this error number, of whatever program: Anchor's own, an AMM's.
#[track_caller]
pub fn assert_code(result: Result<Outcome, Failure>, code: u32) {
    let failure = result.err().unwrap_or_else(|| panic!("expected the error {code}, but the transaction succeeded"));
    assert_eq!(failure.code(), Some(code), "expected {code}, got {failure}");
}
