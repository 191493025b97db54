//! Management fees: new shares for the passage of time.

use crate::stored::stored;

stored! {
    /// Management fees that have accrued.
    pub struct FeeAccrual {
        /// Unix time up to which fees have accrued; 0 before the first deposit.
        pub at: i64,
        /// Part of a raw share that has accrued and is not counted yet, in 10⁻¹⁸.
        pub carry_e18: u64,
        /// Shares (raw units) that have accrued and are not minted yet. They are part of the vault's total.
        pub owed_shares: u64,
    }
}
