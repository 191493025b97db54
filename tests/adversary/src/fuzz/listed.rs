//! The program's published interface: which instructions there are, and which errors each one says it may return.

use {
    serde::Deserialize,
    std::collections::{BTreeMap, BTreeSet},
};

/// First number of the program's own errors, and of Anchor's.
const FIRST_OWN_ERROR: u32 = 6_000;
const FIRST_ANCHOR_ERROR: u32 = 100;

#[derive(Deserialize)]
struct Idl {
    instructions: Vec<Entry>,
    errors: Vec<ErrorEntry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    discriminator: Vec<u8>,
    #[serde(default)]
    docs: Vec<String>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    code: u32,
    name: String,
}

/// The interface, from the committed IDL.
pub struct Listed {
    instructions: BTreeMap<Vec<u8>, Instruction>,
    names: BTreeMap<u32, String>,
}

struct Instruction {
    name: String,
    errors: BTreeSet<String>,
    /// Whether it says that it may return another program's errors.
    has_foreign_errors: bool,
}

impl Listed {
    /// Reads the committed IDL.
    pub fn read() -> Self {
        let idl: Idl = serde_json::from_str(include_str!("../../../../idl/ballast.json")).expect("the committed IDL");
        let instructions = idl.instructions.into_iter().map(|entry| (entry.discriminator.clone(), Instruction::of(entry)));
        Listed {
            instructions: instructions.collect(),
            names: idl.errors.into_iter().map(|error| (error.code, error.name)).collect(),
        }
    }

    /// Every instruction's name.
    pub fn instructions(&self) -> impl Iterator<Item = &str> {
        self.instructions.values().map(|instruction| instruction.name.as_str())
    }

    /// The name of the instruction with this data, where there is one.
    pub fn name(&self, data: &[u8]) -> Option<&str> {
        Some(self.instruction(data)?.name.as_str())
    }

    /// What an error number is called.
    pub fn error(&self, code: u32) -> String {
        self.names.get(&code).map_or_else(|| code.to_string(), Clone::clone)
    }

    /// Whether the instruction with this data says that it may fail so.
    pub fn admits(&self, data: &[u8], code: u32) -> bool {
        let Some(instruction) = self.instruction(data) else { return true };
        match self.names.get(&code) {
            Some(name) => instruction.errors.contains(name) || self.refers(instruction, name),
            None => instruction.has_foreign_errors && !(FIRST_ANCHOR_ERROR..FIRST_OWN_ERROR).contains(&code),
        }
    }

    /// Whether another instruction, whose errors this one says to share, lists an error.
    fn refers(&self, instruction: &Instruction, error: &str) -> bool {
        let others = self.instructions.values().filter(|other| instruction.errors.contains(&format!("{}()", other.name)));
        others.into_iter().any(|other| other.errors.contains(error))
    }

    fn instruction(&self, data: &[u8]) -> Option<&Instruction> {
        self.instructions.get(data.get(..8)?)
    }
}

impl Instruction {
    /// What the documentation says after "Errors:".
    fn of(entry: Entry) -> Self {
        let docs = entry.docs.join(" ");
        let said = docs.split_once("Errors:").map_or("", |(_, said)| said);
        // Names are every second part.
        let errors = said.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let has_foreign_errors = ["token program's", "AMM's", "system program's"].iter().any(|whose| said.contains(whose));
        Instruction { name: entry.name, errors, has_foreign_errors }
    }
}
