//! The keeper: turns the cranks of vaults.
//!
//! Every round it looks at what has changed, asks the program's own rules what is due ([`plan`]), packs that into transactions
//! ([`pack`]), simulates and sends them ([`deliver`]), and settles what came of it ([`keeper`]). It needs no permission and decides
//! nothing that the program does not check: two keepers on one vault, or one that is killed and started anew, harm nobody.

pub mod budget;
pub mod config;
pub mod deliver;
pub mod follow;
pub mod hermes;
pub mod keeper;
pub mod ledger;
pub mod look;
pub mod metrics;
pub mod pack;
pub mod plan;
mod prices;
pub mod run;
pub mod server;
pub mod world;
