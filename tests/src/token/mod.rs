//! Mints and token accounts of SPL Token and Token-2022, written straight into the chain's state.

mod mint;

pub use mint::{MintConfig, MintExtension};

use {
    crate::world::World,
    anchor_lang::prelude::Pubkey,
    anchor_spl::{
        associated_token::get_associated_token_address_with_program_id,
        token_2022::{
            self,
            spl_token_2022::{
                extension::{
                    BaseState, BaseStateWithExtensions, BaseStateWithExtensionsMut, ExtensionType, StateWithExtensions,
                    StateWithExtensionsMut, default_account_state::DefaultAccountState,
                },
                state::{Account as TokenState, AccountState, Mint},
            },
        },
    },
    solana_signer::Signer,
};

impl World {
    /// Creates a mint at the address of `label`. Its supply is zero and its authority the world's payer.
    pub fn create_mint(&mut self, label: &str, config: &MintConfig) -> Pubkey {
        let mint = self.keypair(label).pubkey();
        let data = config.account_data(&mint, &self.payer.pubkey());
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

/// The data of an account of base state `S` with room for these extensions.
fn zeroed<S: BaseState>(types: &[ExtensionType]) -> Vec<u8> {
    vec![0; ExtensionType::try_calculate_account_len::<S>(types).expect("only extensions of fixed size")]
}

fn unpack_account(data: &[u8]) -> TokenState {
    StateWithExtensions::<TokenState>::unpack(data).expect("the account is a token account").base
}
