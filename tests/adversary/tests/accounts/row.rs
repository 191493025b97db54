//! One account of an instruction, and what becomes of its substitutes.

use {
    crate::{
        substitution::{Attempt, Substitution},
        verdict::Verdict,
    },
    anchor_lang::error::ErrorCode,
    anchor_spl::{
        token::{self, spl_token::error::TokenError},
        token_2022,
    },
    ballast_client::Pubkey,
    solana_account::Account,
    solana_transaction::InstructionError,
};

/// The system program's "already in use".
const ALREADY_IN_USE: InstructionError = InstructionError::Custom(0);
/// The system program's "not enough lamports".
const NO_LAMPORTS: InstructionError = InstructionError::Custom(1);

/// What an account is to its instruction, which decides what becomes of most substitutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signs.
    Signer,
    /// Signs and pays for new accounts.
    Payer,
    /// Loaded by Anchor as one of the program's accounts; the row's verdict is for another vault's.
    Loaded,
    /// As `Loaded`, or as a mint, by what of Anchor also knows addresses without an account.
    Deserialized,
    /// Created here.
    New,
    /// Compared with the only right address.
    Fixed,
    /// A token account that its token program checks; the row's verdict is for others of the right mint.
    Tokens,
}

/// One account of an instruction.
pub struct Row {
    /// Its name: the IDL's, or what the suite calls a remaining account.
    pub name: String,
    kind: Kind,
    verdict: Verdict,
    exceptions: Vec<(Substitution, Verdict)>,
}

impl Row {
    /// An account. Where something else stands in for it, and the kind does not know better, the verdict is this.
    pub fn new(name: impl Into<String>, kind: Kind, verdict: impl Into<Verdict>) -> Self {
        Row { name: name.into(), kind, verdict: verdict.into(), exceptions: vec![] }
    }

    /// Another verdict for one substitution.
    pub fn but(mut self, substitution: Substitution, verdict: impl Into<Verdict>) -> Self {
        self.exceptions.push((substitution, verdict.into()));
        self
    }

    /// Another verdict where the instruction's account of this name stands in.
    pub fn but_for(self, name: impl Into<String>, verdict: impl Into<Verdict>) -> Self {
        self.but(Substitution::Duplicate(name.into()), verdict)
    }

    /// The first exception that no attempt needs.
    pub fn needless_exception(&self, attempts: &[Attempt]) -> Option<&Substitution> {
        let is_needless = |substitution: &&Substitution| attempts.iter().all(|attempt| attempt.substitution != **substitution);
        self.exceptions.iter().map(|(substitution, _)| substitution).find(is_needless)
    }

    /// What must become of an attempt on this account.
    pub fn verdict(&self, attempt: &Attempt) -> Verdict {
        let exception = self.exceptions.iter().find(|(substitution, _)| *substitution == attempt.substitution);
        exception.map_or_else(|| self.usual(attempt), |(_, verdict)| verdict.clone())
    }

    fn usual(&self, attempt: &Attempt) -> Verdict {
        let Attempt { substitution, right, found, .. } = attempt;
        match (self.kind, substitution) {
            // The runtime, where a program passes on more than it was given.
            (Kind::Payer | Kind::New, Substitution::ReadOnly) => InstructionError::PrivilegeEscalation.into(),
            (_, Substitution::ReadOnly) if attempt.is_remaining => InstructionError::PrivilegeEscalation.into(),
            (_, Substitution::ReadOnly) => ErrorCode::ConstraintMut.into(),
            (Kind::Signer | Kind::Payer, _) if !attempt.is_signed => ErrorCode::AccountNotSigner.into(),
            (Kind::Signer, Substitution::Closed) => Verdict::Gift("a signature needs no lamports"),
            (Kind::Payer, Substitution::Closed) => NO_LAMPORTS.into(),
            (Kind::New, Substitution::Occupied) => ALREADY_IN_USE.into(),
            (Kind::Loaded | Kind::Deserialized, Substitution::Counterpart | Substitution::OtherMint) => self.verdict.clone(),
            (Kind::Deserialized, _) if *found == Account::default() => ErrorCode::AccountNotInitialized.into(),
            (Kind::Loaded | Kind::Deserialized, _) => loader_error(right, found),
            (Kind::Fixed, Substitution::Closed | Substitution::Zeroed) if is_token_programs(right) => {
                token_error(right, found).into()
            }
            (Kind::Tokens, _) if !is_of_same_mint(right, found) => token_error(right, found).into(),
            _ => self.verdict.clone(),
        }
    }
}

/// Anchor's answer to an account that is not of the type it loads.
fn loader_error(right: &Account, found: &Account) -> Verdict {
    match () {
        () if found.owner != right.owner => ErrorCode::AccountOwnedByWrongProgram.into(),
        () if is_token_programs(right) => token_error(right, found).into(),
        () if found.data.is_empty() => ErrorCode::AccountDiscriminatorNotFound.into(),
        () => ErrorCode::AccountDiscriminatorMismatch.into(),
    }
}

fn is_token_programs(account: &Account) -> bool {
    [token::ID, token_2022::ID].contains(&account.owner)
}

/// The mint of a token account.
fn mint(account: &Account) -> Option<Pubkey> {
    let is_token_account = is_token_programs(account) && account.data.len() >= 165;
    is_token_account.then(|| Pubkey::try_from(&account.data[..32]).expect("an address"))
}

fn is_of_same_mint(right: &Account, found: &Account) -> bool {
    right.owner == found.owner && mint(right) == mint(found)
}

/// The answer of the right account's token program to another account.
fn token_error(right: &Account, found: &Account) -> InstructionError {
    let is_zeroed = found.owner == right.owner && found.data.iter().all(|byte| *byte == 0);
    let is_foreign = found.owner != right.owner;
    match () {
        // The program, which has borrowed it as its vault, cannot pass it on.
        () if found.owner == ballast::ID => InstructionError::AccountBorrowFailed,
        () if is_zeroed => InstructionError::UninitializedAccount,
        () if is_foreign && right.owner == token_2022::ID => InstructionError::IncorrectProgramId,
        // SPL Token leaves it to the runtime to see that it may not write to it.
        () if is_foreign && found.data.len() == right.data.len() => InstructionError::ExternalAccountDataModified,
        () if is_foreign || mint(found).is_some() != mint(right).is_some() => InstructionError::InvalidAccountData,
        () => InstructionError::Custom(TokenError::MintMismatch as u32),
    }
}
