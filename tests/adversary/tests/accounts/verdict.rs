//! What must become of an instruction with a substituted account, and whether it did.

use {
    anchor_lang::solana_program::instruction::Instruction,
    anchor_spl::{token, token_2022},
    ballast_client::Pubkey,
    ballast_tests::{Failure, attack::Expected},
    solana_account::Account,
    std::collections::{BTreeMap, BTreeSet},
};

/// The accounts that an instruction changed, as they are afterwards.
pub type Changes = BTreeMap<Pubkey, Account>;

/// What must become of an instruction. Whatever succeeds says why that harms nobody.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It fails with this error.
    Fails(Expected),
    /// It does exactly what the valid one does.
    Same(&'static str),
    /// The vault's accounts are as after the valid one, and nobody but its signers has less than after it.
    Gift(&'static str),
    /// It acts on another vault, as anybody may: no account that the valid one changes has changed, nor any token account.
    Aside(&'static str),
    /// It notes something in the program's own accounts, and nobody's money has moved.
    Unmoved(&'static str),
}

impl<E: Into<Expected>> From<E> for Verdict {
    fn from(error: E) -> Self {
        Verdict::Fails(error.into())
    }
}

/// What the valid instruction did, against which harmless ones are compared.
pub struct Reference {
    /// What it changed.
    pub changes: Changes,
    /// Who signed it: they may give away what is theirs.
    pub signers: BTreeSet<Pubkey>,
}

impl Reference {
    /// What `valid` did.
    pub fn new(valid: &Instruction, changes: Changes) -> Self {
        let signers = valid.accounts.iter().filter(|meta| meta.is_signer).map(|meta| meta.pubkey).collect();
        Reference { changes, signers }
    }

    /// Compares what became of an attempt with the verdict; `before` finds accounts as they were.
    ///
    /// # Errors
    /// What is not as it must be.
    pub fn judge(
        &self,
        verdict: &Verdict,
        result: &Result<Changes, Failure>,
        before: impl Fn(&Pubkey) -> Account,
    ) -> Result<(), String> {
        let (reason, harmed) = match (verdict, result) {
            (Verdict::Fails(expected), _) => return expected.check(result),
            (Verdict::Same(reason), Ok(changes)) => (reason, self.differences(changes).collect()),
            (Verdict::Gift(reason), Ok(changes)) => (reason, self.losses(changes, before)),
            (Verdict::Aside(reason), Ok(changes)) => (reason, outside(changes, |key| !self.changes.contains_key(key))),
            (Verdict::Unmoved(reason), Ok(changes)) => (reason, outside(changes, |_| true)),
            (harmless, Err(failure)) => return Err(format!("must succeed ({harmless:?}), but fails: {failure}")),
        };
        match harmed.is_empty() {
            true => Ok(()),
            false => Err(format!("must be harmless, since {reason}, but these are not as they must be: {harmed:?}")),
        }
    }

    fn differences<'a>(&'a self, changes: &'a Changes) -> impl Iterator<Item = &'a Pubkey> {
        let all: BTreeSet<_> = self.changes.keys().chain(changes.keys()).collect();
        all.into_iter().filter(|key| self.changes.get(*key) != changes.get(*key))
    }

    fn losses<'a>(&'a self, changes: &'a Changes, before: impl Fn(&Pubkey) -> Account) -> Vec<&'a Pubkey> {
        let after = |changes: &Changes, key: &Pubkey| changes.get(key).cloned().unwrap_or_else(|| before(key));
        let is_loss = |key: &&Pubkey| self.is_loss(key, &after(&self.changes, key), &after(changes, key));
        self.differences(changes).filter(is_loss).collect()
    }

    /// Whether an account is worse off than after the valid instruction, or one that has to be the same is not.
    fn is_loss(&self, key: &Pubkey, valid: &Account, now: &Account) -> bool {
        let is_token_account = [token::ID, token_2022::ID].contains(&valid.owner) && valid.data.len() > 164;
        if is_token_account {
            let is_signers = self.signers.iter().any(|signer| valid.data[32..64] == *signer.as_ref());
            return !is_signers && units(now) < units(valid);
        }
        let is_wallet = valid.data.is_empty();
        if is_wallet { !self.signers.contains(key) && now.lamports < valid.lamports } else { now != valid }
    }
}

/// The changed accounts that are not the program's, or not to be changed.
fn outside(changes: &Changes, may_change: impl Fn(&Pubkey) -> bool) -> Vec<&Pubkey> {
    let is_inside = |key: &Pubkey, account: &Account| account.owner == ballast::ID && may_change(key);
    changes.iter().filter(|(key, account)| !is_inside(key, account)).map(|(key, _)| key).collect()
}

fn units(account: &Account) -> u64 {
    u64::from_le_bytes(account.data[64..72].try_into().expect("eight bytes"))
}
