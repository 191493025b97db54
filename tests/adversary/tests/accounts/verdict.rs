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

    /// Tells what differs from the verdict; `before` finds accounts as they were.
    pub fn judge(
        &self,
        verdict: &Verdict,
        result: &Result<Changes, Failure>,
        before: impl Fn(&Pubkey) -> Account,
    ) -> Result<(), String> {
        let changes = match (verdict, result) {
            (Verdict::Fails(expected), result) => return expected.check(result),
            (_, Err(failure)) => return Err(format!("is to be harmless ({verdict:?}), but failed: {}", failure.error)),
            (_, Ok(changes)) => changes,
        };
        let differs = |key: &&Pubkey| self.changes.get(key) != changes.get(key);
        let different: BTreeSet<&Pubkey> = self.changes.keys().chain(changes.keys()).filter(differs).collect();
        let harmed: Vec<&Pubkey> = match verdict {
            Verdict::Aside(_) => changes.iter().filter(|change| self.is_ours(change)).map(|(key, _)| key).collect(),
            Verdict::Gift(_) => {
                let after = |changes: &Changes, key: &Pubkey| changes.get(key).cloned().unwrap_or_else(|| before(key));
                let is_harm = |key: &Pubkey| self.is_loss(key, &after(&self.changes, key), &after(changes, key));
                different.into_iter().filter(|key| is_harm(key)).collect()
            }
            Verdict::Same(_) | Verdict::Fails(_) => different.into_iter().collect(),
        };
        match harmed.is_empty() {
            true => Ok(()),
            false => Err(format!("is to be harmless ({verdict:?}), but did to these what it should not: {harmed:?}")),
        }
    }

    fn is_ours(&self, (key, account): &(&Pubkey, &Account)) -> bool {
        self.changes.contains_key(key) || account.owner != ballast::ID
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

fn units(account: &Account) -> u64 {
    u64::from_le_bytes(account.data[64..72].try_into().expect("eight bytes"))
}
