//! Attacks by way of the market: on the vault's trades, its stored prices, and what it pays for shares, with real swaps.
//!
//! Each test plays an attack over many choices of its parameters, prints the one that pays best, and holds the attacker's gain
//! at fair prices and the stayers' loss against a bound. `docs/threat-model.md` has the table. Where a bound is not zero, it
//! says so and why.

mod breakers;
mod crank;
mod donation;
mod drift;
mod dust;
mod fees;
mod inflation;
mod market;
mod oracle_lag;
mod quarantine;
mod sandwich;
mod updates;
