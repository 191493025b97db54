//! What may be spent: never so much that the wallet falls below its floor.

/// The wallet that pays fees.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What must stay in the wallet, in lamports.
    floor_lamports: u64,
    /// What the cluster last said the wallet has, less what was spent since; `None` before it was asked.
    balance_lamports: Option<u64>,
    /// Most that the transactions in flight may cost.
    reserved_lamports: u64,
}

impl Budget {
    /// A wallet that nothing is known of.
    pub fn new(floor_lamports: u64) -> Self {
        Budget { floor_lamports, balance_lamports: None, reserved_lamports: 0 }
    }

    /// What the cluster says the wallet has.
    pub fn set_balance(&mut self, lamports: u64) {
        self.balance_lamports = Some(lamports);
    }

    /// The last known balance.
    pub fn balance_lamports(&self) -> Option<u64> {
        self.balance_lamports
    }

    /// Whether the wallet has too little for one transaction that costs `lamports`, be nothing else in flight.
    pub fn is_low(&self, lamports: u64) -> bool {
        self.balance_lamports.is_some_and(|balance| balance.saturating_sub(lamports) < self.floor_lamports)
    }

    /// Sets the cost of a transaction aside, if the wallet can bear it. Every reservation ends with [`settle`](Self::settle).
    #[must_use]
    pub fn reserve(&mut self, lamports: u64) -> bool {
        let wanted = self.reserved_lamports.saturating_add(lamports).saturating_add(self.floor_lamports);
        let is_affordable = self.balance_lamports.is_some_and(|balance| wanted <= balance);
        if is_affordable {
            self.reserved_lamports = self.reserved_lamports.saturating_add(lamports);
        }
        is_affordable
    }

    /// Ends a reservation of which `spent_lamports` were paid.
    pub fn settle(&mut self, reserved_lamports: u64, spent_lamports: u64) {
        self.reserved_lamports = self.reserved_lamports.saturating_sub(reserved_lamports);
        self.balance_lamports = self.balance_lamports.map(|balance| balance.saturating_sub(spent_lamports));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(lamports: u64) -> Budget {
        let mut budget = Budget::new(1_000);
        budget.set_balance(lamports);
        budget
    }

    #[test]
    fn nothing_is_spent_before_the_balance_is_known() {
        assert!(!Budget::new(0).reserve(0));
    }

    #[test]
    fn floor_stays_untouched_however_many_transactions_are_in_flight() {
        let mut budget = budget(1_020);
        assert_eq!([budget.reserve(10), budget.reserve(10), budget.reserve(1)], [true, true, false]);
        // One of them cost less than was set aside, the other nothing.
        budget.settle(10, 5);
        budget.settle(10, 0);
        assert_eq!(budget.balance_lamports(), Some(1_015));
        assert_eq!([budget.reserve(15), budget.reserve(1)], [true, false]);
    }

    #[test]
    fn wallet_is_low_where_not_even_one_transaction_is_affordable() {
        assert_eq!([1_009, 1_010].map(|lamports| budget(lamports).is_low(10)), [true, false]);
        assert!(!Budget::new(u64::MAX).is_low(10), "nothing is known");
    }
}
