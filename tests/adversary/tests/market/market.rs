//! The market that attacks are played on: a vault, a pool, an attacker with more money than either, and what each has gained
//! in the end at fair prices.

use {
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction},
    ballast::{
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::Asset,
    },
    ballast_client::instruction,
    ballast_core::limits,
    ballast_tests::{
        Failure, Keypair, Outcome, Signer,
        amm::{
            Pool,
            raydium_cpmm::{self, RaydiumCpmm},
            token_swap::{Fees, TokenSwap},
        },
        reference,
        scene::{Config, Scene},
    },
    std::{fmt::Debug, sync::Arc},
};

/// Dollars in the vault.
pub const VAULT_DOLLARS: u64 = 100_000;
/// Dollars that the attacker has of each asset.
const ATTACKER_DOLLARS: u64 = 100_000_000;
/// Least time between two rebalances.
pub const INTERVAL_SECS: u32 = limits::DEFAULT.min_interval_secs;
/// Basis points in a whole.
pub const BPS: i128 = 10_000;
/// No fees at all: what favours an attacker most.
pub const FREE: Fees = Fees { trade_bps: 0, owner_bps: 0 };

/// Two assets, half each, with the limits that a vault has unless it asks for others: entry and exit fees among them.
pub fn standard() -> Config {
    Config { limits: limits::DEFAULT, ..Config::pair() }
}

/// A vault whose only holder so far is the admin, a pool, and an attacker. A clone is an independent copy.
#[derive(Clone)]
pub struct Market {
    pub scene: Scene,
    pub pool: Arc<dyn Pool + Send + Sync>,
    pub attacker: Arc<Keypair>,
}

/// What an attack brought, in micro-dollars at fair prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// To the attacker.
    pub attacker_usd: i128,
    /// To those who were in the vault before and after it: negative for a loss.
    pub stayers_usd: i128,
    /// What the vault was worth before.
    pub nav_usd: i128,
}

impl Market {
    /// On Token Swap, `pool_dollars` a side.
    pub fn new(config: Config, pool_dollars: u64, fees: Fees) -> Self {
        let mut scene = Scene::empty(config);
        let mints = [0, 1].map(|index| scene.assets[index].mint);
        let reserves = [0, 1].map(|index| scene.assets[index].units(pool_dollars));
        let pool = TokenSwap::create(&mut scene.world, "market", mints, reserves, fees);
        Self::open(scene, Arc::new(pool))
    }

    /// On Raydium CPMM; `None` where its program file is not at hand, which is then said.
    pub fn raydium(config: Config, pool_dollars: u64) -> Option<Self> {
        let mut scene = Scene::empty(config);
        if !RaydiumCpmm::deploy(&mut scene.world) {
            println!("skipped: {} does not name Raydium CPMM's program file", raydium_cpmm::PROGRAM_FILE_VARIABLE);
            return None;
        }
        let mints = [0, 1].map(|index| scene.assets[index].mint);
        let reserves = [0, 1].map(|index| scene.assets[index].units(pool_dollars));
        let pool = RaydiumCpmm::create(&mut scene.world, 0, mints, reserves, raydium_cpmm::Fees::default());
        Some(Self::open(scene, Arc::new(pool)))
    }

    /// A vault that nobody has deposited in. The admin is the attacker, with money to be the first.
    pub fn unfunded(config: Config) -> Self {
        let mut scene = Scene::empty(config);
        let pool = Arc::new(scene.create_pool(0, 1, VAULT_DOLLARS));
        scene.refresh().expect("prices are fresh");
        scene.user("admin", ATTACKER_DOLLARS);
        Market { attacker: scene.admin.clone(), scene, pool }
    }

    fn open(mut scene: Scene, pool: Arc<dyn Pool + Send + Sync>) -> Self {
        scene.register(&pool.address()).expect("the route is registered");
        scene.refresh().expect("prices are fresh");
        scene.seed(VAULT_DOLLARS);
        let attacker = Arc::new(scene.user("mallory", ATTACKER_DOLLARS));
        Market { scene, pool, attacker }
    }

    /// Prices the second asset anew; honest traders bring the pool there, honest keepers the vault. What breakers look back on is
    /// as if this price had stood for long: they would only stand in an attacker's way.
    pub fn move_price(&mut self, price_e8: i64, secs: u32) {
        self.scene.set_price(1, price_e8);
        self.arbitrage();
        self.scene.pass(secs);
        self.scene.settle_down();
    }

    /// The second asset's fair price, in 10⁻⁸ dollars.
    pub fn price_e8(&self) -> i64 {
        self.scene.assets[1].spec.price_e8
    }

    /// Honest traders bring the pool to the fair prices, its product unchanged.
    pub fn arbitrage(&mut self) {
        let reserves = self.pool.reserves(&self.scene.world).map(|units| units as f64);
        let [first, second] = self.pool.mints().map(|mint| {
            let asset = self.scene.assets.iter().find(|asset| asset.mint == mint).expect("an asset");
            asset.units(1_000_000) as f64
        });
        let (product, price) = (reserves[0] * reserves[1], first / second);
        let fair = [(product * price).sqrt() as u64, (product / price).sqrt() as u64];
        self.pool.set_reserves(&mut self.scene.world, fair);
    }

    /// What somebody's tokens, and their part of the vault, are worth at fair prices.
    pub fn worth_usd(&self, who: &Keypair) -> i128 {
        let (vault, shares) = (self.scene.vault(), i128::from(self.scene.shares_of(who)));
        let worth = |(asset, index): (&Asset, usize)| {
            let part = i128::from(asset.balance) * shares / i128::from(vault.total_shares);
            let own = i128::from(self.scene.world.balance_of(&who.pubkey(), &asset.mint));
            self.value_usd(index, own + part)
        };
        vault.assets().iter().zip(0..).map(worth).sum()
    }

    /// What the vault is worth at fair prices.
    pub fn nav_usd(&self) -> i128 {
        let vault = self.scene.vault();
        vault.assets().iter().zip(0..).map(|(asset, index)| self.value_usd(index, i128::from(asset.balance))).sum()
    }

    /// What units of an asset are worth at its fair price.
    pub fn value_usd(&self, index: usize, units: i128) -> i128 {
        let spec = &self.scene.assets[index].spec;
        units * i128::from(spec.price_e8) / (100 * 10i128.pow(u32::from(spec.mint.decimals)))
    }

    /// What the pool's reserves are worth at fair prices.
    pub fn pool_usd(&self) -> i128 {
        let reserves = self.pool.mints().into_iter().zip(self.pool.reserves(&self.scene.world));
        reserves.map(|(mint, units)| self.value_usd(self.index(&mint), i128::from(units))).sum()
    }

    fn index(&self, mint: &Pubkey) -> usize {
        self.scene.assets.iter().position(|asset| asset.mint == *mint).expect("an asset of the vault")
    }

    /// Plays an attack on a copy: its gain at the prices that are fair at its end, or `None` where it does not come off.
    pub fn play(&self, attack: impl FnOnce(&mut Market) -> Option<()>) -> Option<Gain> {
        self.play_at(self.price_e8(), attack)
    }

    /// As [`play`](Self::play), where another price of the second asset is already fair: what was there before is worth that.
    pub fn play_at(&self, fair_e8: i64, attack: impl FnOnce(&mut Market) -> Option<()>) -> Option<Gain> {
        let worth = |market: &Market| {
            let mut fair = market.clone();
            fair.scene.assets[1].spec.price_e8 = fair_e8;
            [fair.worth_usd(&fair.attacker), fair.worth_usd(&fair.scene.admin), fair.nav_usd()]
        };
        let mut played = self.clone();
        let before = worth(self);
        attack(&mut played)?;
        let after = worth(&played);
        Some(Gain { attacker_usd: after[0] - before[0], stayers_usd: after[1] - before[1], nav_usd: before[2] })
    }

    /// The attacker's swap.
    pub fn swap_instruction(&self, sell: usize, amount_in: u64) -> Instruction {
        self.pool.swap(&self.attacker.pubkey(), &self.scene.assets[sell].mint, amount_in, 0)
    }

    /// Sends instructions of the attacker, who is also the keeper where one rebalances.
    pub fn send(&mut self, instructions: &[Instruction]) -> Result<Outcome, Failure> {
        let (attacker, keeper) = (self.attacker.clone(), self.scene.keeper.clone());
        let needs_keeper = instructions.iter().flat_map(|each| &each.accounts).any(|meta| meta.pubkey == keeper.pubkey());
        let signers: &[&Keypair] = if needs_keeper { &[&attacker, &keeper] } else { &[&attacker] };
        self.scene.send(instructions, signers)
    }

    /// The instruction that turns the crank.
    pub fn rebalance_instruction(&self) -> Instruction {
        self.scene.rebalance_instruction_of(&self.pool.address(), 0)
    }

    /// Turns the crank.
    pub fn crank(&mut self) -> Result<Outcome, Failure> {
        let crank = self.rebalance_instruction();
        self.send(&[crank])
    }

    /// In one transaction: pushes the pool by selling, has the vault trade, and sells back what the push bought. `None` where
    /// the vault does not trade.
    pub fn sandwich(&mut self, sell: usize, push: u64) -> Option<Outcome> {
        let buy = 1 - sell;
        let push = push.max(1);
        let back = self.pool.output(&self.scene.world, &self.scene.assets[sell].mint, push);
        let instructions = [self.swap_instruction(sell, push), self.rebalance_instruction(), self.swap_instruction(buy, back)];
        self.send(&instructions).ok()
    }

    /// The attacker deposits both assets in proportion, worth this much in all.
    pub fn join(&mut self, dollars: u64) {
        let attacker = self.attacker.clone();
        let max_amounts = self.scene.assets.iter().map(|asset| asset.units(dollars)).collect();
        self.scene.deposit(&attacker, DepositInKindArgs { max_amounts, min_shares: 0 }).expect("a deposit in kind");
    }

    /// The attacker leaves in kind with all shares.
    pub fn leave(&mut self) {
        let attacker = self.attacker.clone();
        let shares = self.scene.shares_of(&attacker);
        if shares > 0 {
            let args = RedeemInKindArgs { shares, min_amounts: vec![0; self.scene.assets.len()], skip_mask: 0, forfeit_mask: 0 };
            self.scene.redeem(&attacker, args).expect("a redemption in kind");
        }
    }

    /// The attacker deposits as much of one asset as the bands and `limit` allow; how much.
    pub fn deposit_most(&mut self, index: usize, limit: u64) -> u64 {
        let (vault, now) = (self.scene.vault(), self.scene.world.now());
        let own = self.scene.world.balance_of(&self.attacker.pubkey(), &self.scene.assets[index].mint);
        let amount = reference::largest_deposit(&vault, index, own.min(limit), now);
        let attacker = self.attacker.clone();
        match self.scene.deposit_single(&attacker, index as u8, amount, 0) {
            Ok(_) => amount,
            Err(_) => 0,
        }
    }

    /// The attacker redeems as many shares for one asset as the bands allow; how many.
    pub fn redeem_most(&mut self, index: usize) -> u64 {
        let (vault, now) = (self.scene.vault(), self.scene.world.now());
        let own = self.scene.shares_of(&self.attacker);
        let shares = reference::largest_redemption(&vault, index, own, now);
        let attacker = self.attacker.clone();
        match self.scene.redeem_single(&attacker, index as u8, shares, 0) {
            Ok(_) => shares,
            Err(_) => 0,
        }
    }

    /// The instruction that deposits one asset.
    pub fn deposit_single_instruction(&self, index: u8, amount: u64) -> Instruction {
        instruction::deposit_single(self.attacker.pubkey(), &self.scene.view, index, amount, 0).expect("an asset")
    }

    /// The instruction that redeems for one asset.
    pub fn redeem_single_instruction(&self, index: u8, shares: u64) -> Instruction {
        instruction::redeem_single(self.attacker.pubkey(), &self.scene.view, index, shares, 0).expect("an asset")
    }
}

/// Of all these choices, the one that gains the attacker most, said aloud; `None` where none comes off.
pub fn best<Choice: Copy + Debug>(
    name: &str,
    choices: impl IntoIterator<Item = Choice>,
    play: impl Fn(Choice) -> Option<Gain>,
) -> Option<(Choice, Gain)> {
    let gains = choices.into_iter().filter_map(|choice| Some((choice, play(choice)?)));
    let best = gains.max_by_key(|(_, gain)| gain.attacker_usd);
    match &best {
        Some((choice, gain)) => println!("{name}: best {choice:?}: {}", told(gain)),
        None => println!("{name}: never comes off"),
    }
    best
}

/// A gain in dollars and in parts of NAV.
pub fn told(gain: &Gain) -> String {
    let told = |usd: i128| format!("{:.6} $ ({:.3} bps of NAV)", usd as f64 / 1e6, usd as f64 / gain.nav_usd as f64 * 1e4);
    format!("attacker {}, stayers {}", told(gain.attacker_usd), told(gain.stayers_usd))
}
