//! The simulated chain: programs, wallets, clock and accounts.

use {
    crate::transaction::{self, Failure, LookupTable, Outcome},
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction},
    litesvm::LiteSVM,
    solana_account::Account,
    solana_clock::Clock,
    solana_keypair::Keypair,
    solana_message::VersionedMessage,
    solana_signer::Signer,
    solana_transaction::versioned::VersionedTransaction,
    std::{fs, path::Path, sync::Arc},
};

pub use ballast_fixtures::programs::deploy_dir;

/// The time at which every world starts: 2024-01-01 00:00:00 UTC, in seconds since the Unix epoch.
pub const START_TIME: i64 = 1_704_067_200;

/// Lamports in a fresh wallet: enough that fees and rent never matter.
pub const WALLET_LAMPORTS: u64 = 1_000_000_000_000;

/// Milliseconds per slot on mainnet: how many slots pass when the clock advances.
const SLOT_MILLIS: u64 = 400;

/// How a [`World`] is set up.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// All keypairs derive from this and a label, so that addresses, bumps and compute units are the same in every run.
    pub seed: u64,
    /// Sign and verify transactions. Off, a long replay is faster; missing signatures then go unnoticed.
    pub signatures: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, signatures: true }
    }
}

/// A chain with the standard token programs, one funded payer, and a clock that only tests move.
///
/// A clone is an independent copy: set the scene once, then clone it for each case.
#[derive(Clone)]
pub struct World {
    /// The virtual machine and its accounts.
    pub svm: LiteSVM,
    /// Pays for transactions that nobody else signs, and has authority over the mints made here.
    pub payer: Arc<Keypair>,
    options: Options,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world with the default [`Options`].
    pub fn new() -> Self {
        Self::with_options(Options::default())
    }

    /// A world set up as `options` say.
    pub fn with_options(options: Options) -> Self {
        // Without a history LiteSVM accepts the same transaction twice, so nothing needs a fresh blockhash.
        let svm = LiteSVM::new().with_sigverify(options.signatures).with_transaction_history(0);
        let payer = Arc::new(keypair(options.seed, "payer"));
        let mut world = Self { svm, payer, options };
        world.fund(&world.payer.pubkey());
        world.set_time(START_TIME);
        world
    }

    /// Deploys `name.so` from the deploy folder as program `id`.
    ///
    /// # Panics
    /// Where the file was not built or is not a program.
    pub fn deploy(&mut self, id: &Pubkey, name: &str) {
        let path = deploy_dir().join(format!("{name}.so"));
        assert!(path.exists(), "there is no {}: build the programs with `cargo xtask build`", path.display());
        self.deploy_file(id, &path);
    }

    /// Deploys the program in the file at `path` as program `id`.
    ///
    /// # Panics
    /// Where the file cannot be read or is not a program.
    pub fn deploy_file(&mut self, id: &Pubkey, path: &Path) {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("cannot read the program {}: {error}", path.display()));
        let loaded = self.svm.add_program(*id, &bytes);
        loaded.unwrap_or_else(|error| panic!("{} does not load as a program: {error:?}", path.display()));
    }

    /// The keypair that belongs to `label` in this world: the same for the same seed and label. It holds no lamports.
    pub fn keypair(&self, label: &str) -> Keypair {
        keypair(self.options.seed, label)
    }

    /// The keypair of `label` with [`WALLET_LAMPORTS`] lamports.
    pub fn wallet(&mut self, label: &str) -> Keypair {
        let wallet = self.keypair(label);
        self.fund(&wallet.pubkey());
        wallet
    }

    /// Makes `address` a system account with [`WALLET_LAMPORTS`] lamports.
    pub fn fund(&mut self, address: &Pubkey) {
        self.set_account(address, Account { lamports: WALLET_LAMPORTS, ..Account::default() });
    }

    /// The clock that programs see.
    pub fn clock(&self) -> Clock {
        self.svm.get_sysvar()
    }

    /// The clock's time, in seconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        self.clock().unix_timestamp
    }

    /// Sets the clock's time and leaves the slot alone.
    pub fn set_time(&mut self, unix_timestamp: i64) {
        self.svm.set_sysvar(&Clock { unix_timestamp, ..self.clock() });
    }

    /// Sets the clock's slot and leaves the time alone. Slots before a program's deployment hide the program.
    pub fn set_slot(&mut self, slot: u64) {
        self.svm.warp_to_slot(slot);
    }

    /// Lets `secs` seconds pass, with as many slots as mainnet has in that time.
    pub fn advance(&mut self, secs: u32) {
        let clock = self.clock();
        self.svm.set_sysvar(&Clock {
            unix_timestamp: clock.unix_timestamp + i64::from(secs),
            slot: clock.slot + u64::from(secs) * 1_000 / SLOT_MILLIS,
            ..clock
        });
    }

    /// The account at `address`, if there is one.
    pub fn find_account(&self, address: &Pubkey) -> Option<Account> {
        self.svm.get_account(address).filter(|account| account.lamports > 0)
    }

    /// The account at `address`.
    ///
    /// # Panics
    /// Where there is none.
    pub fn account(&self, address: &Pubkey) -> Account {
        self.find_account(address).unwrap_or_else(|| panic!("there is no account {address}"))
    }

    /// Replaces the account at `address`.
    ///
    /// # Panics
    /// Where LiteSVM refuses it (a sysvar or program with invalid data).
    pub fn set_account(&mut self, address: &Pubkey, account: Account) {
        self.svm.set_account(*address, account).unwrap_or_else(|error| panic!("cannot set account {address}: {error:?}"));
    }

    /// Writes a rent-exempt account of `owner` with `data`.
    pub fn write(&mut self, address: &Pubkey, owner: &Pubkey, data: Vec<u8>) {
        let lamports = self.svm.minimum_balance_for_rent_exemption(data.len());
        self.set_account(address, Account { lamports, data, owner: *owner, ..Account::default() });
    }

    /// Gives the account at `address` to another program, data unchanged: how forgeries are made.
    pub fn set_owner(&mut self, address: &Pubkey, owner: &Pubkey) {
        let account = self.account(address);
        self.set_account(address, Account { owner: *owner, ..account });
    }

    /// Sends a legacy transaction. The first signer pays the fee, or the world's payer where nobody signs.
    ///
    /// # Errors
    /// What the chain answered, where the transaction failed; only the fee was then taken.
    ///
    /// # Panics
    /// Where a signature that an instruction demands is not among the signers.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        self.send_with_tables(instructions, signers, &[])
    }

    /// As [`send`](Self::send), in a version-0 transaction where there are lookup `tables`.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_tables(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        tables: &[LookupTable],
    ) -> Result<Outcome, Failure> {
        let transaction = self.transaction(instructions, signers, tables);
        match self.svm.send_transaction(transaction) {
            Ok(meta) => Ok(Outcome::from(meta)),
            Err(failed) => Err(Failure::from(failed)),
        }
    }

    /// Runs the instructions as [`send`](Self::send) would and stores nothing.
    ///
    /// # Errors
    /// What the chain answered, where the transaction failed.
    pub fn simulate(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        let transaction = self.transaction(instructions, signers, &[]);
        match self.svm.simulate_transaction(transaction) {
            Ok(info) => Ok(Outcome::from(info.meta)),
            Err(failed) => Err(Failure::from(failed)),
        }
    }

    /// Runs the instructions as [`send`](Self::send) would, stores nothing, and tells every account that they name as it
    /// would be afterwards.
    ///
    /// # Errors
    /// What the chain answered, where the transaction failed.
    pub fn accounts_after(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Vec<(Pubkey, Account)>, Failure> {
        let transaction = self.transaction(instructions, signers, &[]);
        match self.svm.simulate_transaction(transaction) {
            Ok(info) => Ok(info.post_accounts.into_iter().map(|(key, account)| (key, account.into())).collect()),
            Err(failed) => Err(Failure::from(failed)),
        }
    }

    fn transaction(&self, instructions: &[Instruction], signers: &[&Keypair], tables: &[LookupTable]) -> VersionedTransaction {
        let payer = signers.first().copied().unwrap_or(&self.payer);
        let message = transaction::message(instructions, &payer.pubkey(), tables, self.svm.latest_blockhash());
        if !self.options.signatures {
            return unsigned(message);
        }
        let mut keypairs = vec![payer];
        keypairs.extend(signers.iter().skip(1));
        VersionedTransaction::try_new(message, &keypairs)
            .unwrap_or_else(|error| panic!("the test's signers do not fit its instructions: {error}"))
    }
}

/// A transaction whose signatures are all zero, which LiteSVM runs where it does not verify.
fn unsigned(message: VersionedMessage) -> VersionedTransaction {
    let signatures = vec![Default::default(); usize::from(message.header().num_required_signatures)];
    VersionedTransaction { signatures, message }
}

fn keypair(seed: u64, label: &str) -> Keypair {
    let secret = solana_sha256_hasher::hashv(&[&seed.to_le_bytes(), label.as_bytes()]);
    Keypair::new_from_array(secret.to_bytes())
}
