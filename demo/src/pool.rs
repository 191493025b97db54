//! A constant-product pool as its arbitrageur sees it.

/// What the pool holds, in raw units of its two tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// Units of the first token.
    pub first: u64,
    /// Units of the second token.
    pub second: u64,
}

/// A swap into a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Whether the first token goes in and the second comes out.
    pub sells_first: bool,
    /// Units that go in.
    pub amount_in: u64,
}

impl Pool {
    /// The swap that profits most while the market pays `price` units of the second token for one of the first, or `None`
    /// inside the band of the fee, where no swap profits.
    ///
    /// With reserves x and y and the part k = 1 − fee of the input that trades, an input a buys y·k·a / (x + k·a). The next unit
    /// of input buys k·x·y / (x + k·a)²; trading pays until that equals the market's price p: a = (√(k·x·y / p) − x) / k.
    pub fn arbitrage(&self, price: f64, fee_bps: u16) -> Option<Swap> {
        let (first, second) = (self.first as f64, self.second as f64);
        let kept = 1.0 - f64::from(fee_bps) / 1e4;
        let input = |held: f64, price: f64| ((kept * first * second / price).sqrt() - held) / kept;
        let (sell_first, sell_second) = (input(first, price), input(second, 1.0 / price));
        // At most one is positive: their products with x and y differ from one by the fee in opposite directions.
        let (sells_first, amount) = if sell_first > 0.0 { (true, sell_first) } else { (false, sell_second) };
        (amount >= 1.0).then_some(Swap { sells_first, amount_in: amount as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEE_BPS: u16 = 25;

    /// Units out of a swap, and the pool after it; the fee stays in the pool.
    fn apply(pool: Pool, swap: Swap) -> (f64, Pool) {
        let (held_in, held_out) = if swap.sells_first { (pool.first, pool.second) } else { (pool.second, pool.first) };
        let traded = swap.amount_in as f64 * (1.0 - f64::from(FEE_BPS) / 1e4);
        let out = held_out as f64 * traded / (held_in as f64 + traded);
        let (held_in, held_out) = (held_in + swap.amount_in, held_out - out.ceil() as u64);
        let after =
            if swap.sells_first { Pool { first: held_in, second: held_out } } else { Pool { first: held_out, second: held_in } };
        (out, after)
    }

    fn profit(pool: Pool, price: f64, swap: Swap) -> f64 {
        let (out, _) = apply(pool, swap);
        if swap.sells_first { out - swap.amount_in as f64 * price } else { out * price - swap.amount_in as f64 }
    }

    #[test]
    fn inside_the_fee_there_is_no_swap() {
        let pool = Pool { first: 1_000_000_000, second: 2_000_000_000 };
        for price in [1.9951, 2.0, 2.0049] {
            assert_eq!(pool.arbitrage(price, FEE_BPS), None);
        }
        assert!(pool.arbitrage(1.9949, FEE_BPS).unwrap().sells_first);
        assert!(!pool.arbitrage(2.0051, FEE_BPS).unwrap().sells_first);
    }

    #[test]
    fn no_other_amount_profits_more() {
        let pool = Pool { first: 123_456_789_012, second: 7_000_000_000_000 };
        for price in [20.0, 50.0, 56.0, 57.5, 80.0, 300.0] {
            let swap = pool.arbitrage(price, FEE_BPS).unwrap();
            let best = profit(pool, price, swap);
            assert!(best > 0.0, "at {price}");
            for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2.0] {
                let amount_in = (swap.amount_in as f64 * factor) as u64;
                assert!(profit(pool, price, Swap { amount_in, ..swap }) < best, "{factor} of the amount at {price}");
            }
        }
    }

    #[test]
    fn after_the_swap_nothing_worthwhile_is_left() {
        let pool = Pool { first: 123_456_789_012, second: 7_000_000_000_000 };
        for price in [20.0, 50.0, 80.0, 300.0] {
            let swap = pool.arbitrage(price, FEE_BPS).unwrap();
            let (_, after) = apply(pool, swap);
            let rest = after.arbitrage(price, FEE_BPS).map_or(0, |rest| rest.amount_in);
            assert!(rest as f64 <= swap.amount_in as f64 * 0.002, "{rest} of {} left at {price}", swap.amount_in);
        }
    }
}
