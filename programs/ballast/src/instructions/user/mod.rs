//! What depositors do.

pub mod claim;
pub mod close_claims;
pub mod deposit_in_kind;
pub mod deposit_single;
pub mod in_kind;
pub mod open_claims;
pub mod redeem_in_kind;
pub mod redeem_single;
pub mod single;

pub use claim::*;
pub use close_claims::*;
pub use deposit_in_kind::*;
pub use deposit_single::*;
pub use in_kind::*;
pub use open_claims::*;
pub use redeem_in_kind::*;
pub use redeem_single::*;
pub use single::*;
