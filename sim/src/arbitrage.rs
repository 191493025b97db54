//! The rest of the market as a pool sees it: whoever finds a profit takes it.

/// A swap into a constant-product pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// The pool's asset that goes in, 0 or 1; the other one comes out.
    pub sell: usize,
    /// Units that go in.
    pub amount_in: u64,
}

/// The swap that profits most while the market pays `price` units of the second asset for one of the first, from a pool
/// that takes the part `fee` of the input; `None` inside the band of the fee, where no swap profits.
///
/// With reserves x and y and the part k = 1 − fee of the input that trades, an input a buys y·k·a / (x + k·a). The next unit
/// of input buys k·x·y / (x + k·a)²; trading pays until that equals the market's price p: a = (√(k·x·y / p) − x) / k.
pub fn best_swap(reserves: [u64; 2], price: f64, fee: f64) -> Option<Swap> {
    let [first, second] = reserves.map(|reserve| reserve as f64);
    let kept = 1.0 - fee;
    let input = |held: f64, price: f64| ((kept * first * second / price).sqrt() - held) / kept;
    // At most one is positive: their products with x and y differ from one by the fee in opposite directions.
    let inputs = [input(first, price), input(second, 1.0 / price)];
    let sell = usize::from(inputs[0] <= 0.0);
    (inputs[sell] >= 1.0).then_some(Swap { sell, amount_in: inputs[sell] as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEE: f64 = 0.0025;

    /// Units out of a swap, and the reserves after it; the fee stays in the pool.
    fn apply(reserves: [u64; 2], swap: Swap) -> (f64, [u64; 2]) {
        let (sell, buy) = (swap.sell, swap.sell ^ 1);
        let traded = swap.amount_in as f64 * (1.0 - FEE);
        let out = reserves[buy] as f64 * traded / (reserves[sell] as f64 + traded);
        let mut after = reserves;
        after[sell] += swap.amount_in;
        after[buy] -= out.ceil() as u64;
        (out, after)
    }

    fn profit(reserves: [u64; 2], price: f64, swap: Swap) -> f64 {
        let (out, _) = apply(reserves, swap);
        if swap.sell == 0 { out - swap.amount_in as f64 * price } else { out * price - swap.amount_in as f64 }
    }

    #[test]
    fn inside_the_fee_there_is_no_swap() {
        let reserves = [1_000_000_000, 2_000_000_000];
        for price in [1.9951, 2.0, 2.0049] {
            assert_eq!(best_swap(reserves, price, FEE), None);
        }
        assert_eq!(best_swap(reserves, 1.9949, FEE).unwrap().sell, 0);
        assert_eq!(best_swap(reserves, 2.0051, FEE).unwrap().sell, 1);
    }

    #[test]
    fn no_other_amount_profits_more() {
        let reserves = [123_456_789_012, 7_000_000_000_000];
        for price in [20.0, 50.0, 56.0, 57.5, 80.0, 300.0] {
            let swap = best_swap(reserves, price, FEE).unwrap();
            let best = profit(reserves, price, swap);
            assert!(best > 0.0, "at {price}");
            for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2.0] {
                let amount_in = (swap.amount_in as f64 * factor) as u64;
                assert!(profit(reserves, price, Swap { amount_in, ..swap }) < best, "{factor} of the amount at {price}");
            }
        }
    }

    #[test]
    fn after_the_swap_nothing_worthwhile_is_left() {
        let reserves = [123_456_789_012, 7_000_000_000_000];
        for price in [20.0, 50.0, 80.0, 300.0] {
            let swap = best_swap(reserves, price, FEE).unwrap();
            let (_, after) = apply(reserves, swap);
            let rest = best_swap(after, price, FEE).map_or(0, |rest| rest.amount_in);
            assert!(rest as f64 <= swap.amount_in as f64 * 0.002, "{rest} of {} left at {price}", swap.amount_in);
        }
    }
}
