//! Several vaults' work in as few transactions as it fits.
//!
//! A transaction succeeds or fails as a whole, so works that swap stay apart from those that do not: whoever trades first on a pool
//! can spoil the former only. Works whose prices must be posted stay apart as well: that takes transactions of its own. Works that write a common account share a transaction, where one after the other was simulated, or
//! wait for each other. What has just failed goes alone: it may have spoiled the others, or they it.

use std::collections::{BTreeSet, HashSet};

use ballast_client::pyth::FeedId;
use ballast_client::{AddressLookupTableAccount, Instruction, Pubkey, transaction};

use crate::plan::Work;

/// Most accounts that a transaction may lock.
const MAX_ACCOUNTS: usize = 64;
/// Compute units up to which works are put together: what they take is a guess, and a transaction may not ask for more than
/// [`transaction::MAX_UNITS`].
const MAX_UNITS: u32 = transaction::MAX_UNITS * 3 / 4;

/// Works that share a transaction.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The works, in order.
    pub works: Vec<Work>,
    /// The lookup tables that shorten it.
    pub tables: Vec<AddressLookupTableAccount>,
}

impl Batch {
    /// The instructions of all works, in order.
    pub fn instructions(&self) -> Vec<Instruction> {
        self.works.iter().flat_map(Work::instructions).cloned().collect()
    }

    /// The vaults.
    pub fn vaults(&self) -> Vec<Pubkey> {
        self.works.iter().map(|work| work.vault).collect()
    }

    /// The accounts that it writes, besides the keeper's.
    pub fn writes(&self) -> Vec<Pubkey> {
        self.works.iter().flat_map(Work::writes).collect()
    }

    /// The feeds of which the price has to be posted first, each once.
    pub fn feeds(&self) -> Vec<FeedId> {
        let feeds: BTreeSet<FeedId> = self.works.iter().flat_map(|work| &work.feeds).copied().collect();
        feeds.into_iter().collect()
    }

    /// What the crank funds pay for it, in lamports.
    pub fn reward_lamports(&self) -> u64 {
        self.works.iter().map(|work| work.reward_lamports).sum()
    }

    /// Takes out the work that has the instruction of this index.
    pub fn remove_instruction(&mut self, index: usize) -> Option<Work> {
        let mut end = 0;
        let culprit = self.works.iter().position(|work| {
            end += work.instructions().count();
            index < end
        });
        culprit.map(|position| self.works.remove(position))
    }

    fn writes_any(&self, accounts: &[Pubkey]) -> bool {
        self.works.iter().flat_map(Work::writes).any(|written| accounts.contains(&written))
    }
}

/// How to pack.
#[derive(Clone, Copy)]
pub struct Packer<'a> {
    /// Who pays.
    pub keeper: Pubkey,
    /// Lookup tables to choose from.
    pub tables: &'a [AddressLookupTableAccount],
    /// Most vaults in one transaction.
    pub max_vaults: usize,
    /// Vaults that share no transaction.
    pub apart: &'a [Pubkey],
}

/// What came of packing.
#[derive(Debug, Default)]
pub struct Packed {
    /// The transactions; no two of them write a common account.
    pub batches: Vec<Batch>,
    /// What has to wait for one of them.
    pub waiting: Vec<Pubkey>,
    /// What does not fit into any transaction.
    pub too_large: Vec<Pubkey>,
}

impl Packer<'_> {
    /// Packs works, the first ones first.
    pub fn pack(&self, works: Vec<Work>) -> Packed {
        let mut packed = Packed::default();
        for work in works {
            let vault = work.vault;
            let Some(work) = self.fitting(work) else {
                packed.too_large.push(vault);
                continue;
            };
            if !self.place(&mut packed.batches, work) {
                packed.waiting.push(vault);
            }
        }
        packed
    }

    /// The work as it fits into a transaction of its own: whole, or the part about prices.
    fn fitting(&self, work: Work) -> Option<Work> {
        let prices_only = work.prices_only();
        [Some(work), prices_only].into_iter().flatten().find(|work| self.with(&Batch::default(), work).is_some())
    }

    /// Puts the work into the batch that it must share, or else the first that it fits, or a new one. `false` where it must wait.
    fn place(&self, batches: &mut Vec<Batch>, work: Work) -> bool {
        let writes: Vec<Pubkey> = work.writes().collect();
        let mut shared = batches.iter_mut().filter(|batch| batch.writes_any(&writes));
        match (shared.next(), shared.next()) {
            (Some(_), Some(_)) => false,
            (Some(only), None) => self.with(only, &work).map(|larger| *only = larger).is_some(),
            (None, _) => {
                let larger = batches.iter().enumerate().find_map(|(index, batch)| Some((index, self.with(batch, &work)?)));
                match larger {
                    Some((index, larger)) => batches[index] = larger,
                    None => batches.extend(self.with(&Batch::default(), &work)),
                }
                true
            }
        }
    }

    /// The batch with one more work; `None` where that is too much.
    fn with(&self, batch: &Batch, work: &Work) -> Option<Batch> {
        let is_alike = batch.works.iter().all(|other| class(other) == class(work));
        let units = batch.works.iter().chain([work]).map(Work::units).fold(0, u32::saturating_add);
        let is_apart = |work: &Work| self.apart.contains(&work.vault);
        if !batch.works.is_empty() && batch.works.iter().chain([work]).any(is_apart) {
            return None;
        }
        if !is_alike || batch.works.len() >= self.max_vaults || (units > MAX_UNITS && !batch.works.is_empty()) {
            return None;
        }
        let mut larger = batch.clone();
        larger.works.push(work.clone());
        let instructions = larger.instructions();
        larger.tables = self.tables_for(&instructions);
        self.fits(&instructions, &larger.tables).then_some(larger)
    }

    fn fits(&self, instructions: &[Instruction], tables: &[AddressLookupTableAccount]) -> bool {
        let with_budget = transaction::with_budget(instructions, 0, 0);
        let accounts: HashSet<Pubkey> = named(&with_budget).chain([self.keeper]).collect();
        let message = transaction::message(&self.keeper, &with_budget, tables, Default::default());
        accounts.len() <= MAX_ACCOUNTS && message.is_ok()
    }

    /// The tables that shorten these instructions. One takes as many bytes as the second address that it saves.
    fn tables_for(&self, instructions: &[Instruction]) -> Vec<AddressLookupTableAccount> {
        // Signers and programs are always spelled out.
        let metas = instructions.iter().flat_map(|instruction| &instruction.accounts);
        let mut unlisted: HashSet<Pubkey> = metas.filter(|meta| !meta.is_signer).map(|meta| meta.pubkey).collect();
        let mut chosen = vec![];
        for table in self.tables {
            let listed: Vec<Pubkey> = table.addresses.iter().filter(|address| unlisted.contains(*address)).copied().collect();
            if listed.len() >= 2 {
                unlisted.retain(|address| !listed.contains(address));
                chosen.push(table.clone());
            }
        }
        chosen
    }
}

/// What works of one transaction have in common.
fn class(work: &Work) -> (bool, bool) {
    (work.is_contested(), work.feeds.is_empty())
}

/// Every account that the instructions name.
fn named(instructions: &[Instruction]) -> impl Iterator<Item = Pubkey> {
    instructions
        .iter()
        .flat_map(|instruction| instruction.accounts.iter().map(|meta| meta.pubkey).chain([instruction.program_id]))
}

#[cfg(test)]
mod tests {
    use ballast_client::{AccountMeta, instruction};

    use super::*;
    use crate::plan::Kind;

    const KEEPER: Pubkey = Pubkey::new_from_array([9; 32]);

    fn packer(tables: &[AddressLookupTableAccount]) -> Packer<'_> {
        Packer { keeper: KEEPER, tables, max_vaults: 8, apart: &[] }
    }

    fn observation() -> Work {
        let vault = Pubkey::new_unique();
        Work {
            vault,
            kind: Kind::Observe,
            prices: vec![instruction::observe(vault)],
            feeds: vec![],
            action: None,
            reward_lamports: 1,
            assets: 2,
        }
    }

    /// A swap that writes this pool, and names some more accounts.
    fn swap(pool: Pubkey, others: usize) -> Work {
        let mut accounts: Vec<_> = (0..others).map(|_| AccountMeta::new_readonly(Pubkey::new_unique(), false)).collect();
        accounts.extend([AccountMeta::new(KEEPER, true), AccountMeta::new(pool, false)]);
        let program_id = Pubkey::new_from_array([8; 32]);
        let action = Some(Instruction { program_id, accounts, data: vec![] });
        Work { kind: Kind::Rebalance, action, ..observation() }
    }

    /// Number of works in each batch.
    fn sizes(packed: &Packed) -> Vec<usize> {
        packed.batches.iter().map(|batch| batch.works.len()).collect()
    }

    #[test]
    fn observations_share_transactions_up_to_the_limit() {
        let packed = packer(&[]).pack((0..19).map(|_| observation()).collect());
        assert_eq!((sizes(&packed), packed.waiting.len()), (vec![8, 8, 3], 0));
        assert_eq!(packed.batches[0].reward_lamports(), 8);
    }

    #[test]
    fn what_has_failed_shares_no_transaction() {
        let works: Vec<_> = (0..4).map(|_| observation()).collect();
        let failed = [works[1].vault];
        let packed = Packer { apart: &failed, ..packer(&[]) }.pack(works);
        assert_eq!((sizes(&packed), packed.waiting.len()), (vec![3, 1], 0));
        assert_eq!(packed.batches[1].vaults(), failed);
        // On a pool that another one trades on it waits for its turn.
        let pool = Pubkey::new_unique();
        let works = vec![swap(pool, 0), swap(pool, 0)];
        let failed = [works[0].vault];
        let packed = Packer { apart: &failed, ..packer(&[]) }.pack(works);
        assert_eq!((sizes(&packed), packed.waiting.len()), (vec![1], 1));
    }

    #[test]
    fn swaps_stay_apart_from_observations() {
        let [pool, other] = [(); 2].map(|()| Pubkey::new_unique());
        let packed = packer(&[]).pack(vec![swap(pool, 0), observation(), swap(other, 0), observation()]);
        assert_eq!(sizes(&packed), [2, 2]);
        let kinds: Vec<_> = packed.batches.iter().map(|batch| batch.works[0].is_contested()).collect();
        assert_eq!(kinds, [true, false]);
    }

    #[test]
    fn swaps_on_one_pool_share_a_transaction_or_wait() {
        let pool = Pubkey::new_unique();
        // Two of them fit.
        let works: Vec<_> = (0..3).map(|_| swap(pool, 11)).collect();
        let last = works[2].vault;
        let packed = packer(&[]).pack(works);
        assert_eq!((sizes(&packed), packed.waiting), (vec![2], vec![last]));
    }

    #[test]
    fn work_that_would_tie_two_transactions_together_waits() {
        let [pool, other] = [(); 2].map(|()| Pubkey::new_unique());
        let mut both = swap(pool, 0);
        both.action.as_mut().unwrap().accounts.push(AccountMeta::new(other, false));
        let packed = packer(&[]).pack(vec![swap(pool, 20), swap(other, 20), both.clone()]);
        assert_eq!((sizes(&packed), packed.waiting), (vec![1, 1], vec![both.vault]));
    }

    #[test]
    fn too_large_a_work_is_cut_down_to_its_prices_and_refused_without_any() {
        let large = swap(Pubkey::new_unique(), 40);
        let alone = Work { prices: vec![], ..large.clone() };
        let packed = packer(&[]).pack(vec![large, alone.clone()]);
        assert_eq!((sizes(&packed), packed.too_large), (vec![1], vec![alone.vault]));
        let work = &packed.batches[0].works[0];
        assert_eq!((work.kind, work.reward_lamports, work.instructions().count()), (Kind::Refresh, 0, 1));
    }

    #[test]
    fn lookup_tables_make_room() {
        let large = swap(Pubkey::new_unique(), 40);
        let addresses = large.instructions().flat_map(|instruction| &instruction.accounts).map(|meta| meta.pubkey).collect();
        let table = AddressLookupTableAccount { key: Pubkey::new_unique(), addresses };
        let useless = AddressLookupTableAccount { key: Pubkey::new_unique(), addresses: vec![large.vault, KEEPER] };
        let tables = [table, useless];
        let packed = packer(&tables).pack(vec![large]);
        assert_eq!((sizes(&packed), packed.batches[0].works[0].kind), (vec![1], Kind::Rebalance));
        assert_eq!(packed.batches[0].tables, tables[..1], "the second would save nothing");
    }

    #[test]
    fn culprit_is_found_by_its_instruction() {
        let works = vec![observation(), swap(Pubkey::new_unique(), 0), observation()];
        let batch = Batch { works: works.clone(), tables: vec![] };
        // One instruction, two, one.
        for (index, vault) in [(0, 0), (1, 1), (2, 1), (3, 2)] {
            assert_eq!(batch.clone().remove_instruction(index).map(|work| work.vault), Some(works[vault].vault));
        }
        assert!(batch.clone().remove_instruction(4).is_none());
    }
}
