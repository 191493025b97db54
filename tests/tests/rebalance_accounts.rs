//! `rebalance` and `preview_rebalance` with another list of accounts than the route's: each attempt fails with its exact error.

use {
    anchor_lang::{error::ErrorCode, prelude::AccountMeta, solana_program::instruction::Instruction},
    ballast::error::BallastError,
    ballast_client::instruction,
    ballast_tests::{
        Signer,
        amm::{
            Pool,
            token_swap::{Fees, TokenSwap},
        },
        attack::assert_fails,
        scene::{Config, Scene},
    },
};

/// Accounts of `rebalance` before the pinned ones.
const REBALANCE_PINS: usize = 8;
/// Accounts of `preview_rebalance` before the pinned ones.
const PREVIEW_PINS: usize = 2;
/// A vault that has a trade to make, with routes on two pools of its assets.
struct Stage {
    scene: Scene,
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
        Stage { scene }
    }

    fn preview(&self) -> Instruction {
        let (address, route) = self.scene.route(0);
        instruction::preview_rebalance(self.scene.view.address, address, &route)
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
        let extra = AccountMeta::new_readonly(self.scene.keeper.pubkey(), false);
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
    // The other route alone, with this pool's accounts.
    stage.assert_fails(&valid, BallastError::WrongRouteAccount, |accounts| accounts[2] = others[2].clone());
}

#[test]
fn preview_with_another_list_of_accounts_fails() {
    let stage = Stage::new();
    stage.assert_other_lists_fail(&stage.preview(), PREVIEW_PINS);
}
