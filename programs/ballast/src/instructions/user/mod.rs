//! What depositors do.

pub mod deposit_in_kind;
pub mod deposit_single;
pub mod in_kind;
pub mod redeem_in_kind;
pub mod redeem_single;
pub mod single;

pub use deposit_in_kind::*;
pub use deposit_single::*;
pub use in_kind::*;
pub use redeem_in_kind::*;
pub use redeem_single::*;
pub use single::*;
