//! What each change does to a vault.

use anchor_lang::prelude::*;
use anchor_spl::associated_token::get_associated_token_address_with_program_id;
use ballast_core::strategy::Strategy;
use ballast_core::strategy::allocation::{Allocation, weight_e8};
use ballast_core::strategy::target::Ramp;
use ballast_core::{MAX_ASSETS, MIN_ASSETS};
use bytemuck::Zeroable;

use super::*;
use crate::error::BallastError;
use crate::instructions::AssetArgs;
use crate::token;

impl Vault {
    /// Makes a change, and checks the whole configuration as it is after it.
    ///
    /// `accounts` are a new asset's mint and reserve, and none for every other change.
    #[inline(never)]
    pub fn configure(&mut self, change: &Change, accounts: &[AccountInfo], now: i64) -> Result<()> {
        // The time that has passed is paid for at the old rate.
        self.accrue_fees(now);
        self.forget_finished_ramp(now);
        match (change, accounts) {
            (Change::AddAsset(args, max), [mint, reserve]) => self.add_asset(args, max.max_bps, mint, reserve)?,
            (Change::AddAsset(..), _) | (_, [_, ..]) => return err!(BallastError::AccountsMismatch),
            (Change::Limits(limits), []) => self.limits = *limits,
            (Change::Breakers(breakers), []) => self.breakers = *breakers,
            (Change::Stress(stress), []) => self.stress = *stress,
            (Change::Strategy(strategy, slots), []) => self.set_strategy(strategy, slots)?,
            (Change::Roles(roles), []) => self.set_roles(roles),
            (Change::Guardian(guardian), []) => self.guardian = *guardian,
            (Change::Targets(ramp), []) => self.ramp_to(ramp, now)?,
            (Change::RemoveAsset(asset), []) => self.remove_asset(*asset, now)?,
            (Change::ReleaseAsset(asset), []) => self.release_asset(*asset)?,
            (Change::Feed(feed), []) => self.set_feed(feed)?,
        }
        require!(self.guardian != Pubkey::default(), BallastError::GuardianMissing);
        self.check_configuration()
    }

    /// Starts a ramp at `now` from wherever the targets are on their way to others. The caller checks the strategy.
    pub fn ramp_to(&mut self, args: &RampArgs, now: i64) -> Result<()> {
        require!(args.targets_bps.len() == self.assets().len(), BallastError::AccountsMismatch);
        let ramp = Ramp { start_at: now, end_at: now.saturating_add(i64::from(args.duration_secs)) };
        require!(ramp.validate().is_ok(), BallastError::RampTimes);
        let from_e8 = self.base_targets_e8(now)?;
        for ((asset, target_bps), from_e8) in self.assets_mut().iter_mut().zip(&args.targets_bps).zip(from_e8) {
            asset.allocation.ramp_from_e8 = from_e8;
            asset.allocation.target_bps = *target_bps;
        }
        self.state.ramp = ramp;
        Ok(())
    }

    /// The targets at `now` before any part of the strategy but the ramp moves them, in 10⁻⁸.
    pub fn base_targets_e8(&self, now: i64) -> Result<Vec<u32>> {
        let allocations: Vec<Allocation> = self.assets().iter().map(|asset| asset.allocation).collect();
        let mut targets_e8 = vec![0; allocations.len()];
        self.state.ramp.weights(now, &allocations, &mut targets_e8).map_err(BallastError::from)?;
        Ok(targets_e8)
    }

    /// Who holds the roles that a change may give.
    pub fn roles(&self) -> Roles {
        Roles { manager: self.manager, forecaster: self.forecaster, fee_recipient: self.fee_recipient }
    }

    /// Begins the statistics anew: what was learned in another basket says nothing for this one.
    pub fn restart_statistics(&mut self) {
        bytemuck::write_zeroes(&mut self.state.statistics);
    }

    /// A ramp that is over would still hold its beginning within every later bound.
    fn forget_finished_ramp(&mut self, now: i64) {
        if self.state.ramp.is_on(now) {
            return;
        }
        self.state.ramp = Ramp::default();
        for asset in self.assets_mut() {
            asset.allocation.ramp_from_e8 = weight_e8(asset.allocation.target_bps);
        }
    }

    fn set_strategy(&mut self, strategy: &Strategy, slots: &[SlotArgs]) -> Result<()> {
        require!(slots.len() == self.assets().len(), BallastError::AccountsMismatch);
        let before = self.strategy;
        self.strategy = *strategy;
        for (asset, slot) in self.assets_mut().iter_mut().zip(slots) {
            // A removed asset keeps its bounds of zero, whatever is said of it: no part may give it weight.
            if !asset.is_removed() {
                let SlotArgs { min_bps, max_bps, band_abs_bps, band_rel_bps } = *slot;
                asset.allocation = Allocation { min_bps, max_bps, band_abs_bps, band_rel_bps, ..asset.allocation };
            }
        }
        if strategy.sampling != before.sampling {
            self.restart_statistics();
        }
        if strategy.forecast_band != before.forecast_band {
            self.state.forecast = Zeroable::zeroed();
        }
        if strategy.floor != before.floor {
            self.state.floor_x64 = Zeroable::zeroed();
        }
        Ok(())
    }

    fn set_roles(&mut self, roles: &Roles) {
        let Roles { manager, forecaster, fee_recipient } = *roles;
        if forecaster != self.forecaster {
            self.state.forecast = Zeroable::zeroed();
        }
        (self.manager, self.forecaster, self.fee_recipient) = (manager, forecaster, fee_recipient);
    }

    fn add_asset(&mut self, args: &AssetArgs, max_bps: u16, mint: &AccountInfo, reserve: &AccountInfo) -> Result<()> {
        let index = usize::from(self.asset_count);
        require!(index < MAX_ASSETS, BallastError::AssetCount);
        require!(self.is_closing == 0, BallastError::VaultClosing);
        let authority = self.authority;
        self.asset_count = self.asset_count.saturating_add(1);
        let slot = self.assets.get_mut(index).ok_or(BallastError::AssetCount)?;
        *slot = Asset::new(args, mint, reserve)?;
        slot.allocation.max_bps = max_bps;
        let token_program = slot.token_kind()?.program_id();
        let expected = get_associated_token_address_with_program_id(&authority, mint.key, &token_program);
        require_keys_eq!(*reserve.key, expected, BallastError::WrongAccount);
        require_keys_eq!(*reserve.owner, token_program, BallastError::ReserveMissing);
        // A swap that the authority signed, on a route registered before, may have passed this account on to its AMM.
        token::check_reserve(reserve, &authority, 0)?;
        self.restart_statistics();
        Ok(())
    }

    fn remove_asset(&mut self, index: u8, now: i64) -> Result<()> {
        let is_ramping = self.state.ramp.is_on(now);
        let is_moving = self.strategy.movement.is_on();
        let asset = self.asset_mut(index)?;
        let Allocation { target_bps, ramp_from_e8, weight_e8, band_abs_bps, band_rel_bps, .. } = asset.allocation;
        let left = [
            (asset.is_removed(), "status"),
            (asset.balance != 0, "balance"),
            (target_bps != 0, "target"),
            (is_ramping && ramp_from_e8 != 0, "ramp"),
            // Where movement is limited, the others would take over its stored weight at once.
            (is_moving && weight_e8 != 0, "weight"),
        ];
        if let Some((_, what)) = left.iter().find(|(is_left, _)| *is_left) {
            msg!("asset in use: {}", what);
            return err!(BallastError::AssetInUse);
        }
        asset.status = AssetStatus::Removed as u8;
        asset.allocation = Allocation::fixed(0, band_abs_bps, band_rel_bps);
        let active = self.assets().iter().filter(|asset| asset.status == AssetStatus::Active as u8).count();
        require!(active >= MIN_ASSETS, BallastError::AssetCount);
        self.restart_statistics();
        Ok(())
    }

    fn release_asset(&mut self, index: u8) -> Result<()> {
        require!(self.asset(index)?.status()? == AssetStatus::Quarantined, BallastError::NotQuarantined);
        self.set_status(index, AssetStatus::Active)?;
        self.restart_statistics();
        Ok(())
    }

    /// The old feed's price says nothing about the new one's, which may be of another unit: until the first refresh there is none.
    fn set_feed(&mut self, args: &FeedArgs) -> Result<()> {
        let asset = self.asset_mut(args.asset)?;
        asset.oracle = args.oracle as u8;
        asset.feed = args.feed;
        asset.publish_time = 0;
        for price in [&mut asset.price_x64, &mut asset.conf_x64, &mut asset.ema_x64, &mut asset.average_x64] {
            *price = Zeroable::zeroed();
        }
        self.restart_statistics();
        Ok(())
    }
}

impl Asset {
    /// A new asset of this configuration, without a balance or a price.
    pub fn new(args: &AssetArgs, mint: &AccountInfo, reserve: &AccountInfo) -> Result<Self> {
        Ok(Asset {
            mint: *mint.key,
            reserve: *reserve.key,
            feed: args.feed,
            allocation: Allocation::fixed(args.target_bps, args.band_abs_bps, args.band_rel_bps),
            oracle: args.oracle as u8,
            token: TokenKind::of_mint(mint)? as u8,
            decimals: token::check_mint(mint)?,
            ..Zeroable::zeroed()
        })
    }
}
