//! Changes in words.

use anyhow::Result;
use ballast_client::Pubkey;
use ballast_client::ballast::state::{Change, OracleKind, SlotArgs};

use super::{Named, present_slots};
use crate::settings::differences;
use crate::vault_file::PriceFeed;
use crate::words;

/// What a change would change, line by line; nothing where the vault is so already.
///
/// # Errors
/// Where a value has no place in a table.
pub fn describe(change: &Change, vault: Named) -> Result<Vec<String>> {
    let state = vault.vault;
    let lines = match change {
        Change::Limits(new) => differences(&state.limits, new)?,
        Change::Breakers(new) => differences(&state.breakers, new)?,
        Change::Stress(new) => differences(&state.stress, new)?,
        Change::Strategy(new, slots) => {
            let mut lines = differences(&state.strategy, new)?;
            lines.extend(slot_differences(vault, slots));
            lines
        }
        Change::Roles(new) => {
            let present = state.roles();
            let roles = [
                ("manager", present.manager, new.manager),
                ("forecaster", present.forecaster, new.forecaster),
                ("fee recipient", present.fee_recipient, new.fee_recipient),
            ];
            roles.iter().filter_map(|(role, before, after)| handed_over(role, before, after)).collect()
        }
        Change::Guardian(new) => handed_over("guardian", &state.guardian, new).into_iter().collect(),
        Change::Targets(ramp) => {
            let target = |index: usize| {
                let before = state.assets()[index].allocation.target_bps;
                let after = ramp.targets_bps.get(index).copied().unwrap_or_default();
                format!("{} {} -> {}", vault.name(index), percent(before), percent(after))
            };
            vault.basket().map(target).chain([format!("over {} s", ramp.duration_secs)]).collect()
        }
        Change::AddAsset(asset, max) => {
            vec![format!("one more asset, feed {}, at most {}", feed_text(asset.oracle, asset.feed), percent(max.max_bps))]
        }
        Change::RemoveAsset(asset) => vec![format!("{} leaves the basket", vault.name((*asset).into()))],
        Change::ReleaseAsset(asset) => vec![format!("{} is no longer quarantined", vault.name((*asset).into()))],
        Change::Feed(feed) => vec![format!("{}: feed {}", vault.name(feed.asset.into()), feed_text(feed.oracle, feed.feed))],
    };
    Ok(lines)
}

fn handed_over(role: &str, before: &Pubkey, after: &Pubkey) -> Option<String> {
    (before != after).then(|| format!("{role} {} -> {}", holder(before), holder(after)))
}

fn slot_differences(vault: Named, slots: &[SlotArgs]) -> Vec<String> {
    let present = present_slots(vault.vault);
    let pairs = present.iter().zip(slots).enumerate().filter(|(_, (before, after))| before != after);
    let line = |(index, (before, after)): (usize, (&SlotArgs, &SlotArgs))| {
        let text = |slot: &SlotArgs| {
            let SlotArgs { min_bps, max_bps, band_abs_bps, band_rel_bps } = slot;
            format!("{min_bps} to {max_bps} bps, bands {band_abs_bps} and {band_rel_bps} bps")
        };
        format!("{}: {} -> {}", vault.name(index), text(before), text(after))
    };
    pairs.map(line).collect()
}

/// A pull feed's id, or a push account's address.
fn feed_text(oracle: OracleKind, feed: [u8; 32]) -> String {
    match oracle {
        OracleKind::PythPull => PriceFeed { oracle, feed }.feed_id(),
        OracleKind::PythPush => Pubkey::new_from_array(feed).to_string(),
    }
}

fn percent(bps: u16) -> String {
    words::bps(bps.into())
}

/// Who holds a role; all zeros for nobody.
pub fn holder(address: &Pubkey) -> String {
    if *address == Pubkey::default() { "nobody".into() } else { address.to_string() }
}

/// What a change is about, in a word or two.
pub fn kind(change: &Change) -> &'static str {
    match change {
        Change::Limits(_) => "limits",
        Change::Breakers(_) => "breakers",
        Change::Stress(_) => "stress test",
        Change::Strategy(..) => "strategy",
        Change::Roles(_) => "roles",
        Change::Guardian(_) => "guardian",
        Change::Targets(_) => "targets",
        Change::AddAsset(..) => "new asset",
        Change::RemoveAsset(_) => "asset removed",
        Change::ReleaseAsset(_) => "asset released",
        Change::Feed(_) => "price feed",
    }
}
