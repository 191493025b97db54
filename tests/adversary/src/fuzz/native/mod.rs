//! The program compiled for the host: its real entry and handlers, on accounts in memory.
//!
//! The SDK's calls of the runtime go to `syscalls`; the token programs, the system program and the AMM are written down here
//! as far as a vault uses them.

mod input;
mod programs;
mod swap;
mod syscalls;
mod system;
mod token;

use {
    super::chain::{Chain, Failed},
    anchor_lang::{
        prelude::{AccountInfo, Clock, Pubkey},
        solana_program::{entrypoint::ProgramResult, instruction::Instruction, program_error::ProgramError},
    },
    ballast_tests::World,
    input::{Input, Passed},
    solana_account::Account,
    std::{
        any::Any,
        cell::RefCell,
        collections::HashMap,
        panic::{self, AssertUnwindSafe, catch_unwind},
        rc::Rc,
    },
};

/// Milliseconds per slot on mainnet.
const SLOT_MILLIS: u64 = 400;

/// A chain in memory that goes on from a world's accounts.
#[derive(Clone)]
pub struct Native {
    base: Rc<Base>,
    changed: HashMap<Pubkey, Account>,
    clock: Clock,
    input: Rc<RefCell<Input>>,
}

/// The accounts of a world, read when they are first needed.
struct Base {
    world: World,
    read: RefCell<HashMap<Pubkey, Account>>,
}

impl Native {
    /// A chain that goes on from `world`.
    pub fn new(world: World) -> Self {
        let clock = world.clock();
        let base = Rc::new(Base { world, read: RefCell::default() });
        Native { base, changed: HashMap::new(), clock, input: Rc::default() }
    }

    /// What is at an address; an empty account of the system program where nothing is.
    fn account(&self, address: &Pubkey) -> Account {
        match self.changed.get(address) {
            Some(account) => account.clone(),
            None => self.base.account(address),
        }
    }

    /// Runs one instruction, and stores what it did. Adds what was there before to `undo`.
    fn run(&mut self, instruction: &Instruction, privileges: &Privileges, undo: &mut Undo) -> Result<(), Failed> {
        let mut accounts: Vec<Passed> = Vec::with_capacity(instruction.accounts.len());
        let mut positions = Vec::with_capacity(instruction.accounts.len());
        for meta in &instruction.accounts {
            let known = accounts.iter().position(|account| account.address == meta.pubkey);
            positions.push(known.unwrap_or(accounts.len()));
            if known.is_none() {
                accounts.push(privileges.pass(meta.pubkey, self.account(&meta.pubkey)));
            }
        }

        let input = self.input.clone();
        let mut input = input.borrow_mut();
        input.lay_out(&instruction.program_id, &accounts, &positions, &instruction.data);
        let result = catch_unwind(AssertUnwindSafe(|| input.enter(process)));
        match result {
            Ok(Ok(())) => {}
            Ok(Err(ProgramError::Custom(code))) => return Err(Failed::Code(code)),
            Ok(Err(error)) => return Err(Failed::Refused(error.to_string())),
            Err(panic) => return Err(Failed::Crashed(message(panic.as_ref()))),
        }
        self.store(&accounts, &input, undo)
    }

    /// What the runtime checks after an instruction, and then writes.
    fn store(&mut self, accounts: &[Passed], input: &Input, undo: &mut Undo) -> Result<(), Failed> {
        let (mut before, mut after) = (0, 0);
        for (index, passed) in accounts.iter().enumerate() {
            let left = input.read(index);
            before += u128::from(passed.account.lamports);
            after += u128::from(left.lamports);
            if !left.differs(passed) {
                continue;
            }
            if !passed.is_writable {
                return Err(Failed::Refused(format!("the read-only account {} was changed", passed.address)));
            }
            let account = Account { lamports: left.lamports, owner: left.owner, data: left.data.to_vec(), ..passed.account };
            undo.push((passed.address, self.changed.insert(passed.address, account)));
        }
        if before == after { Ok(()) } else { Err(Failed::Refused("lamports came or went".to_owned())) }
    }
}

/// What was in the map of changes before each write.
type Undo = Vec<(Pubkey, Option<Account>)>;

impl Base {
    fn account(&self, address: &Pubkey) -> Account {
        let mut read = self.read.borrow_mut();
        let read_now = || {
            let mut account = self.world.find_account(address).unwrap_or_default();
            if account.executable {
                account.data.clear();
            }
            account
        };
        read.entry(*address).or_insert_with(read_now).clone()
    }
}

impl Chain for Native {
    fn clock(&self) -> Clock {
        self.clock.clone()
    }

    fn advance(&mut self, secs: u32) {
        self.clock.unix_timestamp += i64::from(secs);
        self.clock.slot += u64::from(secs) * 1_000 / SLOT_MILLIS;
    }

    fn find(&self, address: &Pubkey) -> Option<Account> {
        Some(self.account(address)).filter(|account| account.lamports > 0)
    }

    fn write(&mut self, address: &Pubkey, account: Account) {
        self.changed.insert(*address, account);
    }

    fn send(&mut self, instructions: &[Instruction]) -> Result<(), Failed> {
        syscalls::install(&self.clock);
        let privileges = Privileges::of(instructions);
        let mut undo = Undo::new();
        let result = instructions.iter().try_for_each(|instruction| self.run(instruction, &privileges, &mut undo));
        if result.is_err() {
            for (address, before) in undo.into_iter().rev() {
                match before {
                    Some(account) => self.changed.insert(address, account),
                    None => self.changed.remove(&address),
                };
            }
        }
        result
    }

    fn fork(&self) -> Box<dyn Chain> {
        Box::new(self.clone())
    }
}

fn process<'info>(program_id: &'info Pubkey, accounts: &'info [AccountInfo<'info>], data: &'info [u8]) -> ProgramResult {
    if *program_id == ballast::ID {
        ballast::entry(program_id, accounts, data)
    } else {
        programs::process(program_id, accounts, data)
    }
}

/// Who signed a transaction and what it may write: a message knows both by account, not by instruction.
struct Privileges(Vec<(Pubkey, bool, bool)>);

impl Privileges {
    fn of(instructions: &[Instruction]) -> Self {
        let mut all: Vec<(Pubkey, bool, bool)> = Vec::new();
        for meta in instructions.iter().flat_map(|instruction| &instruction.accounts) {
            match all.iter_mut().find(|(address, ..)| *address == meta.pubkey) {
                Some((_, is_signer, is_writable)) => {
                    *is_signer |= meta.is_signer;
                    *is_writable |= meta.is_writable;
                }
                None => all.push((meta.pubkey, meta.is_signer, meta.is_writable)),
            }
        }
        // A message cannot write to a program that it calls.
        let is_called = |address: &Pubkey| instructions.iter().any(|instruction| instruction.program_id == *address);
        all.iter_mut().for_each(|(address, _, is_writable)| *is_writable &= !is_called(address));
        Privileges(all)
    }

    fn pass(&self, address: Pubkey, account: Account) -> Passed {
        let (_, is_signer, is_writable) = self.0.iter().find(|(known, ..)| *known == address).expect("an account of the message");
        Passed { address, is_signer: *is_signer, is_writable: *is_writable, account }
    }
}

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics from being printed: a program's panic is a finding, told with its place once its history is short.
pub fn keep_panics_quiet() {
    panic::set_hook(Box::new(|info| LAST_PANIC.set(Some(info.to_string()))));
}

/// What a panic said; and where, if panics are [kept quiet](keep_panics_quiet).
fn message(panic: &(dyn Any + Send)) -> String {
    match (LAST_PANIC.take(), panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), ..) => text,
        (_, Some(text), _) => (*text).to_owned(),
        (_, _, Some(text)) => text.clone(),
        _ => "a panic without a message".to_owned(),
    }
}
