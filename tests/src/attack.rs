//! What attackers bring along, and the exact answers they must get.

use {
    crate::{
        scene::Scene,
        token::{MintConfig, MintExtension},
        transaction::{Failure, Outcome},
    },
    anchor_lang::{Discriminator, error::ErrorCode, prelude::Pubkey},
    anchor_spl::token::spl_token::error::TokenError,
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
