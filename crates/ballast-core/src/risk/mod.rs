//! Risk: what stops a vault from trading on its own, and what a trade must not make worse.

pub mod breaker;
pub mod condition;
pub mod lookback;
pub mod reference;
pub mod stress;
