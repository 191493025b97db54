//! Minutes within hours: a random walk with jumps from each candle's open to its close, that reaches its high and low.

use ballast_sim::prices::{Candle, Prices, Step};
use fastrand::Rng;

/// Minutes of a candle.
const MINUTES: usize = 60;
/// Once in so many minutes, on average, a price jumps.
const JUMP_MINUTES: usize = 30;
/// How many times a usual minute's move a jump is.
const JUMP: f64 = 8.0;
/// Part of each asset's variance that it shares with the others.
const SHARED: f64 = 0.7;

/// Prices of all assets for every minute; `None` in the data's gaps.
pub fn minutes(prices: &Prices, seed: u64) -> Vec<Vec<Option<f64>>> {
    let mut rng = Rng::with_seed(seed);
    prices.steps.iter().flat_map(|step| hour(step, &mut rng)).collect()
}

fn hour(step: &Step, rng: &mut Rng) -> Vec<Vec<Option<f64>>> {
    let shared = moves(rng);
    let paths: Vec<Option<Vec<f64>>> = step
        .candles
        .iter()
        .map(|candle| {
            let own = moves(rng);
            let mixed = shared.iter().zip(own).map(|(shared, own)| SHARED.sqrt() * shared + (1.0 - SHARED).sqrt() * own);
            candle.as_ref().map(|candle| path(candle, mixed))
        })
        .collect();
    (0..MINUTES).map(|minute| paths.iter().map(|path| path.as_ref().map(|path| path[minute])).collect()).collect()
}

/// Random moves of an hour's minutes.
fn moves(rng: &mut Rng) -> Vec<f64> {
    // The sum of twelve uniform numbers is nearly normal, with a variance of one.
    let mut normal = || (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0;
    let steps: Vec<f64> = (0..MINUTES).map(|_| normal()).collect();
    steps.into_iter().map(|step| if rng.usize(..JUMP_MINUTES) == 0 { JUMP * step } else { step }).collect()
}

/// The bridge: the walk of `moves` tilted so that it ends at the close, with what lies above and below the straight line scaled so
/// that it just reaches the high and the low.
fn path(candle: &Candle, moves: impl Iterator<Item = f64>) -> Vec<f64> {
    let [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close].map(f64::ln);
    let mut walk: Vec<f64> = moves.collect();
    let count = walk.len() as f64;
    let end: f64 = walk.iter().sum();
    let mut sum = 0.0;
    for (passed, value) in (1..).map(f64::from).zip(&mut walk) {
        sum += *value;
        *value = sum - end * passed / count;
    }
    let line = |minute: usize| open + (close - open) * (minute + 1) as f64 / count;
    let points = || walk.iter().enumerate();
    let above = points().filter(|(_, away)| **away > 0.0).map(|(minute, away)| (high - line(minute)) / away);
    let below = points().filter(|(_, away)| **away < 0.0).map(|(minute, away)| (low - line(minute)) / away);
    let (up, down) = (above.fold(f64::INFINITY, f64::min), below.fold(f64::INFINITY, f64::min));
    points()
        .map(|(minute, away)| {
            let scale = if *away > 0.0 { up } else { down };
            let moved = if scale.is_finite() { scale * away } else { 0.0 };
            (line(minute) + moved).exp()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_at_the_close_and_reaches_high_and_low_but_not_beyond() {
        let (mut rng, mut reached) = (Rng::with_seed(7), [0, 0]);
        let is_near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        for _ in 0..100 {
            let candle = Candle { open: 100.0, high: 103.0, low: 92.0, close: 94.0 };
            let path = path(&candle, moves(&mut rng).into_iter());
            let (most, least) = (path.iter().copied().fold(0.0, f64::max), path.iter().copied().fold(f64::INFINITY, f64::min));
            assert!(is_near(path[MINUTES - 1], 94.0));
            assert!(least > 92.0 - 1e-9 && most < 103.0 + 1e-9, "{least} to {most}");
            reached[0] += u32::from(is_near(most, 103.0));
            reached[1] += u32::from(is_near(least, 92.0));
        }
        // A few walks stay on one side of the straight line all the hour.
        assert!(reached.iter().all(|times| *times > 90), "{reached:?}");
    }
}
