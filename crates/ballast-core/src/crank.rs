//! The crank fund: lamports that reimburse keepers, a fixed and capped amount a trade.

use crate::budget::Budget;
use crate::limits::Limits;

/// What a payment from one account to another depends on, in lamports. An account that has less than its rent minimum would
/// fail the transaction, or be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purse {
    /// What the account has.
    pub lamports: u64,
    /// What it must have for its size.
    pub rent_lamports: u64,
}

/// What the fund pays the keeper of a settled trade: the vault's reward and the budget after it, or `None` where the vault pays
/// nothing, the fund would fall below its rent minimum, the keeper would not reach theirs, or the day's budget does not allow it.
///
/// `paid` is what the fund has paid and has not come back; its capacity is the vault's limit.
pub fn reward(limits: &Limits, paid: &Budget, fund: Purse, keeper: Purse, now: i64) -> Option<(u64, Budget)> {
    let lamports = u64::from(limits.crank_reward_lamports);
    let is_affordable = fund.lamports.checked_sub(lamports)? >= fund.rent_lamports;
    let is_useful = keeper.lamports.checked_add(lamports)? >= keeper.rent_lamports;
    if lamports == 0 || !is_affordable || !is_useful {
        return None;
    }
    // A payment must not hold up a trade, whatever the budget says.
    let paid = paid.spend(lamports, now, u64::from(limits.max_daily_crank_lamports)).ok().flatten()?;
    Some((lamports, paid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::DEFAULT;

    const NOW: i64 = 1_700_000_000;
    const LIMITS: Limits = Limits { crank_reward_lamports: 10_000, max_daily_crank_lamports: 25_000, ..DEFAULT };
    const RICH: Purse = Purse { lamports: 1_000_000_000, rent_lamports: 890_880 };

    fn with(lamports: u64) -> Purse {
        Purse { lamports, ..RICH }
    }

    fn paid(limits: &Limits, fund: Purse, keeper: Purse) -> Option<u64> {
        reward(limits, &Budget::default(), fund, keeper, NOW).map(|(lamports, _)| lamports)
    }

    #[test]
    fn fund_pays_until_the_budget_is_spent_and_again_when_it_comes_back() {
        let pay = |budget, now| reward(&LIMITS, &budget, RICH, RICH, now);
        let (first, once) = pay(Budget::default(), NOW).unwrap();
        let (second, twice) = pay(once, NOW + 1).unwrap();
        assert_eq!((first, second), (10_000, 10_000));
        // A second gives back nothing whole; two fifths of a day give back ten thousand, of which five were missing.
        assert_eq!(twice, Budget { at: NOW + 1, spent: 20_000 });
        assert_eq!(pay(twice, NOW + 1), None);
        assert_eq!(pay(twice, NOW + 17_280), None);
        assert_eq!(pay(twice, NOW + 17_281), Some((10_000, Budget { at: NOW + 17_281, spent: 25_000 })));
    }

    #[test]
    fn fund_never_falls_below_its_rent() {
        let least = 890_880 + 10_000;
        let paid = [least, least - 1, 890_880, 9_999, 0].map(|lamports| paid(&LIMITS, with(lamports), RICH));
        assert_eq!(paid, [Some(10_000), None, None, None, None]);
    }

    #[test]
    fn keeper_who_would_not_reach_their_rent_gets_nothing() {
        let paid = [880_880, 880_879, 0, u64::MAX].map(|lamports| paid(&LIMITS, RICH, with(lamports)));
        assert_eq!(paid, [Some(10_000), None, None, None]);
    }

    #[test]
    fn no_reward_is_no_payment() {
        let nothing = Limits { crank_reward_lamports: 0, ..LIMITS };
        assert_eq!(paid(&nothing, RICH, RICH), None);
        let no_budget = Limits { max_daily_crank_lamports: 9_999, ..LIMITS };
        assert_eq!(paid(&no_budget, RICH, RICH), None);
        // A budget that a smaller limit has overdrawn.
        let overdrawn = Budget { at: NOW, spent: u64::MAX };
        assert_eq!(reward(&LIMITS, &overdrawn, RICH, RICH, NOW), None);
    }
}
