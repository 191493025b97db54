//! A vault with a trade to make, on a pool whose program does what a script says.

use {
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    anchor_spl::token_2022::spl_token_2022,
    ballast::{
        instructions::{DepositInKindArgs, Preview},
        token::TOKEN,
    },
    ballast_adversary::exits::{assert_everybody_can_leave, tokens},
    ballast_tests::{
        Failure, Keypair, Outcome,
        amm::{
            Pool,
            token_swap::{self, Fees, TokenSwap},
        },
        scene::{Config, Scene},
        token::MintConfig,
    },
    bare::{AccountRef, Cpi, encode},
    solana_transaction::{InstructionError, TransactionError},
    std::sync::Arc,
};

/// Dollars on each side of the pool.
const POOL_DOLLARS: u64 = 10_000_000;
/// Bytes of a pool's state; the hostile program reads its script from behind them.
const STATE_LEN: usize = 324;
/// First byte of the hostile program's own instruction.
const RESIZE: u8 = 255;

/// Offsets in Token Swap's pool state.
mod offset {
    pub const BUMP: usize = 2;
    pub const TOKEN_PROGRAM: usize = 3;
    pub const VAULT_A: usize = 35;
    pub const VAULT_B: usize = 67;
    pub const POOL_MINT: usize = 99;
    pub const MINT_A: usize = 131;
    pub const MINT_B: usize = 163;
    pub const FEE_ACCOUNT: usize = 195;
}

/// What the owner of an AMM wrote into a pool's state, and the route so pinned, in place of what belongs there: the AMM has
/// it at hand when the vault's authority signs.
#[derive(Clone, Copy)]
pub struct Planted {
    /// The pool itself, as it is.
    pub pool: Pubkey,
    /// The pool's vaults. Writable.
    pub vaults: [Pubkey; 2],
    /// In place of the pool's mint. Writable.
    pub pool_mint: Pubkey,
    /// In place of the account for fees. Writable.
    pub fee_account: Pubkey,
    /// In place of the token program. Read-only.
    pub token_program: Pubkey,
}

/// A vault whose second asset is to be sold for its first, and a depositor besides the admin.
pub struct Heist {
    pub scene: Scene,
    pub alice: Arc<Keypair>,
    pub pool: Pubkey,
    pub pool_authority: Pubkey,
    /// The trade that the vault has decided on.
    pub trade: Preview,
    /// The vault's reserve of the asset that is sold.
    pub sold: Pubkey,
    /// The vault's reserve of the asset that is bought.
    pub bought: Pubkey,
    /// The pool's vault of the asset that is sold.
    pub pool_sold: Pubkey,
    /// The pool's vault of the asset that is bought.
    pub pool_bought: Pubkey,
    /// What a swap is given, in Token Swap's order.
    pub accounts: [Pubkey; 10],
    bump: u8,
}

impl Heist {
    pub fn new() -> Self {
        Self::of(Config::pair())
    }

    pub fn of(config: Config) -> Self {
        Self::with(config, |_, _| {})
    }

    /// `plant` may change what the route pins.
    pub fn with(config: Config, plant: impl FnOnce(&mut Scene, &mut Planted)) -> Self {
        let mut scene = Scene::empty(config);
        let (pool, bump, vaults) = plant_pool(&mut scene, plant);
        scene.register(&pool.address()).unwrap();
        scene.refresh().unwrap();
        scene.seed(100_000);
        let alice = scene.user("alice", 100_000);
        let max_amounts = scene.assets.iter().map(|asset| asset.units(3_000)).collect();
        scene.deposit(&alice, DepositInKindArgs { max_amounts, min_shares: 0 }).unwrap();

        let doubled = 2 * scene.assets[1].spec.price_e8;
        scene.set_price(1, doubled);
        let reserves = [0, 1].map(|index| scene.assets[index].units(POOL_DOLLARS));
        vaults.iter().zip(reserves).for_each(|(vault, units)| set_units(&mut scene, vault, units));
        scene.pass(300);
        scene.settle_down();
        let trade = scene.preview_of(&pool.address());
        assert_eq!((trade.reason, trade.sell_asset, trade.buy_asset), (0, 1, 0));
        scene.world.deploy(&token_swap::PROGRAM, "hostile");

        let [bought, sold] = [0, 1].map(|asset: usize| scene.view.assets[asset].reserve);
        let [pool_bought, pool_sold] = vaults;
        let (_, route) = scene.route_of(&pool.address());
        let [state, pool_authority, _, _, pool_mint, fee_account, token_program] = *route.accounts() else {
            panic!("a route pins seven accounts")
        };
        let authority = scene.view.authority;
        let accounts =
            [state, pool_authority, authority, sold, pool_sold, pool_bought, bought, pool_mint, fee_account, token_program];
        let alice = Arc::new(alice);
        Heist { scene, alice, pool: state, pool_authority, trade, sold, bought, pool_sold, pool_bought, accounts, bump }
    }

    /// Rebalances; the AMM issues these instructions instead of swapping. Whatever the answer, nothing is lost.
    #[track_caller]
    pub fn swap_by(&self, script: &[Instruction]) -> Result<Outcome, Failure> {
        self.rebalance_and(script, self.scene.rebalance_instruction_of(&self.pool, 0), &[])
    }

    /// An honest swap, and then something else.
    #[track_caller]
    pub fn swap_and(&self, instruction: Instruction) -> Result<Outcome, Failure> {
        self.swap_by(&[self.take(self.trade.amount_in), self.give(self.trade.min_out), instruction])
    }

    /// As [`swap_by`](Self::swap_by), with the keeper's own `rebalance`, followed by other instructions in one transaction.
    #[track_caller]
    pub fn rebalance_and(
        &self,
        script: &[Instruction],
        rebalance: Instruction,
        later: &[Instruction],
    ) -> Result<Outcome, Failure> {
        self.attempt(script, rebalance, later).1
    }

    /// As [`rebalance_and`](Self::rebalance_and), and what became of the scene.
    #[track_caller]
    pub fn attempt(
        &self,
        script: &[Instruction],
        rebalance: Instruction,
        later: &[Instruction],
    ) -> (Scene, Result<Outcome, Failure>) {
        let mut scene = self.scene.clone();
        self.write_script(&mut scene, &self.pool, script);
        let before = scene.clone();
        let keeper = scene.keeper.clone();
        let result = scene.send(&[&[rebalance], later].concat(), &[&keeper]);
        self.assert_nothing_is_lost(&before, &scene, &result);
        (scene, result)
    }

    /// Appends a script to the account at `address`, which is the hostile program's.
    pub fn write_script(&self, scene: &mut Scene, address: &Pubkey, script: &[Instruction]) {
        let cpis: Vec<_> = script.iter().map(|instruction| self.cpi(instruction)).collect();
        let mut account = scene.world.find_account(address).unwrap_or_default();
        account.data.resize(STATE_LEN, 0);
        account.data.extend(encode(&cpis, &[vec![self.pool.to_bytes().to_vec(), vec![self.bump]]]));
        scene.world.write(address, &token_swap::PROGRAM, account.data);
    }

    /// An instruction as a script holds it.
    pub fn cpi(&self, instruction: &Instruction) -> Cpi {
        let index = |key: &Pubkey| self.accounts.iter().position(|account| account == key).expect("an account of a swap") as u8;
        let accounts = instruction.accounts.iter().map(|meta| AccountRef {
            index: index(&meta.pubkey),
            is_signer: meta.is_signer,
            is_writable: meta.is_writable,
        });
        Cpi { program: index(&instruction.program_id), accounts: accounts.collect(), data: instruction.data.clone() }
    }

    /// The token program that the route pins.
    pub fn token(&self) -> Pubkey {
        self.accounts[9]
    }

    /// Takes units of the sold asset by the vault's signature.
    pub fn take(&self, amount: u64) -> Instruction {
        self.transfer(&self.sold, &self.pool_sold, &self.scene.view.authority, amount)
    }

    /// Gives units of the bought asset by the pool's signature.
    pub fn give(&self, amount: u64) -> Instruction {
        self.transfer(&self.pool_bought, &self.bought, &self.pool_authority, amount)
    }

    /// Moves tokens by somebody's signature.
    #[allow(deprecated, reason = "the other one takes the mint, for which a swap has no place")]
    pub fn transfer(&self, from: &Pubkey, to: &Pubkey, owner: &Pubkey, amount: u64) -> Instruction {
        spl_token_2022::instruction::transfer(&self.token(), from, to, owner, &[], amount).unwrap()
    }

    /// The hostile program resizes an account of its own.
    pub fn resize(&self, account: &Pubkey, size: u16) -> Instruction {
        let mut data = vec![RESIZE];
        data.extend(size.to_le_bytes());
        Instruction { program_id: token_swap::PROGRAM, accounts: vec![AccountMeta::new(*account, false)], data }
    }

    /// A failed transaction changed nothing of the vault; a successful one left a vault that goes on. Everybody can leave.
    #[track_caller]
    fn assert_nothing_is_lost(&self, before: &Scene, after: &Scene, result: &Result<Outcome, Failure>) {
        let holders = [&*self.alice, &*self.scene.admin.clone()];
        assert_everybody_can_leave(after, &holders);
        if result.is_err() {
            let view = &self.scene.view;
            let reserves = view.assets.iter().map(|asset| asset.reserve);
            for address in reserves.chain([view.address, view.authority, view.share_mint, view.crank_fund]) {
                assert_eq!(after.world.find_account(&address), before.world.find_account(&address));
            }
            return;
        }
        let mut after = after.clone();
        let max_amounts = tokens(&after, &self.alice).iter().map(|units| units / 100).collect();
        after.deposit(&self.alice, DepositInKindArgs { max_amounts, min_shares: 0 }).expect("deposits go on");
        after.deposit_single(&self.alice, 0, self.scene.assets[0].units(10), 0).expect("one-asset deposits go on");
        after.redeem_single(&self.alice, 1, 10_000_000, 0).expect("one-asset redemptions go on");
        assert_everybody_can_leave(&after, &holders);
    }
}

/// A pool of the vault's first two assets with its bump and vaults: a real one of two other mints, its state rewritten.
fn plant_pool(scene: &mut Scene, plant: impl FnOnce(&mut Scene, &mut Planted)) -> (TokenSwap, u8, [Pubkey; 2]) {
    let stand_ins = ["stand-in a", "stand-in b"].map(|label| scene.world.create_mint(label, &MintConfig::spl(6)));
    let pool = TokenSwap::create(&mut scene.world, "pool", stand_ins, [1_000_000; 2], Fees::default());
    let assets = [0, 1].map(|index| scene.assets[index].clone());
    let vaults = assets.each_ref().map(|asset| scene.world.mint_to(&asset.mint, &pool.authority(), asset.units(POOL_DOLLARS)));
    let mut planted = Planted {
        pool: pool.address(),
        vaults,
        pool_mint: pool.pool_mint(),
        fee_account: pool.fee_account(),
        token_program: TOKEN,
    };
    plant(scene, &mut planted);

    let mut state = scene.world.account(&pool.address());
    let mut write = |offset: usize, key: Pubkey| state.data[offset..offset + 32].copy_from_slice(key.as_ref());
    write(offset::MINT_A, assets[0].mint);
    write(offset::MINT_B, assets[1].mint);
    write(offset::VAULT_A, planted.vaults[0]);
    write(offset::VAULT_B, planted.vaults[1]);
    write(offset::POOL_MINT, planted.pool_mint);
    write(offset::FEE_ACCOUNT, planted.fee_account);
    write(offset::TOKEN_PROGRAM, planted.token_program);
    let bump = state.data[offset::BUMP];
    scene.world.set_account(&pool.address(), state);
    (pool, bump, planted.vaults)
}

/// Sets what a token account holds, or an account that only looks like one.
fn set_units(scene: &mut Scene, address: &Pubkey, units: u64) {
    const AMOUNT: std::ops::Range<usize> = 64..72;
    let mut account = scene.world.account(address);
    account.data[AMOUNT].copy_from_slice(&units.to_le_bytes());
    scene.world.set_account(address, account);
}

/// Asserts that the first instruction after the compute budget's failed with exactly this error of the runtime.
#[track_caller]
pub fn assert_runtime_refuses(result: Result<Outcome, Failure>, expected: InstructionError) {
    let failure = result.expect_err("the runtime refuses");
    assert_eq!(failure.error, TransactionError::InstructionError(1, expected), "{failure}");
}
