//! Random histories: a million actions on the program compiled for the host, thousands on the real virtual machine, and some on
//! both to show that they answer alike.
//!
//! The fuzzer is a program of its own (`cargo xtask fuzz`), since what the vault logs on the host would fill the tests' output. It
//! prints its seed, which `BALLAST_SEED` repeats.

use {ballast_tests::seed::seed, std::process::Command};

/// Runs the fuzzer and fails with what it says.
fn fuzz(mode: &str, actions: u64) {
    let seed = seed(&format!("fuzz {mode}"));
    let (actions, seed) = (actions.to_string(), seed.to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-adversary"));
    let output = command.args([mode, "--actions", &actions, "--seed", &seed]).output().expect("the fuzzer runs");
    let told = String::from_utf8_lossy(&output.stderr);
    println!("{told}");
    assert!(output.status.success(), "{told}");
    assert!(!told.contains("never succeeded"), "{told}");
}

#[test]
fn random_histories_break_nothing_natively() {
    fuzz("native", 1_000_000);
}

#[test]
fn random_histories_break_nothing_on_the_virtual_machine() {
    fuzz("svm", 20_000);
}

#[test]
fn native_chain_answers_as_the_virtual_machine_does() {
    fuzz("lockstep", 5_000);
}
