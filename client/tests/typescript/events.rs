//! Every event, in the bytes that the program logs.

use anchor_lang::Event;
use ballast_client::ballast::events::*;
use serde_json::{Value, json};

use crate::random::Random;
use crate::{Fields, base64, debug};

macro_rules! event {
    ($random:ident, $name:ident { $($field:ident),* }) => {{
        let event = $name {
            vault: $random.any(),
            slot: $random.any(),
            sequence: $random.any(),
            $($field: $random.any()),*
        };
        let fields = Fields(&[
            ("vault", &event.vault),
            ("slot", &event.slot),
            ("sequence", &event.sequence),
            $((stringify!($field), &event.$field)),*
        ]);
        json!({ "name": stringify!($name), "data": base64(&event.data()), "debug": debug(&fields) })
    }};
}

#[rustfmt::skip]
pub fn fixture() -> Value {
    let random = &mut Random::new(3);
    json!([
        event!(random, AdminChanged { admin, pending_admin }),
        event!(random, AssetAdded { asset, mint, reserve }),
        event!(random, AssetQuarantined { by, asset }),
        event!(random, AssetRemoved { asset, mint }),
        event!(random, BreakerCleared { route, by, breaker, asset, tripped_at }),
        event!(random, BreakerTripped { route, breaker, asset, is_hard, measured, limit }),
        event!(random, ChangeApplied { by, id, change }),
        event!(random, ChangeCancelled { by, id }),
        event!(random, ChangeQueued { by, id, eta, expires_at, change }),
        event!(random, Claimed { owner, asset, amount, claimed_after, owed_after }),
        event!(random, DepositedInKind { user, shares, total_shares_before, total_shares_after, amounts }),
        event!(random, FeesCollected { recipient, shares, total_shares }),
        event!(random, ForecastPosted { scale_bps, expires_at }),
        event!(random, Observed {
            participants, share_price_x64, log_growth_e12, weighted_log_growth_e12, excess_growth_e12, cost_usd,
            turnover_usd, targets_e8
        }),
        event!(random, PauseChanged { by, before, after }),
        event!(random, PricesRefreshed { asset_mask }),
        event!(random, RampStarted { from_e8, to_bps, start_at, end_at }),
        event!(random, Rebalanced {
            keeper, route, trigger, sold_asset, bought_asset, amount_in, min_out, amount_out, sold_balance_before,
            sold_balance_after, bought_balance_before, bought_balance_after, nav_before_usd, nav_after_usd,
            excess_before_usd, excess_after_usd, deficit_before_usd, deficit_after_usd, benefit_usd, expected_cost_usd,
            loss_usd, reward_lamports, stress_before_e8, stress_after_e8
        }),
        event!(random, RedeemedInKind {
            user, shares, total_shares_before, total_shares_after, amounts, skip_mask, forfeit_mask
        }),
        event!(random, ReserveClosed { asset, amount }),
        event!(random, RolesChanged { guardian, manager, forecaster, fee_recipient }),
        event!(random, RouteClosed { by, route, pool }),
        event!(random, RouteRegistered { route, pool, amm, asset_a, asset_b, active_at }),
        event!(random, SingleAssetExchange {
            user, is_deposit, asset, amount, balance_before, balance_after, shares, total_shares_before,
            total_shares_after, nav_usd
        }),
        event!(random, StrategyConfigured { forecaster, strategy, bounds }),
        event!(random, Tightened { by, change }),
        event!(random, VaultClosed { by, lamports }),
        event!(random, VaultInitialized { admin, guardian, mints, targets_bps }),
    ])
}
