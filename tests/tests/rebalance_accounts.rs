//! `rebalance` and `preview_rebalance` with any other account than theirs: each attempt fails with its exact error.

use {
    anchor_lang::{
        error::ErrorCode,
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    ballast::{error::BallastError, token::TOKEN},
    ballast_client::{VaultView, address, instruction},
    ballast_tests::{
        Keypair, Signer,
        amm::{
            Pool, raydium_cpmm,
            token_swap::{Fees, TokenSwap},
        },
        attack::{Attack, Guard, assert_fails},
        scene::{Config, Scene},
    },
    solana_transaction::InstructionError,
};

/// Accounts of `rebalance` before the pinned ones.
const REBALANCE_PINS: usize = 8;
/// Accounts of `preview_rebalance` before the pinned ones.
const PREVIEW_PINS: usize = 2;
/// What Token Swap pins, and a swap may write to it.
const PINS: [(&str, bool); 7] = [
    ("pool", false),
    ("swap authority", false),
    ("pool vault a", true),
    ("pool vault b", true),
    ("pool mint", true),
    ("fee account", true),
    ("token program", false),
];

/// A vault that has a trade to make, with routes on two pools of its assets, and an attacker's vault with a route on the
/// first of them.
struct Stage {
    scene: Scene,
    mallory: Keypair,
    theirs: VaultView,
}

impl Stage {
    fn new() -> Self {
        let mut scene = Scene::empty(Config::pair());
        scene.add_route(0, 1, 10_000_000);
        let mints = [0, 1].map(|index| scene.assets[index].mint);
        let reserves = scene.pools[0].reserves(&scene.world);
        let second = TokenSwap::create(&mut scene.world, "another pool", mints, reserves, Fees::default());
        scene.register(&second.address()).unwrap();
        scene.pools.push(second);
        scene.refresh().unwrap();
        scene.seed(100_000);
        scene.shift(&[(1, 10_000_000_000)], 300);

        let mallory = scene.user("mallory", 1_000);
        let theirs = scene.second_vault(&mallory);
        let register = instruction::register_route(mallory.pubkey(), theirs.address, scene.pools[0].address());
        scene.send(&[register], &[&mallory]).unwrap();
        Stage { scene, mallory, theirs }
    }

    fn preview(&self) -> Instruction {
        let (address, route) = self.scene.route(0);
        instruction::preview_rebalance(self.scene.view.address, address, &route)
    }

    /// A copy of an account that the attacker's own program owns.
    fn forge(&mut self, address: &Pubkey) -> Pubkey {
        let forged = self.scene.world.keypair(&format!("forged {address}")).pubkey();
        let data = self.scene.world.account(address).data;
        self.scene.world.write(&forged, &self.mallory.pubkey(), data);
        forged
    }

    fn vault(&mut self) -> Guard {
        let (vault, route) = (self.scene.view.address, self.scene.route(0).0);
        Guard::new("vault", ErrorCode::AccountOwnedByWrongProgram)
            .swap("another vault", self.theirs.address, BallastError::WrongRoute)
            .swap("the route", route, ErrorCode::AccountDiscriminatorMismatch)
            .swap("a forged copy", self.forge(&vault), ErrorCode::AccountOwnedByWrongProgram)
    }

    fn route(&mut self) -> Guard {
        let (vault, route) = (self.scene.view.address, self.scene.route(0).0);
        let others = address::route(&self.theirs.address, &self.scene.pools[0].address());
        Guard::new("route", ErrorCode::AccountOwnedByWrongProgram)
            .swap("another vault's route on the same pool", others, BallastError::WrongRoute)
            .swap("the vault's other route", self.scene.route(1).0, BallastError::WrongRouteAccount)
            .swap("the vault", vault, ErrorCode::AccountDiscriminatorMismatch)
            .swap("a forged copy", self.forge(&route), ErrorCode::AccountOwnedByWrongProgram)
    }

    fn authority(&self) -> Guard {
        Guard::new("authority", BallastError::WrongAccount)
            .swap("another vault's", self.theirs.authority, BallastError::WrongAccount)
            .swap("the vault itself", self.scene.view.address, BallastError::WrongAccount)
    }

    fn reserve(&self, name: &'static str, asset: usize) -> Guard {
        let view = &self.scene.view;
        let tokens = self.scene.world.token_address(&self.mallory.pubkey(), &view.assets[asset].mint);
        Guard::new(name, BallastError::WrongAccount)
            .swap("the attacker's tokens", tokens, BallastError::WrongAccount)
            .swap("another vault's reserve", self.theirs.assets[asset].reserve, BallastError::WrongAccount)
            .swap("the other asset's reserve", view.assets[1 - asset].reserve, BallastError::WrongAccount)
            .swap("the pool's tokens", self.scene.pools[0].vaults()[asset], BallastError::WrongAccount)
            .readonly(ErrorCode::ConstraintMut)
    }

    fn amm_program(&self) -> Guard {
        Guard::new("AMM program", BallastError::WrongAmmProgram)
            .swap("the vault's program", ballast::ID, BallastError::WrongAmmProgram)
            .swap("a token program", TOKEN, BallastError::WrongAmmProgram)
            .swap("another AMM", raydium_cpmm::PROGRAM, BallastError::WrongAmmProgram)
    }

    fn crank_fund(&self) -> Guard {
        Guard::new("crank fund", BallastError::WrongAccount)
            .swap("another vault's", self.theirs.crank_fund, BallastError::WrongAccount)
            .swap("the vault", self.scene.view.address, BallastError::WrongAccount)
            .readonly(ErrorCode::ConstraintMut)
    }

    /// The pinned accounts, the attacker replacing each by the other pool's and by tokens of every kind.
    fn pins(&self) -> Vec<Guard> {
        let [pins, others] = [0, 1].map(|pool| self.scene.route(pool).1.accounts().to_vec());
        let tokens = self.scene.world.token_address(&self.mallory.pubkey(), &self.scene.assets[0].mint);
        let guard = |position: usize| {
            let (name, _) = PINS[position];
            let guard = Guard::new(name, BallastError::WrongRouteAccount)
                .swap("the attacker's tokens", tokens, BallastError::WrongRouteAccount)
                .swap("the vault's reserve", self.scene.view.assets[0].reserve, BallastError::WrongRouteAccount)
                .swap("the next pin", pins[(position + 1) % pins.len()], BallastError::WrongRouteAccount);
            // Pools share the token program.
            match others[position] == pins[position] {
                true => guard,
                false => guard.swap("the other pool's", others[position], BallastError::WrongRouteAccount),
            }
        };
        assert_eq!(pins.len(), PINS.len());
        (0..pins.len()).map(guard).collect()
    }

    /// The keeper's instruction must fail after this change of its accounts.
    #[track_caller]
    fn assert_fails(&self, valid: &Instruction, error: BallastError, change: impl FnOnce(&mut Vec<AccountMeta>)) {
        let mut instruction = valid.clone();
        change(&mut instruction.accounts);
        assert_fails(self.scene.clone().keep(instruction), error);
    }

    /// The pinned accounts, from position `first` on, too many, too few or in another order.
    fn assert_other_lists_fail(&self, valid: &Instruction, first: usize) {
        let extra = AccountMeta::new_readonly(self.mallory.pubkey(), false);
        for position in first..valid.accounts.len() {
            self.assert_fails(valid, BallastError::AccountsMismatch, |accounts| {
                accounts.remove(position);
            });
            self.assert_fails(valid, BallastError::AccountsMismatch, |accounts| accounts.insert(position, extra.clone()));
        }
        for position in first + 1..valid.accounts.len() {
            self.assert_fails(valid, BallastError::WrongRouteAccount, |accounts| accounts.swap(position - 1, position));
        }
        self.assert_fails(valid, BallastError::AccountsMismatch, |accounts| accounts.push(extra));
        self.assert_fails(valid, BallastError::AccountsMismatch, |accounts| accounts.truncate(first));
        let mut short = valid.clone();
        short.accounts.truncate(first - 1);
        assert_fails(self.scene.clone().keep(short), ErrorCode::AccountNotEnoughKeys);
    }
}

#[test]
fn rebalance_with_any_other_account_fails() {
    let mut stage = Stage::new();
    let valid = stage.scene.rebalance_instruction(0, 0);
    let keeper = Guard::anybody("keeper").readonly(ErrorCode::ConstraintMut);
    let mut guards = vec![keeper, stage.vault().readonly(ErrorCode::ConstraintMut)];
    guards.push(stage.route().readonly(ErrorCode::ConstraintMut));
    guards.extend([stage.authority(), stage.reserve("reserve a", 0), stage.reserve("reserve b", 1), stage.amm_program()]);
    guards.push(stage.crank_fund());
    // What a swap writes to, the runtime demands to be writable.
    guards.extend(stage.pins().into_iter().zip(PINS).map(|(guard, (_, is_writable))| match is_writable {
        true => guard.readonly(InstructionError::PrivilegeEscalation),
        false => guard,
    }));
    let keeper = stage.scene.keeper.clone();
    Attack { scene: &stage.scene, valid, signers: vec![&keeper], stranger: &stage.mallory }.run(&guards);
}

#[test]
fn preview_with_any_other_account_fails() {
    let mut stage = Stage::new();
    let mut guards = vec![stage.vault(), stage.route()];
    guards.extend(stage.pins());
    let valid = stage.preview();
    Attack { scene: &stage.scene, valid, signers: vec![], stranger: &stage.mallory }.run(&guards);
}

#[test]
fn rebalance_with_another_list_of_accounts_fails() {
    let stage = Stage::new();
    let valid = stage.scene.rebalance_instruction(0, 0);
    stage.assert_other_lists_fail(&valid, REBALANCE_PINS);
    // All of the other pool's accounts, on this pool's route.
    let others = stage.scene.rebalance_instruction(1, 0).accounts;
    stage.assert_fails(&valid, BallastError::WrongRouteAccount, |accounts| {
        accounts[REBALANCE_PINS..].clone_from_slice(&others[REBALANCE_PINS..]);
    });
    stage.assert_fails(&valid, BallastError::WrongAccount, |accounts| accounts.swap(4, 5));
}

#[test]
fn preview_with_another_list_of_accounts_fails() {
    let stage = Stage::new();
    stage.assert_other_lists_fail(&stage.preview(), PREVIEW_PINS);
}
