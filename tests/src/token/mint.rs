//! What a mint is made of: base fields and Token-2022 extensions, in the token programs' own layout.

use {
    super::zeroed,
    anchor_lang::{prelude::Pubkey, solana_program::program_option::COption},
    anchor_spl::{
        token,
        token_2022::{
            self,
            spl_token_2022::{
                extension::{
                    BaseStateWithExtensions, BaseStateWithExtensionsMut, Extension, ExtensionType, StateWithExtensions,
                    StateWithExtensionsMut,
                    confidential_transfer::ConfidentialTransferMint,
                    default_account_state::DefaultAccountState,
                    interest_bearing_mint::InterestBearingConfig,
                    metadata_pointer::MetadataPointer,
                    mint_close_authority::MintCloseAuthority,
                    non_transferable::NonTransferable,
                    pausable::PausableConfig,
                    permanent_delegate::PermanentDelegate,
                    scaled_ui_amount::ScaledUiAmountConfig,
                    transfer_fee::{TransferFee, TransferFeeConfig},
                    transfer_hook::TransferHook,
                },
                state::{AccountState, Mint},
            },
        },
        token_2022_extensions::{
            spl_pod::optional_keys::OptionalNonZeroPubkey, spl_token_metadata_interface::state::TokenMetadata,
        },
    },
};

/// A mint to create.
#[derive(Clone, Debug)]
pub struct MintConfig {
    /// The token program that owns the mint.
    pub program: Pubkey,
    /// Decimal places of one token.
    pub decimals: u8,
    /// Who may freeze token accounts.
    pub freeze_authority: Option<Pubkey>,
    /// Extensions of a Token-2022 mint.
    pub extensions: Vec<MintExtension>,
}

impl MintConfig {
    /// An SPL Token mint.
    pub fn spl(decimals: u8) -> Self {
        Self { program: token::ID, decimals, freeze_authority: None, extensions: Vec::new() }
    }

    /// A Token-2022 mint with these extensions.
    pub fn token_2022(decimals: u8, extensions: Vec<MintExtension>) -> Self {
        Self { program: token_2022::ID, extensions, ..Self::spl(decimals) }
    }

    /// The same mint with someone who may freeze its accounts.
    pub fn with_freeze_authority(self, authority: &Pubkey) -> Self {
        Self { freeze_authority: Some(*authority), ..self }
    }

    /// The mint account's data at address `mint`, supply zero.
    pub(super) fn account_data(&self, mint: &Pubkey, authority: &Pubkey) -> Vec<u8> {
        let types: Vec<_> = self.extensions.iter().filter_map(MintExtension::sized_type).collect();
        let mut data = zeroed::<Mint>(&types);
        let mut state = StateWithExtensionsMut::<Mint>::unpack_uninitialized(&mut data).expect("zeroed, of the right size");
        for extension in &self.extensions {
            extension.write(mint, &mut state);
        }
        state.base = Mint {
            mint_authority: COption::Some(*authority),
            supply: 0,
            decimals: self.decimals,
            is_initialized: true,
            freeze_authority: self.freeze_authority.into(),
        };
        state.pack_base();
        state.init_account_type().expect("only mint extensions were written");
        for extension in &self.extensions {
            if let MintExtension::Metadata(name) = extension {
                append_metadata(mint, name, &mut data);
            }
        }
        data
    }
}

/// An extension of a Token-2022 mint.
#[derive(Clone, Debug)]
pub enum MintExtension {
    /// A share of each transfer is withheld.
    TransferFee {
        /// Basis points of the amount.
        bps: u16,
        /// The most that one transfer pays, in token units.
        maximum: u64,
    },
    /// Each transfer calls this program.
    TransferHook(Pubkey),
    /// This key may move anyone's tokens.
    PermanentDelegate(Pubkey),
    /// This key may close the mint at zero supply.
    MintCloseAuthority(Pubkey),
    /// The metadata is in the mint itself.
    MetadataPointer,
    /// The token's name.
    Metadata(String),
    /// New accounts start in this state.
    DefaultAccountState(AccountState),
    /// Amounts are displayed as growing by these basis points a year.
    InterestBearing(i16),
    /// Tokens never move.
    NonTransferable,
    /// Balances may be encrypted.
    ConfidentialTransfer,
    /// This key may stop all transfers.
    Pausable(Pubkey),
    /// Amounts are displayed times this.
    ScaledUiAmount(f64),
}

impl MintExtension {
    /// Its type, unless its size varies.
    fn sized_type(&self) -> Option<ExtensionType> {
        Some(match self {
            Self::TransferFee { .. } => ExtensionType::TransferFeeConfig,
            Self::TransferHook(_) => ExtensionType::TransferHook,
            Self::PermanentDelegate(_) => ExtensionType::PermanentDelegate,
            Self::MintCloseAuthority(_) => ExtensionType::MintCloseAuthority,
            Self::MetadataPointer => ExtensionType::MetadataPointer,
            Self::Metadata(_) => return None,
            Self::DefaultAccountState(_) => ExtensionType::DefaultAccountState,
            Self::InterestBearing(_) => ExtensionType::InterestBearingConfig,
            Self::NonTransferable => ExtensionType::NonTransferable,
            Self::ConfidentialTransfer => ExtensionType::ConfidentialTransferMint,
            Self::Pausable(_) => ExtensionType::Pausable,
            Self::ScaledUiAmount(_) => ExtensionType::ScaledUiAmount,
        })
    }

    fn write(&self, mint: &Pubkey, state: &mut StateWithExtensionsMut<'_, Mint>) {
        match self {
            Self::TransferFee { bps, maximum } => {
                let fee =
                    TransferFee { epoch: 0.into(), maximum_fee: (*maximum).into(), transfer_fee_basis_points: (*bps).into() };
                let config = extension::<TransferFeeConfig>(state);
                config.older_transfer_fee = fee;
                config.newer_transfer_fee = fee;
            }
            Self::TransferHook(program) => extension::<TransferHook>(state).program_id = nonzero(program),
            Self::PermanentDelegate(key) => extension::<PermanentDelegate>(state).delegate = nonzero(key),
            Self::MintCloseAuthority(key) => extension::<MintCloseAuthority>(state).close_authority = nonzero(key),
            Self::MetadataPointer => extension::<MetadataPointer>(state).metadata_address = nonzero(mint),
            Self::Metadata(_) => {}
            Self::DefaultAccountState(value) => extension::<DefaultAccountState>(state).state = (*value).into(),
            Self::InterestBearing(bps) => extension::<InterestBearingConfig>(state).current_rate = (*bps).into(),
            Self::NonTransferable => {
                extension::<NonTransferable>(state);
            }
            Self::ConfidentialTransfer => {
                extension::<ConfidentialTransferMint>(state).auto_approve_new_accounts = true.into();
            }
            Self::Pausable(key) => extension::<PausableConfig>(state).authority = nonzero(key),
            Self::ScaledUiAmount(multiplier) => {
                let config = extension::<ScaledUiAmountConfig>(state);
                config.multiplier = (*multiplier).into();
                config.new_multiplier = (*multiplier).into();
            }
        }
    }
}

/// Token-2022 grows a mint when its metadata is set, because the length varies.
fn append_metadata(mint: &Pubkey, name: &str, data: &mut Vec<u8>) {
    let metadata = TokenMetadata { mint: *mint, name: name.to_owned(), ..TokenMetadata::default() };
    let len = StateWithExtensions::<Mint>::unpack(data)
        .and_then(|state| state.try_get_new_account_len_for_variable_len_extension(&metadata))
        .expect("the mint was just written");
    data.resize(len, 0);
    StateWithExtensionsMut::<Mint>::unpack(data)
        .and_then(|mut state| state.init_variable_len_extension(&metadata, false))
        .expect("the mint has room for its metadata");
}

/// Adds extension `E` with default content.
fn extension<'a, E: Extension + bytemuck::Pod + Default>(state: &'a mut StateWithExtensionsMut<'_, Mint>) -> &'a mut E {
    state.init_extension::<E>(false).expect("each extension once, in an account of the right size")
}

/// An optional key as extensions store it.
fn nonzero(key: &Pubkey) -> OptionalNonZeroPubkey {
    Some(*key).try_into().expect("not the zero key")
}
