//! Baskets and statistics that tests of the policies share.

use proptest::collection::vec;
use proptest::prelude::*;
use std::vec::Vec;

use super::bounds;
use crate::statistics::Statistics;
use crate::strategy::allocation::{Allocation, WHOLE_E8, weight_e8};
use crate::{BPS, MAX_ASSETS, MIN_ASSETS};

/// Warm statistics of assets with these volatilities (as parts of one), each two of which have the same correlation.
pub fn statistics(volatilities: &[f64], correlation: f64) -> Statistics {
    let mut statistics = Statistics { observed_secs: 1 << 40, ..Statistics::default() };
    for (i, first) in volatilities.iter().enumerate() {
        for (j, second) in volatilities[..=i].iter().enumerate() {
            let covariance = first * second * if i == j { 1.0 } else { correlation };
            let packed_e12 = statistics.covariance.packed_e12.as_flattened_mut();
            packed_e12[i * (i + 1) / 2 + j] = (covariance * 1e12) as i64;
        }
    }
    statistics
}

/// Whether weights are within their bounds and sum to the whole.
pub fn is_within(assets: &[Allocation], weights: &[u32]) -> bool {
    let mut pairs = assets.iter().zip(weights);
    weights.iter().map(|&weight| u64::from(weight)).sum::<u64>() == u64::from(WHOLE_E8)
        && assets.len() == weights.len()
        && pairs.all(|(asset, weight)| (weight_e8(asset.min_bps)..=weight_e8(asset.max_bps)).contains(weight))
}

/// Numbers to draw weights from, zeros among them.
pub fn lottery() -> impl Strategy<Value = Vec<u32>> {
    vec(prop_oneof![1 => Just(0), 4 => 0..=WHOLE_E8], MAX_ASSETS)
}

/// Valid allocations of 2 to 16 assets, whose stored weights are within their bounds.
pub fn allocations() -> impl Strategy<Value = Vec<Allocation>> {
    let slack = vec((0u16..=BPS, 0u16..=BPS), MAX_ASSETS);
    (MIN_ASSETS..=MAX_ASSETS, lottery(), lottery(), lottery(), slack).prop_map(|(count, from, to, mut stored, slack)| {
        let (from_bps, to_bps) = (shares_bps(&from[..count]), shares_bps(&to[..count]));
        let mut assets: Vec<Allocation> = (0..count)
            .map(|i| Allocation {
                target_bps: to_bps[i],
                min_bps: to_bps[i].min(from_bps[i]).saturating_sub(slack[i].0),
                max_bps: to_bps[i].max(from_bps[i]).saturating_add(slack[i].1).min(BPS),
                band_abs_bps: 100,
                band_rel_bps: 1_000,
                padding: [0; 2],
                ramp_from_e8: weight_e8(from_bps[i]),
                weight_e8: 0,
            })
            .collect();
        bounds::fit(&assets, &mut stored[..count]).unwrap();
        for (asset, weight) in assets.iter_mut().zip(stored) {
            asset.weight_e8 = weight;
        }
        assets
    })
}

/// Basis points in proportion to the tickets; the last asset takes what rounding leaves.
fn shares_bps(tickets: &[u32]) -> Vec<u16> {
    let sum = tickets.iter().map(|&ticket| u64::from(ticket)).sum::<u64>().max(1);
    let mut shares: Vec<u16> = tickets.iter().map(|&ticket| (u64::from(ticket) * u64::from(BPS) / sum) as u16).collect();
    *shares.last_mut().unwrap() += BPS - shares.iter().sum::<u16>();
    shares
}
