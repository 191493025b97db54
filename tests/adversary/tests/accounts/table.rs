//! One instruction, with a verdict for every case.

use {
    crate::{
        idl::Idl,
        row::Row,
        scenario::Scenario,
        stage::{Party, Stage},
        substitution::{Forger, Slot},
        verdict::Reference,
    },
    anchor_lang::solana_program::instruction::Instruction,
    std::iter,
};

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
    /// Tries everything and returns the number of cases.
    ///
    /// # Errors
    /// All that is not as the table says.
    pub fn run(&self, stage: &Stage, idl: &Idl) -> Result<usize, Vec<String>> {
        self.check_rows(idl).map_err(|problem| vec![problem])?;
        let mut scenario = stage.scenario(self.prepare);
        self.check_instructions(&scenario, idl).map_err(|problem| vec![problem])?;
        let (count, problems) = self.attack(&mut scenario, idl);
        if problems.is_empty() { Ok(count) } else { Err(problems) }
    }

    /// One row an account of the IDL, in its order; the rest are remaining accounts.
    fn check_rows(&self, idl: &Idl) -> Result<(), String> {
        let Some(accounts) = idl.accounts(self.name) else {
            return Err(format!("{}: the IDL has no such instruction: remove its table", self.name));
        };
        for (index, account) in accounts.iter().enumerate() {
            let row = self.rows.get(index).map_or("nothing", |row| row.name.as_str());
            if row != account.name {
                return Err(format!("{}: the IDL's account {} has no row: add one in place of {row}", self.name, account.name));
            }
        }
        Ok(())
    }

    fn check_instructions(&self, scenario: &Scenario, idl: &Idl) -> Result<(), String> {
        let name = self.name;
        for (whose, instruction) in [("our", &scenario.valid), ("the attacker's", &scenario.twin)] {
            let (rows, accounts) = (self.rows.len(), instruction.accounts.len());
            if rows != accounts {
                return Err(format!("{name}: {rows} rows for {accounts} accounts of {whose} instruction: one row for each"));
            }
            scenario.try_out(instruction).map_err(|failure| format!("{name}: {whose} instruction must succeed: {failure}"))?;
        }
        idl.check_privileges(name, &scenario.valid)
    }

    /// Tries every substitution of every account.
    fn attack(&self, scenario: &mut Scenario, idl: &Idl) -> (usize, Vec<String>) {
        let changes = scenario.try_out(&scenario.valid).expect("the instruction is valid");
        let reference = Reference::new(&scenario.valid, changes);
        let slots = self.slots(idl);
        let (mut count, mut problems) = (0, vec![]);
        for (index, row) in self.rows.iter().enumerate() {
            let attempts = Forger::attempts(scenario, &slots, index, &idl.types);
            if let Some(substitution) = row.needless_exception(&attempts) {
                problems.push(format!("{}.{}: a verdict for {substitution:?}, which is no case", self.name, row.name));
            }
            count += attempts.len();
            for attempt in &attempts {
                let result = scenario.try_attempt(attempt);
                let outcome = reference.judge(&row.verdict(attempt), &result, |key| scenario.find(key));
                let told = |problem| format!("{}.{} = {:?}: {problem}", self.name, row.name, attempt.substitution);
                problems.extend(outcome.err().map(told));
            }
        }
        (count, problems)
    }

    fn slots(&self, idl: &Idl) -> Vec<Slot> {
        let accounts = idl.accounts(self.name).unwrap_or_default();
        let declared = accounts.iter().map(Some).chain(iter::repeat(None));
        let slot = |(row, account): (&Row, Option<&crate::idl::Account>)| Slot {
            name: row.name.clone(),
            is_optional: account.is_some_and(|account| account.is_optional),
            is_remaining: account.is_none(),
        };
        self.rows.iter().zip(declared).map(slot).collect()
    }
}
