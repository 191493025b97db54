//! Every way to pass another account than the right one, or to pass the right one wrongly.

use {
    crate::scenario::Scenario,
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    anchor_spl::{
        token,
        token_2022::{
            self,
            spl_token_2022::{extension::StateWithExtensions, state::Account as TokenAccount},
        },
    },
    ballast_tests::{Signer, token::MintConfig},
    solana_account::Account,
};

/// Bytes of an anchor account's type.
const DISCRIMINATOR_LEN: usize = 8;
/// More lamports than any account needs for its rent.
const RENT: u64 = 1_000_000_000;
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
    /// The account that belongs there.
    pub right: Account,
    /// The account that the instruction finds there.
    pub found: Account,
    /// The right address, where `found` stands at it for the time being.
    pub tampered: Option<Pubkey>,
    /// Whether the account signs.
    pub is_signed: bool,
    /// Whether it is a remaining account, which Anchor does not look at.
    pub is_remaining: bool,
}

/// What an account is called, and what the IDL tells of it.
pub struct Slot {
    /// Its name.
    pub name: String,
    /// Whether Anchor lets it be left out.
    pub is_optional: bool,
    /// Whether it is not in the IDL.
    pub is_remaining: bool,
}

/// Generates the attempts on one account.
pub struct Forger<'a> {
    scenario: &'a mut Scenario,
    slots: &'a [Slot],
    index: usize,
    right: Pubkey,
    account: Account,
    attempts: Vec<Attempt>,
}

impl<'a> Forger<'a> {
    /// Every attempt on the account at `index`. What they need is written to the scenario's chain; `types` are the
    /// discriminators of the program's accounts.
    pub fn attempts(scenario: &'a mut Scenario, slots: &'a [Slot], index: usize, types: &[(String, Vec<u8>)]) -> Vec<Attempt> {
        let right = scenario.valid.accounts[index].pubkey;
        let account = scenario.find(&right);
        let mut forger = Forger { scenario, slots, index, right, account, attempts: vec![] };
        forger.take_privileges();
        forger.pass_others();
        forger.pass_programs();
        forger.pass_forgeries(types);
        forger.pass_tokens();
        forger.tamper();
        forger.attempts
    }

    fn take_privileges(&mut self) {
        let meta = self.scenario.valid.accounts[self.index].clone();
        if meta.is_writable {
            self.add(Substitution::ReadOnly, None, |meta| meta.is_writable = false);
        }
        if meta.is_signer {
            self.add(Substitution::Unsigned, None, |meta| meta.is_signer = false);
        }
    }

    fn pass_others(&mut self) {
        let accounts = self.scenario.valid.accounts.clone();
        self.pass(Substitution::Counterpart, self.scenario.twin.accounts[self.index].pubkey);
        self.pass(Substitution::Stranger, self.scenario.stranger.pubkey());
        for (other, meta) in accounts.iter().enumerate() {
            let is_first = accounts[..other].iter().all(|earlier| earlier.pubkey != meta.pubkey);
            if is_first {
                self.pass(Substitution::Duplicate(self.slots[other].name.clone()), meta.pubkey);
            }
        }
        if self.slots[self.index].is_optional {
            self.pass(Substitution::Absent, ballast::ID);
        }
    }

    fn pass_programs(&mut self) {
        if self.account.executable {
            let fake = self.fresh("fake program");
            self.scenario.world.deploy(&fake, "spl_token_swap");
            self.pass(Substitution::FakeProgram, fake);
        }
        for [this, other] in [[token::ID, token_2022::ID], [token_2022::ID, token::ID]] {
            if self.right == this {
                self.pass(Substitution::OtherTokenProgram, other);
            }
        }
    }

    fn pass_forgeries(&mut self, types: &[(String, Vec<u8>)]) {
        let is_signer = self.scenario.valid.accounts[self.index].is_signer;
        if !is_signer && !self.account.executable {
            let owner = self.scenario.stranger.pubkey();
            self.pass_copy(Substitution::LookAlike, Account { owner, ..self.account.clone() });
        }
        if self.account.owner == ballast::ID && !self.account.data.is_empty() {
            for (name, discriminator) in types {
                let mut copy = self.account.clone();
                copy.data[..discriminator.len()].copy_from_slice(discriminator);
                if copy != self.account {
                    self.pass_copy(Substitution::OtherType(name.clone()), copy);
                }
            }
        }
    }

    fn pass_tokens(&mut self) {
        let Account { owner: program, data, executable, .. } = self.account.clone();
        if executable || ![token::ID, token_2022::ID].contains(&program) {
            return;
        }
        let config = MintConfig { program, ..MintConfig::spl(6) };
        let mint = self.scenario.world.create_mint(&format!("another mint in place of {}", self.right), &config);
        let Ok(state) = StateWithExtensions::<TokenAccount>::unpack(&data) else {
            return self.pass(Substitution::OtherMint, mint);
        };
        let stranger = self.scenario.stranger.pubkey();
        let others = [(Substitution::OtherMint, state.base.owner, mint), (Substitution::OtherOwner, stranger, state.base.mint)];
        for (substitution, owner, mint) in others {
            let address = self.fresh(&format!("{substitution:?}"));
            self.scenario.world.write_token_account(&address, &owner, &mint);
            // Not minted: the supply is to stay what it is for the valid instruction.
            self.scenario.world.edit_token_account(&address, |state| state.amount = MANY_UNITS);
            self.pass(substitution, address);
        }
    }

    fn tamper(&mut self) {
        let (account, meta) = (self.account.clone(), &self.scenario.valid.accounts[self.index]);
        let (is_signer, is_writable, has_data) = (meta.is_signer, meta.is_writable, !account.data.is_empty());
        if account == Account::default() && is_writable {
            let data = vec![0; DISCRIMINATOR_LEN];
            self.add_tampered(Substitution::Occupied, Account { lamports: RENT, owner: ballast::ID, data, ..account });
        } else if !account.executable && (has_data || is_signer) {
            self.add_tampered(Substitution::Closed, Account::default());
            if has_data {
                let data = vec![0; account.data.len()];
                self.add_tampered(Substitution::Zeroed, Account { data, ..account });
            }
        }
    }

    /// Another address, unless it is the right one. It is not asked to sign where nobody can.
    fn pass(&mut self, substitution: Substitution, substitute: Pubkey) {
        if substitute == self.right {
            return;
        }
        let can_sign = self.scenario.has_key(&substitute);
        let found = self.scenario.find(&substitute);
        self.add(substitution, Some(found), |meta| {
            meta.pubkey = substitute;
            meta.is_signer &= can_sign;
        });
    }

    fn pass_copy(&mut self, substitution: Substitution, copy: Account) {
        let address = self.fresh(&format!("{substitution:?}"));
        self.scenario.world.set_account(&address, copy);
        self.pass(substitution, address);
    }

    fn add_tampered(&mut self, substitution: Substitution, account: Account) {
        self.add(substitution, Some(account), |_| ());
        let added = self.attempts.last_mut().expect("just added");
        added.tampered = Some(self.right);
    }

    fn add(&mut self, substitution: Substitution, found: Option<Account>, edit: impl FnOnce(&mut AccountMeta)) {
        let mut instruction = self.scenario.valid.clone();
        let meta = &mut instruction.accounts[self.index];
        edit(meta);
        let is_signed = meta.is_signer;
        let right = self.account.clone();
        let found = found.unwrap_or_else(|| right.clone());
        let is_remaining = self.slots[self.index].is_remaining;
        self.attempts.push(Attempt { substitution, instruction, right, found, tampered: None, is_signed, is_remaining });
    }

    /// An address that depends on the account and on what stands in for it.
    fn fresh(&self, what: &str) -> Pubkey {
        self.scenario.world.keypair(&format!("{what} of {}", self.right)).pubkey()
    }
}
