//! The stage for attacks on a user's instructions: a victim, an attacker, and the guards that such instructions share.

use {
    crate::{
        attack::{Attack, Expected, Forgery, Guard},
        scene::Scene,
    },
    anchor_lang::{error::ErrorCode, prelude::Pubkey, solana_program::instruction::Instruction},
    anchor_spl::{token, token::spl_token::error::TokenError, token_2022},
    ballast::error::BallastError,
    ballast_client::VaultView,
    solana_keypair::Keypair,
    solana_signer::Signer,
    solana_transaction::InstructionError,
};

/// A vault of two assets, the first an SPL Token mint and the second a Token-2022 one, and what an attacker has at hand.
pub struct Stage {
    /// The vault and its chain.
    pub scene: Scene,
    /// A depositor.
    pub user: Keypair,
    /// The attacker, a depositor of another vault, with 1,000 dollars of each asset.
    pub mallory: Keypair,
    /// The attacker's vault, over the same mints. The user holds shares of it too.
    pub theirs: VaultView,
    /// A program that is none of the token programs.
    pub fake_program: Pubkey,
    forged_vaults: [Forgery; 3],
}

impl Stage {
    /// Brings the attacker on.
    pub fn new(mut scene: Scene, user: Keypair) -> Self {
        let mallory = scene.user("mallory", 1_000);
        let theirs = scene.second_vault(&mallory);
        scene.world.mint_to(&theirs.share_mint, &user.pubkey(), 1_000_000_000);
        let fake_program = Pubkey::new_unique();
        scene.world.deploy(&fake_program, "spl_token_swap");
        let forged_vaults = scene.forged_vaults();
        Stage { scene, user, mallory, theirs, fake_program, forged_vaults }
    }

    /// Attacks an instruction that the user signs, with one guard an account; see [`Attack::run`].
    #[track_caller]
    pub fn attack(&self, valid: Instruction, guards: &[Guard]) {
        Attack { scene: &self.scene, valid, signers: vec![&self.user], stranger: &self.mallory }.run(guards);
    }

    /// Somebody's account for an asset.
    pub fn token_account(&self, owner: &Keypair, index: usize) -> Pubkey {
        self.scene.world.token_address(&owner.pubkey(), &self.scene.assets[index].mint)
    }

    /// The user: tokens and shares are theirs, so nobody else can sign for them.
    pub fn user(&self) -> Guard {
        Guard::new("user", TokenError::OwnerMismatch)
    }

    /// The vault, which is written to.
    pub fn vault(&self) -> Guard {
        Guard::new("vault", ErrorCode::AccountOwnedByWrongProgram)
            .swap("another vault", self.theirs.address, BallastError::WrongAccount)
            .swaps(&self.forged_vaults)
            .readonly(ErrorCode::ConstraintMut)
    }

    /// The vault's authority.
    pub fn authority(&self) -> Guard {
        let theirs = self.theirs.authority;
        Guard::new("authority", BallastError::WrongAccount).swap("another vault's", theirs, BallastError::WrongAccount)
    }

    /// The share mint.
    pub fn share_mint(&self) -> Guard {
        Guard::new("share mint", BallastError::WrongAccount)
            .swap("another vault's", self.theirs.share_mint, BallastError::WrongAccount)
            .swap("an asset's", self.scene.assets[0].mint, BallastError::WrongAccount)
            .readonly(ErrorCode::ConstraintMut)
    }

    /// Where minted shares go, which is the user's choice among accounts for shares.
    pub fn minted_shares(&self) -> Guard {
        let view = &self.scene.view;
        self.user_shares().free("somebody else's", view.user_shares(&self.mallory.pubkey())).swap(
            "a reserve",
            view.assets[0].reserve,
            TokenError::MintMismatch,
        )
    }

    /// Where burned shares come from: an account of the user's.
    pub fn burned_shares(&self) -> Guard {
        let somebody_elses = self.scene.view.user_shares(&self.mallory.pubkey());
        self.user_shares().swap("an asset's", self.token_account(&self.user, 0), TokenError::MintMismatch).swap(
            "somebody else's",
            somebody_elses,
            TokenError::InsufficientFunds,
        )
    }

    fn user_shares(&self) -> Guard {
        Guard::new("user's shares", InstructionError::InvalidAccountData)
            .swap("of another vault", self.theirs.user_shares(&self.user.pubkey()), TokenError::MintMismatch)
            .readonly(ErrorCode::ConstraintMut)
    }

    /// Where a deposit comes from: an account of the user's. Read-only, it fails with `readonly`.
    pub fn paying_tokens(&self, index: usize, readonly: impl Into<Expected>) -> Guard {
        self.user_tokens(index, readonly)
            .swap("somebody else's", self.token_account(&self.mallory, index), TokenError::OwnerMismatch)
            .swap("the reserve", self.scene.view.assets[index].reserve, TokenError::OwnerMismatch)
    }

    /// Where a redemption goes, which is the user's choice; back to the reserve it is a donation.
    pub fn receiving_tokens(&self, index: usize, readonly: impl Into<Expected>) -> Guard {
        self.user_tokens(index, readonly)
            .free("somebody else's", self.token_account(&self.mallory, index))
            .free("the reserve", self.scene.view.assets[index].reserve)
    }

    /// Each token program has its own words for an account of the other, or of nobody.
    fn user_tokens(&self, index: usize, readonly: impl Into<Expected>) -> Guard {
        let foreign = [InstructionError::InvalidAccountData, InstructionError::IncorrectProgramId][index].clone();
        Guard::new("user's tokens", foreign.clone())
            .swap("of the other asset", self.token_account(&self.user, 1 - index), foreign)
            .readonly(readonly)
    }

    /// An asset's reserve. Read-only, it fails with `readonly`.
    pub fn reserve(&self, index: usize, readonly: impl Into<Expected>) -> Guard {
        Guard::new("reserve", BallastError::WrongAccount)
            .swap("another vault's", self.theirs.assets[index].reserve, BallastError::WrongAccount)
            .swap("the other asset's", self.scene.view.assets[1 - index].reserve, BallastError::WrongAccount)
            .swap("the user's account", self.token_account(&self.user, index), BallastError::WrongAccount)
            .readonly(readonly)
    }

    /// An asset's mint.
    pub fn mint(&self, index: usize) -> Guard {
        Guard::new("mint", BallastError::WrongAccount)
            .swap("the other asset's", self.scene.assets[1 - index].mint, BallastError::WrongAccount)
            .swap("the share mint", self.scene.view.share_mint, BallastError::WrongAccount)
    }

    /// SPL Token.
    pub fn token_program(&self) -> Guard {
        self.program("token program").swap("Token-2022", token_2022::ID, ErrorCode::InvalidProgramId)
    }

    /// Token-2022.
    pub fn token_2022_program(&self) -> Guard {
        self.program("Token-2022 program").swap("SPL Token", token::ID, ErrorCode::InvalidProgramId)
    }

    fn program(&self, name: &'static str) -> Guard {
        Guard::new(name, ErrorCode::InvalidProgramId).swap("a fake program", self.fake_program, ErrorCode::InvalidProgramId)
    }

    /// The token program of one asset.
    pub fn asset_token_program(&self, index: usize) -> Guard {
        let other = self.scene.view.assets[1 - index].token_program;
        Guard::new("asset's token program", BallastError::WrongTokenProgram)
            .swap("the other token program", other, BallastError::WrongTokenProgram)
            .swap("a fake program", self.fake_program, BallastError::WrongTokenProgram)
    }
}
