//! A chain as the fuzzer sees it: the real virtual machine, or the program compiled for the host.

use {
    anchor_lang::{
        prelude::{Clock, Pubkey},
        solana_program::instruction::Instruction,
    },
    solana_account::Account,
    std::fmt,
};

/// A chain with the vault's program, the token programs and an AMM.
pub trait Chain {
    /// The clock that programs see.
    fn clock(&self) -> Clock;

    /// Lets time pass.
    fn advance(&mut self, secs: u32);

    /// The account at an address, if there is one.
    fn find(&self, address: &Pubkey) -> Option<Account>;

    /// Replaces an account past all programs.
    fn write(&mut self, address: &Pubkey, account: Account);

    /// Runs a transaction: all of it or nothing. Whoever an instruction names as signer has signed.
    ///
    /// # Errors
    /// Why it failed; nothing has changed then.
    fn send(&mut self, instructions: &[Instruction]) -> Result<(), Failed>;

    /// An independent copy.
    fn fork(&self) -> Box<dyn Chain>;
}

/// Why a transaction failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// A program's own error number.
    Code(u32),
    /// Another error of a program or of the runtime.
    Refused(String),
    /// A program panicked, or used up its compute units or memory.
    Crashed(String),
}

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failed::Code(code) => write!(formatter, "error {code}"),
            Failed::Refused(reason) => write!(formatter, "refused: {reason}"),
            Failed::Crashed(reason) => write!(formatter, "crashed: {reason}"),
        }
    }
}
