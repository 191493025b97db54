//! Real AMM programs with pools of chosen reserves, and traders' instructions.

pub mod raydium_cpmm;
pub mod token_swap;

use {
    crate::{
        transaction::{Failure, Outcome},
        world::World,
    },
    anchor_lang::{Result as ProgramResult, prelude::Pubkey, solana_program::instruction::Instruction},
    ballast_core::pool,
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// A pool of two tokens, whatever its program.
pub trait Pool {
    /// The AMM program.
    fn program(&self) -> Pubkey;

    /// The account that holds the pool's state.
    fn address(&self) -> Pubkey;

    /// The two mints, in the pool's own order.
    fn mints(&self) -> [Pubkey; 2];

    /// The token accounts that hold the reserves, in the order of [`mints`](Self::mints).
    fn vaults(&self) -> [Pubkey; 2];

    /// What the pool trades with, in token units and in the order of [`mints`](Self::mints): its vaults less the fees it owes.
    fn reserves(&self, world: &World) -> [u64; 2];

    /// The units of the other token that the pool's published formula gives for `amount_in` units of `sell`.
    fn output(&self, world: &World, sell: &Pubkey, amount_in: u64) -> u64;

    /// A swap from `trader`'s associated token account of `sell` to that of the other token.
    fn swap(&self, trader: &Pubkey, sell: &Pubkey, amount_in: u64, minimum_out: u64) -> Instruction;

    /// Where `sell` and the other token are in [`mints`](Self::mints).
    ///
    /// # Panics
    /// Where the pool does not trade `sell`.
    fn sides(&self, sell: &Pubkey) -> (usize, usize) {
        match self.mints().iter().position(|mint| mint == sell) {
            Some(sell) => (sell, 1 - sell),
            None => panic!("the pool {} does not trade {sell}", self.address()),
        }
    }

    /// The pool as Ballast reads it: through its adapter, from the accounts that a route to it pins.
    ///
    /// # Errors
    /// What the adapter answered.
    fn as_read(&self, world: &World) -> ProgramResult<pool::Pool> {
        let (amm, pins) = ballast_client::pool::pins(self.address(), &world.account(&self.address()))?;
        // Authorities sign for the AMM without ever being created.
        let found = |key: Pubkey| (key, world.find_account(&key).unwrap_or_default());
        ballast_client::pool::of_pinned(amm, pins.accounts.into_iter().map(found).collect())
    }

    /// Moves the price at no cost: sets the reserves past the program. The mints' supplies stay as they are.
    fn set_reserves(&self, world: &mut World, reserves: [u64; 2]) {
        let before = self.reserves(world);
        for (side, vault) in self.vaults().iter().enumerate() {
            world.edit_token_account(vault, |state| state.amount = state.amount - before[side] + reserves[side]);
        }
    }
}

impl World {
    /// Sends `trader`'s swap through `pool`, whatever comes out.
    ///
    /// # Errors
    /// What the AMM answered.
    pub fn swap(
        &mut self,
        pool: &(impl Pool + ?Sized),
        trader: &Keypair,
        sell: &Pubkey,
        amount_in: u64,
    ) -> Result<Outcome, Failure> {
        self.send(&[pool.swap(&trader.pubkey(), sell, amount_in, 0)], &[trader])
    }
}
