//! Mints and token accounts of SPL Token and Token-2022, written straight into the chain's state.

use {
    crate::world::World,
    anchor_lang::{prelude::Pubkey, solana_program::program_option::COption},
    anchor_spl::{
        associated_token::get_associated_token_address_with_program_id,
        token,
        token_2022::{
            self,
            spl_token_2022::{
                extension::{
                    BaseState, BaseStateWithExtensions, BaseStateWithExtensionsMut, Extension, ExtensionType,
                    StateWithExtensions, StateWithExtensionsMut,
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
                state::{Account as TokenState, AccountState, Mint},
            },
        },
        token_2022_extensions::{
            spl_pod::optional_keys::OptionalNonZeroPubkey, spl_token_metadata_interface::state::TokenMetadata,
        },
    },
    solana_signer::Signer,
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

impl World {
    /// Creates a mint at the address of `label`. Its supply is zero and its authority the world's payer.
    pub fn create_mint(&mut self, label: &str, config: &MintConfig) -> Pubkey {
        let mint = self.keypair(label).pubkey();
        let data = mint_data(&mint, &self.payer.pubkey(), config);
        self.write(&mint, &config.program, data);
        mint
    }

    /// Creates the associated token account of `owner` for `mint`, empty, and returns its address.
    pub fn create_token_account(&mut self, owner: &Pubkey, mint: &Pubkey) -> Pubkey {
        let address = self.token_address(owner, mint);
        self.write_token_account(&address, owner, mint);
        address
    }

    /// Writes an empty token account of `owner` for `mint` at any `address`.
    pub fn write_token_account(&mut self, address: &Pubkey, owner: &Pubkey, mint: &Pubkey) {
        let account = self.account(mint);
        let associated = *address == self.token_address(owner, mint);
        let data = token_account_data(owner, mint, &account.data, associated && account.owner == token_2022::ID);
        self.write(address, &account.owner, data);
    }

    /// The address of `owner`'s associated token account for `mint`.
    pub fn token_address(&self, owner: &Pubkey, mint: &Pubkey) -> Pubkey {
        get_associated_token_address_with_program_id(owner, mint, &self.account(mint).owner)
    }

    /// Mints `amount` units to `owner`'s associated token account, created where missing, and returns its address.
    pub fn mint_to(&mut self, mint: &Pubkey, owner: &Pubkey, amount: u64) -> Pubkey {
        let address = self.token_address(owner, mint);
        if self.find_account(&address).is_none() {
            self.create_token_account(owner, mint);
        }
        self.mint_into(&address, amount);
        address
    }

    /// Mints `amount` units into the token account at `address`.
    ///
    /// # Panics
    /// Where the supply would pass `u64::MAX`.
    pub fn mint_into(&mut self, address: &Pubkey, amount: u64) {
        let mint = self.token_account(address).mint;
        self.edit_mint(&mint, |state| {
            state.supply = state.supply.checked_add(amount).expect("the supply fits u64");
        });
        self.edit_token_account(address, |state| state.amount += amount);
    }

    /// Units in the token account at `address`.
    pub fn balance(&self, address: &Pubkey) -> u64 {
        self.token_account(address).amount
    }

    /// Units of `mint` in `owner`'s associated token account; zero where it does not exist.
    pub fn balance_of(&self, owner: &Pubkey, mint: &Pubkey) -> u64 {
        let address = self.token_address(owner, mint);
        self.find_account(&address).map_or(0, |account| unpack_account(&account.data).amount)
    }

    /// Units of `mint` in existence.
    pub fn supply(&self, mint: &Pubkey) -> u64 {
        self.mint(mint).supply
    }

    /// The mint at `address`, without its extensions.
    pub fn mint(&self, address: &Pubkey) -> Mint {
        let account = self.account(address);
        StateWithExtensions::<Mint>::unpack(&account.data).expect("the account is a mint").base
    }

    /// The token account at `address`, without its extensions.
    pub fn token_account(&self, address: &Pubkey) -> TokenState {
        unpack_account(&self.account(address).data)
    }

    /// Freezes the token account at `address`, whoever the mint's freeze authority is.
    pub fn freeze(&mut self, address: &Pubkey) {
        self.edit_token_account(address, |state| state.state = AccountState::Frozen);
    }

    /// Thaws the token account at `address`.
    pub fn thaw(&mut self, address: &Pubkey) {
        self.edit_token_account(address, |state| state.state = AccountState::Initialized);
    }

    /// Changes the base fields of the token account at `address` past the token program's rules.
    pub fn edit_token_account(&mut self, address: &Pubkey, edit: impl FnOnce(&mut TokenState)) {
        let mut account = self.account(address);
        let mut state = StateWithExtensionsMut::<TokenState>::unpack(&mut account.data).expect("a token account");
        edit(&mut state.base);
        state.pack_base();
        self.set_account(address, account);
    }

    /// Changes the base fields of the mint at `address` past the token program's rules.
    pub fn edit_mint(&mut self, address: &Pubkey, edit: impl FnOnce(&mut Mint)) {
        let mut account = self.account(address);
        let mut state = StateWithExtensionsMut::<Mint>::unpack(&mut account.data).expect("the account is a mint");
        edit(&mut state.base);
        state.pack_base();
        self.set_account(address, account);
    }
}

fn mint_data(mint: &Pubkey, authority: &Pubkey, config: &MintConfig) -> Vec<u8> {
    let types: Vec<_> = config.extensions.iter().filter_map(MintExtension::sized_type).collect();
    let mut data = zeroed::<Mint>(&types);
    let mut state = StateWithExtensionsMut::<Mint>::unpack_uninitialized(&mut data).expect("zeroed, of the right size");
    for extension in &config.extensions {
        extension.write(mint, &mut state);
    }
    state.base = Mint {
        mint_authority: COption::Some(*authority),
        supply: 0,
        decimals: config.decimals,
        is_initialized: true,
        freeze_authority: config.freeze_authority.into(),
    };
    state.pack_base();
    state.init_account_type().expect("only mint extensions were written");
    for extension in &config.extensions {
        if let MintExtension::Metadata(name) = extension {
            append_metadata(mint, name, &mut data);
        }
    }
    data
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

fn token_account_data(owner: &Pubkey, mint: &Pubkey, mint_data: &[u8], immutable_owner: bool) -> Vec<u8> {
    let mint_state = StateWithExtensions::<Mint>::unpack(mint_data).expect("the account is a mint");
    let mint_types = mint_state.get_extension_types().expect("the mint's extensions are well-formed");
    let mut types = Vec::new();
    if immutable_owner {
        types.push(ExtensionType::ImmutableOwner);
    }
    types.extend(ExtensionType::get_required_init_account_extensions(&mint_types));

    let mut data = zeroed::<TokenState>(&types);
    let mut state = StateWithExtensionsMut::<TokenState>::unpack_uninitialized(&mut data).expect("zeroed, of the right size");
    for extension_type in types {
        state.init_account_extension_from_type(extension_type).expect("the account has room for its extensions");
    }
    let initial = match mint_state.get_extension::<DefaultAccountState>() {
        Ok(default) => AccountState::try_from(default.state).expect("a valid account state"),
        Err(_) => AccountState::Initialized,
    };
    state.base = TokenState { mint: *mint, owner: *owner, state: initial, ..TokenState::default() };
    state.pack_base();
    state.init_account_type().expect("only account extensions were written");
    data
}

fn zeroed<S: BaseState>(types: &[ExtensionType]) -> Vec<u8> {
    vec![0; ExtensionType::try_calculate_account_len::<S>(types).expect("only extensions of fixed size")]
}

/// Adds extension `E` with default content.
fn extension<'a, E: Extension + bytemuck::Pod + Default>(state: &'a mut StateWithExtensionsMut<'_, Mint>) -> &'a mut E {
    state.init_extension::<E>(false).expect("each extension once, in an account of the right size")
}

/// An optional key as extensions store it.
fn nonzero(key: &Pubkey) -> OptionalNonZeroPubkey {
    Some(*key).try_into().expect("not the zero key")
}

fn unpack_account(data: &[u8]) -> TokenState {
    StateWithExtensions::<TokenState>::unpack(data).expect("the account is a token account").base
}
