//! Verdicts in tables, one for each instruction, with defaults by what an account is.

use {
    crate::{
        idl::Idl,
        stage::{Party, Scenario, Stage},
        substitution::{Attempt, Forger, Slot, Substitution, find},
        verdict::{Changes, Reference, Verdict},
    },
    anchor_lang::{error::ErrorCode, solana_program::instruction::Instruction},
    ballast_client::Pubkey,
    ballast_tests::{Failure, Signer, attack::Expected, scene::compute_unit_limit},
};

/// Compute units for every attempt.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

/// What an account is to its instruction, which decides how most substitutes are refused.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Signs. Anybody else's signature fails with this.
    Signer(Expected),
    /// Signs, and may be anybody.
    Anybody,
    /// Loaded as one of the program's accounts. The other vault's fails with this.
    Loaded(Expected),
    /// Compared with the only right address; every other one fails with this.
    Fixed(Expected),
    /// Read or written by somebody who tells by its content: every verdict is in its row.
    Free,
}

/// One account of an instruction.
pub struct Row {
    name: String,
    kind: Kind,
    exceptions: Vec<(Substitution, Verdict)>,
}

impl Row {
    /// An account with its kind's verdicts.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Row { name: name.into(), kind, exceptions: vec![] }
    }

    /// Another verdict than the kind's.
    pub fn but(mut self, substitution: Substitution, verdict: impl Into<Verdict>) -> Self {
        self.exceptions.push((substitution, verdict.into()));
        self
    }

    /// Another verdict than the kind's where each of these accounts of the instruction stands in.
    pub fn but_each(self, names: &[&str], verdict: impl Into<Verdict>) -> Self {
        let verdict = verdict.into();
        names.iter().fold(self, |row, name| row.but(Substitution::Duplicate((*name).to_owned()), verdict.clone()))
    }

    fn verdict(&self, attempt: &Attempt, index: usize) -> Option<Verdict> {
        let exception = self.exceptions.iter().find(|(substitution, _)| *substitution == attempt.substitution);
        exception.map(|(_, verdict)| verdict.clone()).or_else(|| self.kind.verdict(attempt, index))
    }
}

impl Kind {
    fn verdict(&self, attempt: &Attempt, index: usize) -> Option<Verdict> {
        let is_signed = attempt.instruction.accounts[index].is_signer;
        Some(match (self, &attempt.substitution) {
            (Kind::Signer(_) | Kind::Anybody, Substitution::ReadOnly) => return None,
            (Kind::Signer(_) | Kind::Anybody, _) if !is_signed => ErrorCode::AccountNotSigner.into(),
            (Kind::Signer(_) | Kind::Anybody, Substitution::Closed) => Verdict::Same("a signature needs no lamports"),
            (Kind::Signer(expected), _) => expected.clone().into(),
            (Kind::Anybody, _) => Verdict::Same("anybody may"),
            (Kind::Free, _) => return None,
            (_, Substitution::ReadOnly) => ErrorCode::ConstraintMut.into(),
            (Kind::Loaded(expected), Substitution::Counterpart) => expected.clone().into(),
            (Kind::Loaded(_), _) => refusal(&attempt.found).into(),
            (Kind::Fixed(_), _) if attempt.tampered.is_some() => return None,
            (Kind::Fixed(expected), _) => expected.clone().into(),
        })
    }
}

/// Anchor's answer to an account of another type.
fn refusal(found: &solana_account::Account) -> ErrorCode {
    match found.data.len() {
        _ if found.owner != ballast::ID => ErrorCode::AccountOwnedByWrongProgram,
        0..8 => ErrorCode::AccountDiscriminatorNotFound,
        _ => ErrorCode::AccountDiscriminatorMismatch,
    }
}

/// An instruction, a scene in which it succeeds, and its accounts.
pub struct Table {
    /// Its name in the IDL.
    pub name: &'static str,
    /// Sets the scene, for either vault.
    pub prepare: fn(&mut Party) -> Instruction,
    /// The IDL's accounts, then the remaining ones.
    pub rows: Vec<Row>,
}

impl Table {
    /// Tries everything. Returns the number of cases and what was wrong.
    pub fn run(&self, stage: &Stage, idl: &Idl) -> (usize, Vec<String>) {
        if let Err(problem) = self.check_rows(idl) {
            return (0, vec![problem]);
        }
        let mut scenario = stage.scenario(self.prepare);
        for (whose, instruction) in [("our", &scenario.valid), ("the attacker's", &scenario.twin)] {
            if let Err(failure) = scenario.try_out(instruction) {
                return (0, vec![format!("{}: {whose} instruction is to be valid: {failure}", self.name)]);
            }
            if instruction.accounts.len() != self.rows.len() {
                let (rows, accounts) = (self.rows.len(), instruction.accounts.len());
                return (0, vec![format!("{}: {rows} rows for {accounts} accounts: one row for each", self.name)]);
            }
        }
        let mut problems = idl.check_metas(self.name, &scenario.valid);
        let changes = scenario.try_out(&scenario.valid).expect("just tried");
        let reference = Reference::new(&scenario.valid, changes);
        let slots = self.slots(idl);
        let mut count = 0;
        for (index, row) in self.rows.iter().enumerate() {
            let attempts = Forger::attempts(&mut scenario, &slots, index, &idl.types);
            for (substitution, _) in &row.exceptions {
                if attempts.iter().all(|attempt| attempt.substitution != *substitution) {
                    problems
                        .push(format!("{}.{}: a verdict for {substitution:?}, which is no case: remove it", self.name, row.name));
                }
            }
            for attempt in &attempts {
                count += 1;
                let outcome = row.judge(&mut scenario, &reference, attempt, index);
                let case = || format!("{}.{} = {:?}", self.name, row.name, attempt.substitution);
                problems.extend(outcome.err().map(|problem| format!("{}: {problem}", case())));
            }
        }
        (count, problems)
    }

    /// One row an account of the IDL, in its order; the rest are remaining accounts.
    fn check_rows(&self, idl: &Idl) -> Result<(), String> {
        let Some(accounts) = idl.accounts(self.name) else {
            return Err(format!("{}: the IDL has no such instruction: remove its table", self.name));
        };
        for (index, account) in accounts.iter().enumerate() {
            let row = self.rows.get(index).map_or("nothing", |row| row.name.as_str());
            if row != account.name {
                return Err(format!("{}: add a row for its account {} before {row}", self.name, account.name));
            }
        }
        Ok(())
    }

    fn slots(&self, idl: &Idl) -> Vec<Slot> {
        let optional = idl.accounts(self.name).into_iter().flatten().map(|account| account.is_optional);
        let optional = optional.chain(std::iter::repeat(false));
        self.rows.iter().zip(optional).map(|(row, is_optional)| Slot { name: row.name.clone(), is_optional }).collect()
    }
}

impl Row {
    fn judge(&self, scenario: &mut Scenario, reference: &Reference, attempt: &Attempt, index: usize) -> Result<(), String> {
        let original = attempt.tampered.as_ref().map(|(address, tampered)| {
            let original = find(&scenario.world, address);
            scenario.world.set_account(address, tampered.clone());
            (*address, original)
        });
        let result = scenario.try_out(&attempt.instruction);
        let outcome = match self.verdict(attempt, index) {
            Some(verdict) => reference.judge(&verdict, &result, |key| find(&scenario.world, key)),
            None => Err(format!("add a verdict; what happened: {}", told(&result))),
        };
        if let Some((address, original)) = original {
            scenario.world.set_account(&address, original);
        }
        outcome
    }
}

fn told(result: &Result<Changes, Failure>) -> String {
    match result {
        Ok(_) => "it succeeded".to_owned(),
        Err(failure) => format!("{:?}", failure.error),
    }
}

impl Scenario {
    /// What an instruction would change. The fee is paid by nobody of the instruction, or they would lend it a signature.
    fn try_out(&self, instruction: &Instruction) -> Result<Changes, Failure> {
        let payer = self.world.payer.clone();
        let is_asked = |key: Pubkey| instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == key);
        let mut signers = vec![&*payer];
        for person in &self.people {
            let is_new = signers.iter().all(|signer| signer.pubkey() != person.pubkey());
            if is_asked(person.pubkey()) && is_new {
                signers.push(person);
            }
        }
        let instructions = [compute_unit_limit(MAX_COMPUTE_UNITS), instruction.clone()];
        let after = self.world.accounts_after(&instructions, &signers)?;
        let is_changed = |(key, account): &(Pubkey, _)| *key != payer.pubkey() && find(&self.world, key) != *account;
        Ok(after.into_iter().filter(is_changed).collect())
    }
}
