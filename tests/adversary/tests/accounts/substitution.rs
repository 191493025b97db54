//! Every way to pass another account than the right one, or to pass the right one wrongly.

use {
    crate::stage::Scenario,
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, system_program},
    anchor_spl::{
        token,
        token_2022::{
            self,
            spl_token_2022::{extension::StateWithExtensions, state::Account as TokenAccount},
        },
    },
    ballast_tests::{Signer, World, token::MintConfig},
    solana_account::Account,
};

/// Bytes of an anchor account's type.
const DISCRIMINATOR_LEN: usize = 8;
/// More units than any instruction moves.
const MANY_UNITS: u64 = 1_000_000_000_000;

/// One way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Substitution {
    /// The account at this place of the same instruction for another vault. A counterpart that must sign does.
    Counterpart,
    /// A stranger's wallet, which signs where the account must.
    Stranger,
    /// The same data in an account of another program.
    LookAlike,
    /// Another mint; for a token account, one of the same owner and another mint.
    OtherMint,
    /// A stranger's account of the same mint.
    OtherOwner,
    /// The same data with the discriminator of another type of the program's accounts.
    OtherType(String),
    /// A program of the attacker's.
    FakeProgram,
    /// The other token program.
    OtherTokenProgram,
    /// The instruction's account of this name.
    Duplicate(String),
    /// Not writable.
    ReadOnly,
    /// Without its signature.
    Unsigned,
    /// The right address, without data and lamports.
    Closed,
    /// The right address and owner, all data zero.
    Zeroed,
    /// The right address, which must be empty, taken by an account of the program.
    Occupied,
    /// Left out: the program's own address, as Anchor has it.
    Absent,
}

/// An instruction with one account substituted.
pub struct Attempt {
    /// How.
    pub substitution: Substitution,
    /// The instruction.
    pub instruction: Instruction,
    /// What stands at the right address meanwhile, where that is the substitution.
    pub tampered: Option<(Pubkey, Account)>,
    /// The account that the instruction finds.
    pub found: Account,
}

/// What an account is called, and what the IDL tells of it.
pub struct Slot {
    /// Its name.
    pub name: String,
    /// Whether Anchor lets it be left out.
    pub is_optional: bool,
}

/// Generates the attempts on one account.
pub struct Forger<'a> {
    scenario: &'a mut Scenario,
    slots: &'a [Slot],
    index: usize,
    attempts: Vec<Attempt>,
}

impl<'a> Forger<'a> {
    /// Every attempt on the account at `index`. What they need is written to the scenario's chain; `types` are the
    /// discriminators of the program's accounts.
    pub fn attempts(scenario: &'a mut Scenario, slots: &'a [Slot], index: usize, types: &[(String, Vec<u8>)]) -> Vec<Attempt> {
        let mut forger = Forger { scenario, slots, index, attempts: vec![] };
        forger.forge_by_privilege();
        forger.forge_by_address();
        forger.forge_by_content(types);
        forger.forge_in_place();
        forger.attempts
    }

    fn world(&mut self) -> &mut World {
        &mut self.scenario.world
    }

    fn right(&self) -> Pubkey {
        self.scenario.valid.accounts[self.index].pubkey
    }

    fn account(&self) -> Account {
        find(&self.scenario.world, &self.right())
    }

    fn forge_by_privilege(&mut self) {
        let (valid, found) = (self.scenario.valid.clone(), self.account());
        let mut add = |substitution, edit: fn(&mut anchor_lang::prelude::AccountMeta)| {
            let mut instruction = valid.clone();
            edit(&mut instruction.accounts[self.index]);
            self.attempts.push(Attempt { substitution, instruction, tampered: None, found: found.clone() });
        };
        let meta = &valid.accounts[self.index];
        if meta.is_writable {
            add(Substitution::ReadOnly, |meta| meta.is_writable = false);
        }
        if meta.is_signer {
            add(Substitution::Unsigned, |meta| meta.is_signer = false);
        }
    }

    fn forge_by_address(&mut self) {
        self.replace(Substitution::Counterpart, self.scenario.twin.accounts[self.index].pubkey);
        self.replace(Substitution::Stranger, self.scenario.people[0].pubkey());
        for other in 0..self.scenario.valid.accounts.len() {
            let substitute = self.scenario.valid.accounts[other].pubkey;
            let is_first = self.scenario.valid.accounts[..other].iter().all(|meta| meta.pubkey != substitute);
            if is_first {
                self.replace(Substitution::Duplicate(self.slots[other].name.clone()), substitute);
            }
        }
        if self.slots[self.index].is_optional {
            self.replace(Substitution::Absent, ballast::ID);
        }
        let right = self.right();
        if self.account().executable {
            let fake = self.fresh("fake program");
            self.world().deploy(&fake, "spl_token_swap");
            self.replace(Substitution::FakeProgram, fake);
        }
        if right == token::ID {
            self.replace(Substitution::OtherTokenProgram, token_2022::ID);
        } else if right == token_2022::ID {
            self.replace(Substitution::OtherTokenProgram, token::ID);
        }
    }

    fn forge_by_content(&mut self, types: &[(String, Vec<u8>)]) {
        let (account, attacker) = (self.account(), self.scenario.people[0].pubkey());
        let is_signer = self.scenario.valid.accounts[self.index].is_signer;
        if !is_signer && !account.executable {
            self.forge(Substitution::LookAlike, &Account { owner: attacker, ..account.clone() });
        }
        if account.owner == ballast::ID {
            for (name, discriminator) in types.iter().filter(|(_, type_)| !account.data.starts_with(type_)) {
                let mut other = account.clone();
                other.data[..DISCRIMINATOR_LEN].copy_from_slice(discriminator);
                self.forge(Substitution::OtherType(name.clone()), &other);
            }
        }
        if ![token::ID, token_2022::ID].contains(&account.owner) || account.executable {
            return;
        }
        let mint = self.forge_mint(&account);
        match StateWithExtensions::<TokenAccount>::unpack(&account.data) {
            Ok(state) => {
                self.forge_tokens(Substitution::OtherMint, &state.base.owner, &mint);
                self.forge_tokens(Substitution::OtherOwner, &attacker, &state.base.mint);
            }
            Err(_) => self.replace(Substitution::OtherMint, mint),
        }
    }

    fn forge_in_place(&mut self) {
        let (right, account) = (self.right(), self.account());
        let meta = &self.scenario.valid.accounts[self.index];
        if account == Account::default() {
            if meta.is_writable {
                let lamports = ballast_tests::world::WALLET_LAMPORTS;
                let data = vec![0; DISCRIMINATOR_LEN];
                self.tamper(Substitution::Occupied, right, Account { lamports, owner: ballast::ID, data, ..account });
            }
        } else if !account.executable {
            self.tamper(Substitution::Closed, right, Account::default());
            if !account.data.is_empty() {
                let data = vec![0; account.data.len()];
                self.tamper(Substitution::Zeroed, right, Account { data, ..account });
            }
        }
    }

    /// The account at another address. It is not asked to sign where nobody can.
    fn replace(&mut self, substitution: Substitution, substitute: Pubkey) {
        if substitute == self.right() {
            return;
        }
        let mut instruction = self.scenario.valid.clone();
        let meta = &mut instruction.accounts[self.index];
        meta.pubkey = substitute;
        meta.is_signer &= self.scenario.people.iter().any(|person| person.pubkey() == substitute);
        let found = find(&self.scenario.world, &substitute);
        self.attempts.push(Attempt { substitution, instruction, tampered: None, found });
    }

    fn tamper(&mut self, substitution: Substitution, right: Pubkey, account: Account) {
        let instruction = self.scenario.valid.clone();
        self.attempts.push(Attempt { substitution, instruction, tampered: Some((right, account.clone())), found: account });
    }

    fn forge(&mut self, substitution: Substitution, account: &Account) {
        let address = self.fresh(&format!("{substitution:?}"));
        self.world().set_account(&address, account.clone());
        self.replace(substitution, address);
    }

    fn forge_mint(&mut self, like: &Account) -> Pubkey {
        let config = MintConfig { program: like.owner, ..MintConfig::spl(6) };
        let label = format!("another mint in place of {}", self.right());
        self.world().create_mint(&label, &config)
    }

    fn forge_tokens(&mut self, substitution: Substitution, owner: &Pubkey, mint: &Pubkey) {
        let address = self.fresh(&format!("{substitution:?}"));
        self.world().write_token_account(&address, owner, mint);
        self.world().mint_into(&address, MANY_UNITS);
        self.replace(substitution, address);
    }

    /// An address that depends on the account and on what stands in for it.
    fn fresh(&mut self, what: &str) -> Pubkey {
        let label = format!("{what} of {}", self.right());
        self.world().keypair(&label).pubkey()
    }
}

/// The account at an address, as programs see it: where there is none, an empty one of the system program.
pub fn find(world: &World, address: &Pubkey) -> Account {
    world.find_account(address).unwrap_or(Account { owner: system_program::ID, ..Account::default() })
}
