//! The benchmark's baseline program issues the CPIs it is given, as the benchmark relies on.

use {
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    anchor_spl::token,
    ballast_tests::{Signer, World, token::MintConfig},
    bare::{AccountRef, Cpi, encode},
};

const PROGRAM: Pubkey = Pubkey::from_str_const("Bare111111111111111111111111111111111111111");

/// Token units moved by each CPI.
const AMOUNT: u64 = 1_000;

const AUTHORITY_SEED: &[u8] = b"authority";

/// A world with the program, an SPL mint and its token accounts: alice's, and one of the program's PDA, which holds tokens.
struct Scene {
    world: World,
    accounts: Vec<AccountMeta>,
    /// The PDA's seeds.
    seeds: Vec<Vec<u8>>,
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new();
        world.deploy(&PROGRAM, "bare");
        let (authority, bump) = Pubkey::find_program_address(&[AUTHORITY_SEED], &PROGRAM);
        let alice = world.wallet("alice").pubkey();
        let mint = world.create_mint("usdc", &MintConfig::spl(6));
        let accounts = vec![
            AccountMeta::new(world.mint_to(&mint, &authority, 5 * AMOUNT), false),
            AccountMeta::new(world.create_token_account(&alice, &mint), false),
            AccountMeta::new_readonly(authority, false),
            AccountMeta::new_readonly(token::ID, false),
        ];
        Self { world, accounts, seeds: vec![AUTHORITY_SEED.to_vec(), vec![bump]] }
    }

    fn instruction(&self, data: Vec<u8>) -> Instruction {
        Instruction { program_id: PROGRAM, accounts: self.accounts.clone(), data }
    }
}

/// `Transfer` of SPL Token, from the PDA's account to alice's.
fn transfer() -> Cpi {
    let writable = |index| AccountRef { index, is_signer: false, is_writable: true };
    let authority = AccountRef { index: 2, is_signer: true, is_writable: false };
    let data = [&[3][..], &AMOUNT.to_le_bytes()].concat();
    Cpi { program: 3, accounts: vec![writable(0), writable(1), authority], data }
}

#[test]
fn cpis_of_the_authority_all_happen() {
    let mut scene = Scene::new();
    let instruction = scene.instruction(encode(&[transfer(), transfer()], &[scene.seeds.clone()]));
    let outcome = scene.world.send(&[instruction], &[]).unwrap();
    assert_eq!(scene.world.balance(&scene.accounts[1].pubkey), 2 * AMOUNT);
    assert_eq!(outcome.inner_instructions[0].len(), 2);
}

#[test]
fn cpi_without_the_seeds_of_its_signer_fails() {
    let mut scene = Scene::new();
    let instruction = scene.instruction(encode(&[transfer()], &[]));
    let failure = scene.world.send(&[instruction], &[]).unwrap_err();
    assert_eq!(format!("{:?}", failure.error), "InstructionError(0, PrivilegeEscalation)");
}

#[test]
fn short_data_fails() {
    let mut scene = Scene::new();
    let instruction = scene.instruction(vec![0, 1]);
    let failure = scene.world.send(&[instruction], &[]).unwrap_err();
    assert_eq!(format!("{:?}", failure.error), "InstructionError(0, InvalidInstructionData)");
}
