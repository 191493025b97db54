//! What was tried, and how it went.

use std::{collections::BTreeMap, fmt};

/// How often each instruction was sent, by outcome: "done", or the name of an error.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Actions played.
    pub actions: u64,
    /// Histories played to their end.
    pub histories: u64,
    /// Times that everybody left.
    pub exits: u64,
    outcomes: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Tally {
    /// Counts one instruction.
    pub fn count(&mut self, instruction: &str, outcome: &str) {
        // Most are known already: no allocation for those.
        if let Some(count) = self.outcomes.get_mut(instruction).and_then(|outcomes| outcomes.get_mut(outcome)) {
            *count += 1;
            return;
        }
        *self.outcomes.entry(instruction.to_owned()).or_default().entry(outcome.to_owned()).or_default() += 1;
    }

    /// Adds another history's.
    pub fn add(&mut self, other: &Tally) {
        self.actions += other.actions;
        self.histories += other.histories;
        self.exits += other.exits;
        for (instruction, outcomes) in &other.outcomes {
            for (outcome, count) in outcomes {
                *self.outcomes.entry(instruction.clone()).or_default().entry(outcome.clone()).or_default() += count;
            }
        }
    }

    /// How often an instruction succeeded.
    pub fn done(&self, instruction: &str) -> u64 {
        self.outcomes.get(instruction).and_then(|outcomes| outcomes.get("done")).copied().unwrap_or(0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} actions in {} histories, {} exits of everybody", self.actions, self.histories, self.exits)?;
        for (instruction, outcomes) in &self.outcomes {
            let mut sorted: Vec<_> = outcomes.iter().collect();
            sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let told: Vec<_> = sorted.iter().take(12).map(|(outcome, count)| format!("{outcome} {count}")).collect();
            writeln!(formatter, "  {instruction}: {}", told.join(", "))?;
        }
        Ok(())
    }
}
