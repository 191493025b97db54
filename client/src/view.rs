//! A vault as clients need it: the addresses that its instructions take.
//!
//! ```
//! use ballast_client::ballast::token::TOKEN;
//! use ballast_client::{Pubkey, VaultView, address};
//!
//! let [creator, sol, usdc] = std::array::from_fn(|_| Pubkey::new_unique());
//! let view = VaultView::new(&creator, 0, &[(sol, TOKEN), (usdc, TOKEN)]);
//! assert_eq!(view.address, address::vault(&creator, 0));
//! assert_eq!(view.assets[1].reserve, address::associated_token(&view.authority, &usdc, &TOKEN));
//! ```

use anchor_lang::prelude::Pubkey;
use ballast::state::{TokenKind, Vault};

use crate::address;

/// The addresses of a vault. Made before the vault exists, from its creator and mints, or from its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultView {
    /// The vault.
    pub address: Pubkey,
    /// Owner of the reserves.
    pub authority: Pubkey,
    /// Mint of the shares.
    pub share_mint: Pubkey,
    /// The account whose lamports pay keepers.
    pub crank_fund: Pubkey,
    /// The assets, in the vault's order, removed ones included.
    pub assets: Vec<AssetView>,
}

/// The addresses of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssetView {
    /// Its mint.
    pub mint: Pubkey,
    /// The mint's token program.
    pub token_program: Pubkey,
    /// The vault's token account.
    pub reserve: Pubkey,
    /// Whether it is no longer part of the basket; in-kind instructions then take no accounts for it.
    pub is_removed: bool,
}

impl AssetView {
    /// The asset of a vault with this authority.
    pub fn new(authority: &Pubkey, mint: Pubkey, token_program: Pubkey) -> Self {
        let reserve = address::associated_token(authority, &mint, &token_program);
        AssetView { mint, token_program, reserve, is_removed: false }
    }
}

impl VaultView {
    /// The vault that `creator` will number `vault_id`, with these mints and their token programs.
    pub fn new(creator: &Pubkey, vault_id: u64, mints: &[(Pubkey, Pubkey)]) -> Self {
        let vault = address::vault(creator, vault_id);
        let authority = address::authority(&vault);
        let assets = mints.iter().map(|&(mint, token_program)| AssetView::new(&authority, mint, token_program)).collect();
        let (share_mint, crank_fund) = (address::share_mint(&vault), address::crank_fund(&vault));
        VaultView { address: vault, authority, share_mint, crank_fund, assets }
    }

    /// The addresses of an existing vault. `None` where a stored token kind is unknown.
    pub fn of(address: Pubkey, vault: &Vault) -> Option<Self> {
        let assets = vault
            .assets()
            .iter()
            .map(|asset| {
                let token_program = TokenKind::try_from(asset.token).ok()?.program_id();
                Some(AssetView { mint: asset.mint, token_program, reserve: asset.reserve, is_removed: asset.is_removed() })
            })
            .collect::<Option<_>>()?;
        let Vault { authority, share_mint, crank_fund, .. } = *vault;
        Some(VaultView { address, authority, share_mint, crank_fund, assets })
    }

    /// A user's associated account for the shares.
    pub fn user_shares(&self, user: &Pubkey) -> Pubkey {
        address::associated_token(user, &self.share_mint, &ballast::token::TOKEN)
    }

    /// Every address that instructions of this vault share, for an address lookup table.
    pub fn lookup_addresses(&self) -> Vec<Pubkey> {
        let mut addresses = vec![
            self.address,
            self.authority,
            self.share_mint,
            self.crank_fund,
            ballast::token::TOKEN,
            ballast::token::TOKEN_2022,
            address::ASSOCIATED_TOKEN_PROGRAM,
            anchor_lang::system_program::ID,
        ];
        addresses.extend(self.assets.iter().flat_map(|asset| [asset.mint, asset.reserve]));
        addresses
    }
}
