//! The assets among which the policies move weight.

use super::portion::Portion;
use crate::MAX_ASSETS;
use crate::fixed::MathError;

/// All assets, or all but the safe one where a part decides how much goes there.
#[derive(Clone, Copy)]
pub(super) struct Sleeve {
    /// Index of the asset that does not belong to it.
    pub(super) safe: Option<usize>,
}

impl Sleeve {
    /// The members of a list that has one entry per asset, with their indices.
    pub(super) fn members<T>(self, list: impl Iterator<Item = T>) -> impl Iterator<Item = (usize, T)> {
        list.enumerate().filter(move |&(index, _)| Some(index) != self.safe)
    }

    /// The members' weights together, in 10⁻⁸.
    pub(super) fn sum_e8(self, weights: &[u32]) -> u64 {
        self.members(weights.iter()).map(|(_, &weight)| u64::from(weight)).fold(0, u64::wrapping_add)
    }

    /// The members' weights in 10⁻⁸, zero for all others.
    pub(super) fn members_e8(self, weights: &[u32]) -> [i64; MAX_ASSETS] {
        let mut members_e8 = [0; MAX_ASSETS];
        for (_, (member, &weight)) in self.members(members_e8.iter_mut().zip(weights)) {
            *member = i64::from(weight);
        }
        members_e8
    }

    /// Scales the members' weights so that they sum to `sum_e8`. A sleeve without weight stays so: it has no proportions.
    pub(super) fn resize(self, weights: &mut [u32], sum_e8: u64) -> Result<(), MathError> {
        let before_e8 = self.sum_e8(weights);
        if before_e8 == 0 {
            return Ok(());
        }
        let mut portion = Portion::new(sum_e8, before_e8)?;
        for (_, weight) in self.members(weights.iter_mut()) {
            *weight = portion.of(i64::from(*weight)) as u32;
        }
        Ok(())
    }

    /// Gives the members this part of the whole, in 10⁻⁸ and at most one, and the safe asset the rest.
    pub(super) fn divide(self, weights: &mut [u32], part_e8: u64, whole_e8: u64) -> Result<(), MathError> {
        self.resize(weights, part_e8)?;
        let safe_e8 = whole_e8.saturating_sub(self.sum_e8(weights));
        if let Some(weight) = self.safe.and_then(|safe| weights.get_mut(safe)) {
            *weight = u32::try_from(safe_e8).map_err(|_| MathError::Overflow)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: u64 = 100_000_000;

    #[test]
    fn safe_asset_takes_the_rest() {
        let mut weights = [30_000_000, 50_000_000, 20_000_000];
        Sleeve { safe: Some(1) }.divide(&mut weights, 70_000_000, WHOLE).unwrap();
        assert_eq!(weights, [42_000_000, 30_000_000, 28_000_000]);
        Sleeve { safe: Some(1) }.divide(&mut weights, 0, WHOLE).unwrap();
        assert_eq!(weights, [0, 100_000_000, 0]);
    }

    #[test]
    fn sleeve_without_weight_has_no_proportions() {
        let mut weights = [0, 100_000_000, 0];
        Sleeve { safe: Some(1) }.divide(&mut weights, 70_000_000, WHOLE).unwrap();
        assert_eq!(weights, [0, 100_000_000, 0]);
    }

    #[test]
    fn resizing_loses_nothing() {
        let mut weights = [1, 1, 1, 99_999_997];
        Sleeve { safe: None }.resize(&mut weights, 33_333_333).unwrap();
        assert_eq!(weights.iter().sum::<u32>(), 33_333_333);
        Sleeve { safe: Some(3) }.resize(&mut weights, 1 << 32).err().unwrap();
    }
}
