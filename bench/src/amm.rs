//! The AMMs whose routes are measured.

use std::{env, fs, path::Path};

use anyhow::{Result, ensure};
use ballast_client::Pubkey;
use ballast_tests::{
    World,
    amm::{
        Pool,
        raydium_cpmm::{self, PROGRAM_FILE_VARIABLE, RaydiumCpmm},
        token_swap::{self, TokenSwap},
    },
};

pub use ballast_tests::amm::raydium_cpmm::PROGRAM_FILE_VARIABLE as RAYDIUM_FILE_VARIABLE;

/// How every program file begins.
const ELF: &[u8] = b"\x7fELF";

/// An AMM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amm {
    /// SPL Token Swap, which the project builds.
    TokenSwap,
    /// Raydium CPMM, whose program file the user brings.
    RaydiumCpmm,
}

impl Amm {
    /// The AMMs whose programs are here.
    pub fn available() -> Result<Vec<Self>> {
        let Some(file) = env::var_os(PROGRAM_FILE_VARIABLE) else { return Ok(vec![Self::TokenSwap]) };
        let file = Path::new(&file);
        let is_program = fs::read(file).is_ok_and(|bytes| bytes.starts_with(ELF));
        ensure!(is_program, "{PROGRAM_FILE_VARIABLE} names no program file: {}; correct or unset it", file.display());
        Ok(vec![Self::TokenSwap, Self::RaydiumCpmm])
    }

    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::TokenSwap => "spl_token_swap",
            Self::RaydiumCpmm => "raydium_cpmm",
        }
    }

    /// Creates a pool and returns its address.
    pub fn create_pool(self, world: &mut World, mints: [Pubkey; 2], reserves: [u64; 2]) -> Pubkey {
        match self {
            Self::TokenSwap => {
                TokenSwap::deploy(world);
                TokenSwap::create(world, "pool", mints, reserves, token_swap::Fees::default()).address()
            }
            Self::RaydiumCpmm => {
                assert!(RaydiumCpmm::deploy(world), "only available AMMs are measured");
                RaydiumCpmm::create(world, 0, mints, reserves, raydium_cpmm::Fees::default()).address()
            }
        }
    }
}
