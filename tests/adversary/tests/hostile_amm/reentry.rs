//! An AMM that calls back into the vault's program, by every instruction that it has.

use {
    crate::heist::{Heist, assert_runtime_refuses},
    anchor_lang::{
        prelude::{AccountMeta, Pubkey},
        solana_program::instruction::Instruction,
    },
    ballast_tests::{Signer, amm::token_swap, scene::Config},
    bare::encode,
    serde_json::Value,
    solana_transaction::InstructionError,
};

/// The interface that clients are generated from; a check of the build keeps it as the program is.
const IDL: &str = include_str!("../../../../idl/ballast.json");

/// Enough zeros for the arguments of any instruction.
const ARGUMENTS: [u8; 64] = [0; 64];

/// Name and data of every instruction of the program, its arguments all zeros.
fn instructions() -> Vec<(String, Vec<u8>)> {
    let idl: Value = serde_json::from_str(IDL).expect("an IDL");
    let read = |instruction: &Value| {
        let discriminator = instruction["discriminator"].as_array().expect("a discriminator");
        let discriminator = discriminator.iter().map(|byte| byte.as_u64().expect("a byte") as u8);
        let name = instruction["name"].as_str().expect("a name").to_owned();
        (name, discriminator.chain(ARGUMENTS).collect())
    };
    let instructions: Vec<_> = idl["instructions"].as_array().expect("instructions").iter().map(read).collect();
    assert!(instructions.iter().any(|(name, _)| name == "redeem_in_kind"));
    instructions
}

/// A call of the vault's program with every account that the AMM has.
fn call(heist: &Heist, data: Vec<u8>) -> Instruction {
    let mut accounts: Vec<_> = heist.accounts.iter().map(|key| AccountMeta::new_readonly(*key, false)).collect();
    accounts[2].is_signer = true;
    Instruction { program_id: ballast::ID, accounts, data }
}

#[test]
fn swap_that_calls_back_by_any_instruction_is_stopped_by_the_runtime() {
    let heist = Heist::with(Config::pair(), |_, planted| planted.token_program = ballast::ID);
    for (name, data) in instructions() {
        println!("{name}");
        assert_runtime_refuses(heist.swap_by(&[call(&heist, data)]), InstructionError::ReentrancyNotAllowed);
    }
}

/// Through another program, since only the one that is called last may call itself.
#[test]
fn swap_that_calls_back_through_another_program_is_stopped_by_the_runtime() {
    let mut other = Pubkey::default();
    let mut heist = Heist::with(Config::pair(), |scene, planted| {
        other = scene.world.keypair("another program").pubkey();
        scene.world.deploy(&other, "bare");
        (planted.token_program, planted.pool_mint) = (ballast::ID, other);
    });
    heist.scene.world.deploy(&other, "bare");
    for (name, data) in instructions() {
        println!("{name}");
        let inner = call(&heist, data);
        let relay = Instruction { program_id: other, data: encode(&[heist.cpi(&inner)], &[]), ..inner };
        assert_runtime_refuses(heist.swap_by(&[relay]), InstructionError::ReentrancyNotAllowed);
    }
}

/// The AMM may call itself, and is then no nearer.
#[test]
fn swap_that_calls_back_through_itself_is_stopped_by_the_runtime() {
    let mut script = Pubkey::default();
    let mut heist = Heist::with(Config::pair(), |scene, planted| {
        script = scene.world.keypair("inner script").pubkey();
        (planted.token_program, planted.pool_mint, planted.fee_account) = (ballast::ID, token_swap::PROGRAM, script);
    });
    for (name, data) in instructions() {
        println!("{name}");
        let inner = call(&heist, data);
        let mut scene = heist.scene.clone();
        heist.write_script(&mut scene, &script, std::slice::from_ref(&inner));
        let mut myself = Instruction { program_id: token_swap::PROGRAM, data: vec![1], ..inner };
        // Its script is in the first account; the others keep their places.
        myself.accounts[0].pubkey = script;
        let before = std::mem::replace(&mut heist.scene, scene);
        assert_runtime_refuses(heist.swap_by(&[myself]), InstructionError::ReentrancyNotAllowed);
        heist.scene = before;
    }
}
