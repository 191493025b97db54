//! What the suite reads of the program's IDL.

use {anchor_lang::solana_program::instruction::Instruction, serde_json::Value};

/// The interface.
pub struct Idl {
    instructions: Vec<(String, Vec<Account>)>,
    /// The types of the program's accounts: name and discriminator.
    pub types: Vec<(String, Vec<u8>)>,
}

/// An account of an instruction.
pub struct Account {
    /// Its name.
    pub name: String,
    /// Whether it may be left out.
    pub is_optional: bool,
    is_writable: bool,
    is_signer: bool,
}

impl Idl {
    /// The committed one, which `cargo xtask test` compares with the program.
    pub fn read() -> Self {
        let idl: Value = serde_json::from_str(include_str!("../../../../idl/ballast.json")).expect("JSON");
        let instructions = list(&idl["instructions"]).iter().map(|instruction| {
            let accounts = list(&instruction["accounts"]).iter().flat_map(Account::read).collect();
            (text(&instruction["name"]), accounts)
        });
        let types = list(&idl["accounts"]).iter().map(|account| {
            let bytes = list(&account["discriminator"]).iter().map(|byte| byte.as_u64().expect("a byte") as u8);
            (text(&account["name"]), bytes.collect())
        });
        Idl { instructions: instructions.collect(), types: types.collect() }
    }

    /// The names of all instructions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.instructions.iter().map(|(name, _)| name.as_str())
    }

    /// The accounts of an instruction.
    pub fn accounts(&self, instruction: &str) -> Option<&[Account]> {
        self.instructions.iter().find(|(name, _)| name == instruction).map(|(_, accounts)| accounts.as_slice())
    }

    /// Fails where the client's instruction asks for other privileges than the program.
    pub fn check_privileges(&self, name: &str, instruction: &Instruction) -> Result<(), String> {
        for (account, meta) in self.accounts(name).unwrap_or_default().iter().zip(&instruction.accounts) {
            let is_left_out = account.is_optional && meta.pubkey == ballast::ID;
            let is_same = (account.is_writable, account.is_signer) == (meta.is_writable, meta.is_signer);
            if !is_left_out && !is_same {
                return Err(format!("{name}: the client's privileges of {} are not the IDL's", account.name));
            }
        }
        Ok(())
    }
}

impl Account {
    /// An account, or those of a group.
    fn read(account: &Value) -> Vec<Self> {
        if let Some(group) = account["accounts"].as_array() {
            return group.iter().flat_map(Account::read).collect();
        }
        let is = |key: &str| account[key].as_bool() == Some(true);
        vec![Account {
            name: text(&account["name"]),
            is_optional: is("optional"),
            is_writable: is("writable"),
            is_signer: is("signer"),
        }]
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name").to_owned()
}
