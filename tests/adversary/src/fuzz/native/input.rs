//! A program's input as the loader lays it out: what makes `AccountInfo`s resize, change owners and alias as on-chain.

use {
    anchor_lang::{
        prelude::{AccountInfo, Pubkey},
        solana_program::entrypoint::{self, MAX_PERMITTED_DATA_INCREASE, NON_DUP_MARKER, ProgramResult},
    },
    solana_account::Account,
};

/// Bytes before an account's address: duplicate marker, three flags, length at first.
const FLAGS_LEN: usize = 8;
/// Offsets from an account's beginning.
const OWNER: usize = FLAGS_LEN + size_of::<Pubkey>();
const LAMPORTS: usize = OWNER + size_of::<Pubkey>();
const DATA_LEN: usize = LAMPORTS + size_of::<u64>();
const DATA: usize = DATA_LEN + size_of::<u64>();

/// An account to pass to a program.
pub struct Passed {
    /// Its address.
    pub address: Pubkey,
    /// Whether it signed.
    pub is_signer: bool,
    /// Whether the program may change it.
    pub is_writable: bool,
    /// What it holds. An executable one is passed without its data, which no program reads.
    pub account: Account,
}

impl Passed {
    fn data(&self) -> &[u8] {
        if self.account.executable { &[] } else { &self.account.data }
    }

    /// Bytes of the account in an input: room to grow in, and the rent epoch, included.
    fn len(&self) -> usize {
        (DATA + self.data().len() + MAX_PERMITTED_DATA_INCREASE).next_multiple_of(size_of::<u64>()) + size_of::<u64>()
    }
}

/// A serialized input, aligned as the loader aligns it; used again and again.
#[derive(Default)]
pub struct Input {
    words: Vec<u64>,
    /// Where each distinct account begins.
    offsets: Vec<usize>,
}

impl Input {
    /// Lays out distinct `accounts` in the order of `positions`, which may repeat.
    pub fn lay_out(&mut self, program_id: &Pubkey, accounts: &[Passed], positions: &[usize], data: &[u8]) {
        // Duplicates take less than what is counted for them here.
        let len = 64 + positions.len() * FLAGS_LEN + accounts.iter().map(Passed::len).sum::<usize>() + data.len();
        self.words.resize(self.words.len().max(len.div_ceil(size_of::<u64>())), 0);
        self.offsets = vec![0; accounts.len()];
        let mut first_places = vec![None; accounts.len()];
        let mut writer = Writer { bytes: bytemuck::cast_slice_mut(&mut self.words), at: 0 };
        writer.number(positions.len());
        for (place, position) in positions.iter().enumerate() {
            match first_places[*position] {
                Some(first) => writer.put(&[first, 0, 0, 0, 0, 0, 0, 0]),
                None => {
                    self.offsets[*position] = writer.at;
                    first_places[*position] = Some(u8::try_from(place).expect("at most 255 accounts"));
                    writer.account(&accounts[*position]);
                }
            }
        }
        writer.number(data.len());
        writer.put(data);
        writer.put(program_id.as_ref());
    }

    /// Runs a program on what was laid out.
    pub fn enter(
        &mut self,
        program: impl for<'a> FnOnce(&'a Pubkey, &'a [AccountInfo<'a>], &'a [u8]) -> ProgramResult,
    ) -> ProgramResult {
        #[allow(unsafe_code, reason = "`lay_out` wrote what `deserialize` reads, and `self` outlives the references into it")]
        let (program_id, accounts, data) = unsafe { entrypoint::deserialize(self.words.as_mut_ptr().cast()) };
        program(program_id, &accounts, data)
    }

    /// What the program left of the distinct account `index`.
    pub fn read(&self, index: usize) -> Left<'_> {
        let account = &bytemuck::cast_slice::<u64, u8>(&self.words)[self.offsets[index]..];
        let number = |at: usize| u64::from_le_bytes(account[at..at + 8].try_into().expect("eight bytes"));
        let len = usize::try_from(number(DATA_LEN)).expect("a length");
        let owner = Pubkey::try_from(&account[OWNER..LAMPORTS]).expect("an address");
        Left { lamports: number(LAMPORTS), owner, data: &account[DATA..DATA + len] }
    }
}

/// What a program left of an account.
pub struct Left<'a> {
    /// Its lamports.
    pub lamports: u64,
    /// Its owner.
    pub owner: Pubkey,
    /// Its data.
    pub data: &'a [u8],
}

impl Left<'_> {
    /// Whether it differs from what was passed.
    pub fn differs(&self, passed: &Passed) -> bool {
        self.lamports != passed.account.lamports || self.owner != passed.account.owner || self.data != passed.data()
    }
}

struct Writer<'a> {
    bytes: &'a mut [u8],
    at: usize,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        self.bytes[self.at..end].copy_from_slice(bytes);
        self.at = end;
    }

    fn number(&mut self, number: usize) {
        self.put(&(number as u64).to_le_bytes());
    }

    fn account(&mut self, passed: &Passed) {
        let (end, account, data) = (self.at + passed.len(), &passed.account, passed.data());
        let flags = [passed.is_signer, passed.is_writable, account.executable].map(u8::from);
        self.put(&[NON_DUP_MARKER]);
        self.put(&flags);
        self.put(&(data.len() as u32).to_le_bytes());
        self.put(passed.address.as_ref());
        self.put(account.owner.as_ref());
        self.put(&account.lamports.to_le_bytes());
        self.number(data.len());
        self.put(data);
        // Whatever an earlier input left in the room to grow in: a program that grows an account zeroes it.
        self.at = end;
    }
}
