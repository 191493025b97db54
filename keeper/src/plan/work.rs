//! What is to be done for one vault in one transaction.

use ballast_client::pyth::FeedId;
use ballast_client::{Instruction, Pubkey};

/// Compute units by which works are packed. What a transaction then asks for is what its simulation used.
mod units {
    /// Any instruction.
    pub const INSTRUCTION: u32 = 3_000;
    /// Refreshing and observing one asset.
    pub const ASSET: u32 = 8_000;
    /// A swap with all that is around it.
    pub const ACTION: u32 = 110_000;
}

/// What a crank is for. Ordered by urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Management fees.
    CollectFees,
    /// Prices that would otherwise grow too old.
    Refresh,
    /// An observation of fresh prices.
    Observe,
    /// A trade on fresh prices.
    Rebalance,
    /// A breaker whose condition holds.
    Trip,
}

/// Instructions that belong into one transaction.
#[derive(Clone, Debug)]
pub struct Work {
    /// The vault.
    pub vault: Pubkey,
    /// What it is for.
    pub kind: Kind,
    /// What takes over and observes prices. Good for something by itself.
    pub prices: Vec<Instruction>,
    /// The feeds of which the price has to be posted first; [`offer_address`](crate::world::offer_address) stands for their accounts.
    pub feeds: Vec<FeedId>,
    /// What follows on those prices, if anything.
    pub action: Option<Instruction>,
    /// What the crank fund pays for it, in lamports.
    pub reward_lamports: u64,
    /// Number of the vault's assets.
    pub assets: u32,
}

impl Work {
    /// The instructions, in order.
    pub fn instructions(&self) -> impl Iterator<Item = &Instruction> {
        self.prices.iter().chain(&self.action)
    }

    /// The accounts that it writes, besides the keeper's.
    pub fn writes(&self) -> impl Iterator<Item = Pubkey> {
        let metas = self.instructions().flat_map(|instruction| &instruction.accounts);
        metas.filter(|meta| meta.is_writable && !meta.is_signer).map(|meta| meta.pubkey)
    }

    /// Whether it swaps, so that what it does depends on a pool that others trade on too.
    pub fn is_contested(&self) -> bool {
        matches!(self.kind, Kind::Rebalance | Kind::Trip)
    }

    /// Compute units that it may use.
    pub fn units(&self) -> u32 {
        let instructions = self.instructions().count() as u32;
        let action = if self.is_contested() { units::ACTION } else { 0 };
        instructions * units::INSTRUCTION + self.assets * units::ASSET + action
    }

    /// Only what concerns prices, where there is such a part: the action will be due again, without it.
    pub fn prices_only(&self) -> Option<Work> {
        let is_splittable = self.action.is_some() && !self.prices.is_empty();
        is_splittable.then(|| Work { kind: Kind::Refresh, action: None, reward_lamports: 0, ..self.clone() })
    }
}
