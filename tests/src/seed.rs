//! Seeds of random tests.

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

/// A seed for the random test `name`, printed: from the clock, or `BALLAST_SEED`, which so repeats a run.
///
/// # Panics
/// Where `BALLAST_SEED` is not a number below 2^64.
#[must_use]
pub fn seed(name: &str) -> u64 {
    let seed = match env::var("BALLAST_SEED") {
        Ok(seed) => seed.parse().expect("BALLAST_SEED is a number below 2^64"),
        Err(_) => SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").subsec_nanos().into(),
    };
    println!("{name}: repeat with BALLAST_SEED={seed}");
    seed
}
