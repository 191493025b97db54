//! An issuer who turns on the holders of their tokens, by the token programs' own instructions, and what holders then do.

use {
    crate::{
        random::Random,
        scene::{Config, Scene},
        token::MintExtension,
        transaction::{Failure, Outcome},
    },
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    ballast::{
        instructions::{DepositInKindArgs, RedeemInKindArgs},
        state::Claims,
    },
    ballast_client::{address, decode, instruction},
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// Numbers of instructions, the same for SPL Token and Token-2022, and two that only Token-2022 has.
const FREEZE_ACCOUNT: u8 = 10;
const THAW_ACCOUNT: u8 = 11;
const TRANSFER_CHECKED: u8 = 12;
const PAUSABLE: u8 = 44;
const PAUSE: u8 = 1;
const RESUME: u8 = 2;

/// Somebody with the freeze authority over every asset of a scene.
pub struct Issuer(Keypair);

impl Default for Issuer {
    fn default() -> Self {
        Self(Keypair::new_from_array([9; 32]))
    }
}

impl Issuer {
    /// These assets, whose accounts the issuer may freeze.
    pub fn of(&self, mut config: Config) -> Config {
        for asset in &mut config.assets {
            asset.mint = asset.mint.clone().with_freeze_authority(&self.0.pubkey());
        }
        config
    }

    /// Freezes a token account of an asset.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn freeze(&self, scene: &mut Scene, asset: usize, account: Pubkey) {
        self.send(scene, asset, vec![FREEZE_ACCOUNT], &[account]);
    }

    /// Thaws it.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn thaw(&self, scene: &mut Scene, asset: usize, account: Pubkey) {
        self.send(scene, asset, vec![THAW_ACCOUNT], &[account]);
    }

    /// Freezes an asset's reserve.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn freeze_reserve(&self, scene: &mut Scene, asset: usize) {
        self.freeze(scene, asset, scene.view.assets[asset].reserve);
    }

    /// Thaws it.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn thaw_reserve(&self, scene: &mut Scene, asset: usize) {
        self.thaw(scene, asset, scene.view.assets[asset].reserve);
    }

    /// Makes a Token-2022 mint one that can be paused, as if it had been closed and created anew, and pauses it.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn pause(&self, scene: &mut Scene, asset: usize) {
        scene.remake_mint(asset, MintExtension::Pausable(self.0.pubkey()));
        self.send(scene, asset, vec![PAUSABLE, PAUSE], &[]);
    }

    /// Resumes a paused mint.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn resume(&self, scene: &mut Scene, asset: usize) {
        self.send(scene, asset, vec![PAUSABLE, RESUME], &[]);
    }

    /// Makes a Token-2022 mint one with a delegate for all accounts, and takes `amount` of an asset's reserve.
    ///
    /// # Panics
    /// Where the token program refuses.
    pub fn seize(&self, scene: &mut Scene, asset: usize, amount: u64) {
        scene.remake_mint(asset, MintExtension::PermanentDelegate(self.0.pubkey()));
        let (slot, decimals) = (scene.view.assets[asset], scene.assets[asset].spec.mint.decimals);
        let loot = scene.world.create_token_account(&self.0.pubkey(), &slot.mint);
        let mut data = vec![TRANSFER_CHECKED];
        data.extend_from_slice(&amount.to_le_bytes());
        data.push(decimals);
        let accounts = vec![
            AccountMeta::new(slot.reserve, false),
            AccountMeta::new_readonly(slot.mint, false),
            AccountMeta::new(loot, false),
            AccountMeta::new_readonly(self.0.pubkey(), true),
        ];
        self.send_to(scene, Instruction { program_id: slot.token_program, accounts, data });
    }

    /// An instruction on these token accounts, the mint, and the issuer.
    fn send(&self, scene: &mut Scene, asset: usize, data: Vec<u8>, accounts: &[Pubkey]) {
        let slot = scene.view.assets[asset];
        let accounts = accounts.iter().chain([&slot.mint]).map(|account| AccountMeta::new(*account, false));
        let accounts = accounts.chain([AccountMeta::new_readonly(self.0.pubkey(), true)]).collect();
        self.send_to(scene, Instruction { program_id: slot.token_program, accounts, data });
    }

    fn send_to(&self, scene: &mut Scene, instruction: Instruction) {
        let payer = scene.world.wallet("the issuer's payer");
        scene.send(&[instruction], &[&payer, &self.0]).expect("the token program obeys the issuer");
    }
}

impl Scene {
    /// Redeems in kind, with no least amounts.
    pub fn redeem_skipping(
        &mut self,
        user: &Keypair,
        shares: u64,
        skip_mask: u16,
        forfeit_mask: u16,
    ) -> Result<Outcome, Failure> {
        let min_amounts = vec![0; self.assets.len()];
        self.redeem(user, RedeemInKindArgs { shares, min_amounts, skip_mask, forfeit_mask })
    }

    /// Deposits a part of every asset that the user has, all in proportion to what the vault holds.
    pub fn deposit_part(&mut self, user: &Keypair, random: &mut Random) -> Result<Outcome, Failure> {
        let part = random.within(10..=1_000);
        let max_amounts = self.assets.iter().map(|asset| self.world.balance_of(&user.pubkey(), &asset.mint) * part / 1_000);
        let max_amounts = max_amounts.collect();
        self.deposit(user, DepositInKindArgs { max_amounts, min_shares: 0 })
    }

    /// Opens a user's claims.
    pub fn open_claims(&mut self, user: &Keypair) -> Result<Outcome, Failure> {
        let open = instruction::open_claims(user.pubkey(), self.view.address);
        self.send(&[open], &[user])
    }

    /// Pays a user's claim of one asset.
    pub fn claim(&mut self, user: &Keypair, asset: u8) -> Result<Outcome, Failure> {
        let claim = instruction::claim(user.pubkey(), &self.view, asset).expect("an asset");
        self.send(&[claim], &[user])
    }

    /// Closes a user's claims.
    pub fn close_claims(&mut self, user: &Keypair) -> Result<Outcome, Failure> {
        let close = instruction::close_claims(user.pubkey(), self.view.address);
        self.send(&[close], &[user])
    }

    /// A user's claims; `None` where they are not open.
    pub fn claims_of(&self, user: &Keypair) -> Option<Claims> {
        let account = self.world.find_account(&address::claims(&self.view.address, &user.pubkey()))?;
        Some(decode::claims(&account.data).expect("claims"))
    }

    /// Quarantines an asset.
    pub fn quarantine(&mut self, signer: &Keypair, asset: u8) -> Result<Outcome, Failure> {
        let quarantine = instruction::quarantine(signer.pubkey(), &self.view, asset).expect("an asset");
        self.send(&[quarantine], &[signer])
    }

    /// Mints the accrued management fee; the keeper pays for the transaction.
    pub fn collect_fees(&mut self, recipient: &Pubkey) -> Result<Outcome, Failure> {
        self.keep(instruction::collect_fees(&self.view, recipient))
    }
}
