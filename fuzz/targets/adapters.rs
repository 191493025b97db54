//! Pools and their accounts of any bytes: adapters never panic, and what they read as a pool pays no more than it holds.
#![no_main]

use anchor_lang::prelude::Pubkey;
use ballast::amm::{Adapter, Amm, RaydiumCpmm, TokenSwap};
use ballast_fuzz::{Account, Input};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let owner = if input.byte() & 1 == 0 { TokenSwap::PROGRAM_ID } else { RaydiumCpmm::PROGRAM_ID };
    let amount_in = input.number();
    let pool = input.sized();
    let mut state = Account::new(Pubkey::new_from_array([1; 32]), owner, pool.clone());
    let state = state.info();
    let Ok(amm) = Amm::of_pool(&state) else { panic!("both programs are supported") };
    let count = amm.writable().len();
    if let Ok(pins) = amm.pin(&state) {
        assert_eq!(pins.accounts.len(), count);
    }
    // The pool comes first; the others hold what is left of the input.
    let mut accounts = vec![Account::new(*state.key, owner, pool)];
    accounts.extend((1..count).map(|number| Account::new(Pubkey::new_from_array([number as u8; 32]), owner, input.sized())));
    let infos: Vec<_> = accounts.iter_mut().map(Account::info).collect();
    let Ok(pool) = amm.pool(&infos) else { return };
    for sell in [0, 1] {
        let directed = pool.directed(sell);
        if let Ok(paid) = directed.quote(amount_in) {
            assert!(paid <= directed.reserves.output, "{directed:?} pays {paid} for {amount_in}");
        }
        _ = directed.fee_e8();
    }
});
