//! Attacks on an instruction's accounts: every one replaced, made read-only or left unsigned, each with the exact answer.

use {
    crate::{
        scene::Scene,
        token::{MintConfig, MintExtension},
        transaction::{Failure, Outcome},
    },
    anchor_lang::{Discriminator, error::ErrorCode, prelude::Pubkey, solana_program::instruction::Instruction},
    anchor_spl::token::{self, spl_token::error::TokenError},
    ballast::{
        error::BallastError,
        state::{Route, Vault},
    },
    ballast_client::{VaultView, instruction},
    solana_keypair::Keypair,
    solana_signer::Signer,
    solana_transaction::{InstructionError, TransactionError},
};

/// The error that an instruction must fail with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected(InstructionError);

impl Expected {
    /// Tells what the result is instead, where it is not this error.
    ///
    /// # Errors
    /// What the result is instead.
    pub fn check<T>(&self, result: &Result<T, Failure>) -> Result<(), String> {
        let failure = match result {
            Ok(_) => return Err(format!("succeeded instead of failing with {:?}", self.0)),
            Err(failure) => failure,
        };
        match &failure.error {
            TransactionError::InstructionError(_, error) if *error == self.0 => Ok(()),
            _ => Err(format!("expected {:?}, got {failure}", self.0)),
        }
    }
}

impl From<InstructionError> for Expected {
    fn from(error: InstructionError) -> Self {
        Expected(error)
    }
}

impl From<BallastError> for Expected {
    fn from(error: BallastError) -> Self {
        Expected(InstructionError::Custom(error.into()))
    }
}

impl From<ErrorCode> for Expected {
    fn from(error: ErrorCode) -> Self {
        Expected(InstructionError::Custom(error.into()))
    }
}

impl From<TokenError> for Expected {
    fn from(error: TokenError) -> Self {
        Expected(InstructionError::Custom(error as u32))
    }
}

/// Asserts that a transaction failed with exactly this error, whichever of its instructions it was.
#[track_caller]
pub fn assert_fails(result: Result<Outcome, Failure>, expected: impl Into<Expected>) {
    expected.into().check(&result).unwrap_or_else(|problem| panic!("{problem}"));
}

/// An account that is not what it pretends to be: its name, its address, and Anchor's answer.
pub type Forgery = (&'static str, Pubkey, ErrorCode);

/// What must happen when one account of an instruction is not what it should be.
pub struct Guard {
    name: &'static str,
    stranger: Option<Expected>,
    swaps: Vec<(&'static str, Pubkey, Option<Expected>)>,
    readonly: Option<Expected>,
}

impl Guard {
    /// An account named `name`. Replaced by the attacker's wallet, which signs where the account must, the instruction
    /// fails with `stranger`.
    pub fn new(name: &'static str, stranger: impl Into<Expected>) -> Self {
        Guard { name, stranger: Some(stranger.into()), swaps: vec![], readonly: None }
    }

    /// An account named `name` that may be anybody's, the attacker's too.
    pub fn anybody(name: &'static str) -> Self {
        Guard { name, stranger: None, swaps: vec![], readonly: None }
    }

    /// Replaced by `other`, the instruction fails with `expected`.
    pub fn swap(mut self, what: &'static str, other: Pubkey, expected: impl Into<Expected>) -> Self {
        self.swaps.push((what, other, Some(expected.into())));
        self
    }

    /// [`swap`](Self::swap) for each of these.
    pub fn swaps(self, others: &[Forgery]) -> Self {
        others.iter().fold(self, |guard, (what, other, expected)| guard.swap(what, *other, *expected))
    }

    /// Replaced by `other`, the instruction succeeds: the account is the caller's choice.
    pub fn free(mut self, what: &'static str, other: Pubkey) -> Self {
        self.swaps.push((what, other, None));
        self
    }

    /// Passed read-only, the instruction fails with `expected`. Every writable account needs this.
    pub fn readonly(mut self, expected: impl Into<Expected>) -> Self {
        self.readonly = Some(expected.into());
        self
    }
}

/// A valid instruction, its signers, and somebody who would rather pass other accounts.
pub struct Attack<'a> {
    /// Where; every attempt starts from a copy.
    pub scene: &'a Scene,
    /// The instruction, which must succeed as it is.
    pub valid: Instruction,
    /// Who signs it.
    pub signers: Vec<&'a Keypair>,
    /// The attacker.
    pub stranger: &'a Keypair,
}

impl Attack<'_> {
    /// Tries all that the guards list, one for each account of the instruction and in its order, and reports every wrong
    /// answer at once.
    #[track_caller]
    pub fn run(&self, guards: &[Guard]) {
        self.send(&self.valid).expect("the instruction that is attacked is valid");
        assert_eq!(guards.len(), self.valid.accounts.len(), "one guard for each account");
        let problems: Vec<String> = guards.iter().enumerate().flat_map(|(index, guard)| self.attack(index, guard)).collect();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    fn attack(&self, index: usize, guard: &Guard) -> Vec<String> {
        let meta = &self.valid.accounts[index];
        let mut attempts = vec![("a stranger", self.replaced(index, self.stranger.pubkey()), guard.stranger.as_ref())];
        for (what, other, expected) in &guard.swaps {
            attempts.push((what, self.replaced(index, *other), expected.as_ref()));
        }
        assert_eq!(
            meta.is_writable,
            guard.readonly.is_some(),
            "{}: writable accounts, and only they, say `readonly`",
            guard.name
        );
        if let Some(expected) = &guard.readonly {
            let mut readonly = self.valid.clone();
            readonly.accounts[index].is_writable = false;
            attempts.push(("read-only", readonly, Some(expected)));
        }
        let not_signer = ErrorCode::AccountNotSigner.into();
        if meta.is_signer {
            let mut unsigned = self.valid.clone();
            unsigned.accounts[index].is_signer = false;
            attempts.push(("unsigned", unsigned, Some(&not_signer)));
        }
        let check = |(what, instruction, expected): (&str, Instruction, Option<&Expected>)| {
            let result = self.send(&instruction);
            let verdict = match expected {
                Some(expected) => expected.check(&result),
                None => result.map(|_| ()).map_err(|failure| format!("failed: {failure}")),
            };
            verdict.err().map(|problem| format!("{} = {what}: {problem}", guard.name))
        };
        attempts.into_iter().filter_map(check).collect()
    }

    fn replaced(&self, index: usize, other: Pubkey) -> Instruction {
        let mut instruction = self.valid.clone();
        instruction.accounts[index].pubkey = other;
        instruction
    }

    /// Sends from a copy of the scene. The fee payer is nobody of the instruction, or it would lend it its signature.
    fn send(&self, instruction: &Instruction) -> Result<Outcome, Failure> {
        let mut scene = self.scene.clone();
        let payer = scene.world.wallet("fee payer");
        let is_asked = |key: Pubkey| instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == key);
        let people = self.signers.iter().copied().chain([self.stranger]);
        let mut signers = vec![&payer];
        signers.extend(people.filter(|person| is_asked(person.pubkey())));
        scene.send(std::slice::from_ref(instruction), &signers)
    }
}

/// Attacks an instruction that takes somebody with a role in the vault, and the vault. Without the role it fails with
/// `not_allowed`.
#[track_caller]
pub fn assert_role_is_guarded(scene: &Scene, valid: Instruction, signer: &Keypair, not_allowed: BallastError) {
    let mut scene = scene.clone();
    scene.add_route(0, 1, 1_000);
    let mallory = scene.user("mallory", 1);
    let theirs = scene.second_vault(&mallory);
    let forged = scene.forged_vaults();
    let (route, _) = scene.route(0);
    let attack = Attack { scene: &scene, valid, signers: vec![signer], stranger: &mallory };
    attack.run(&[
        Guard::new("signer", not_allowed),
        Guard::new("vault", ErrorCode::AccountOwnedByWrongProgram)
            .swap("somebody else's vault", theirs.address, not_allowed)
            .swap("a route", route, ErrorCode::AccountDiscriminatorMismatch)
            .swaps(&forged)
            .readonly(ErrorCode::ConstraintMut),
    ]);
}

/// Extensions with which somebody could tax, watch, move or stop a token.
pub fn harmful_extensions() -> [MintExtension; 4] {
    let somebody = Pubkey::new_unique();
    [
        MintExtension::TransferFee { bps: 100, maximum: u64::MAX },
        MintExtension::TransferHook(somebody),
        MintExtension::PermanentDelegate(somebody),
        MintExtension::Pausable(somebody),
    ]
}

impl Scene {
    /// Another vault over the same mints, created by somebody else: where an attacker takes accounts from.
    pub fn second_vault(&mut self, creator: &Keypair) -> VaultView {
        let mints: Vec<_> = self.view.assets.iter().map(|asset| (asset.mint, asset.token_program)).collect();
        let view = VaultView::new(&creator.pubkey(), 0, &mints);
        let initialize = instruction::initialize_vault(creator.pubkey(), 0, &view, self.initialize_args());
        self.send(&[initialize], &[creator]).expect("another vault");
        self.world.create_token_account(&creator.pubkey(), &view.share_mint);
        view
    }

    /// Accounts that pretend to be the vault.
    pub fn forged_vaults(&mut self) -> [Forgery; 3] {
        let data = self.world.account(&self.view.address).data;
        let mut forge = |owner: &Pubkey, data: Vec<u8>| {
            let address = Pubkey::new_unique();
            self.world.write(&address, owner, data);
            address
        };
        let zeros = vec![0; data.len()];
        [
            ("a copy under another program", forge(&token::ID, data), ErrorCode::AccountOwnedByWrongProgram),
            ("zeros", forge(&ballast::ID, zeros), ErrorCode::AccountDiscriminatorMismatch),
            ("nothing", forge(&ballast::ID, vec![]), ErrorCode::AccountDiscriminatorNotFound),
        ]
    }

    /// A worthless SPL token that fits together: `user`'s account for it, the vault authority's, and its mint. Its
    /// decimals are those of the vault's first asset.
    pub fn worthless_set(&mut self, user: &Pubkey) -> [Pubkey; 3] {
        let mint = self.world.create_mint("worthless", &MintConfig::spl(self.assets[0].spec.mint.decimals));
        let reserve = self.world.create_token_account(&self.view.authority, &mint);
        [self.world.mint_to(&mint, user, 1_000_000_000_000), reserve, mint]
    }

    /// Rewrites the vault's account past the program's rules, to reach checks that its own rules keep out of reach.
    pub fn edit_vault(&mut self, edit: impl FnOnce(&mut Vault)) {
        let mut vault = self.vault();
        edit(&mut vault);
        let mut account = self.world.account(&self.view.address);
        account.data[Vault::DISCRIMINATOR.len()..].copy_from_slice(bytemuck::bytes_of(&vault));
        self.world.set_account(&self.view.address, account);
    }

    /// Rewrites a pool's route in the same way.
    pub fn edit_route(&mut self, pool: usize, edit: impl FnOnce(&mut Route)) {
        let (address, mut route) = self.route(pool);
        edit(&mut route);
        let mut account = self.world.account(&address);
        account.data[Route::DISCRIMINATOR.len()..].copy_from_slice(bytemuck::bytes_of(&route));
        self.world.set_account(&address, account);
    }

    /// Replaces an asset's mint by one with this extension, as if it had been closed and created anew.
    pub fn remake_mint(&mut self, index: usize, extension: MintExtension) {
        let mut config = self.assets[index].spec.mint.clone();
        config.extensions = vec![extension];
        let supply = self.world.supply(&self.assets[index].mint);
        let mint = self.world.create_mint(&format!("mint {index}"), &config);
        self.world.edit_mint(&mint, |state| state.supply = supply);
    }
}
