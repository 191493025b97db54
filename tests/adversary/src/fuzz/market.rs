//! The market around a vault: prices, pools, and the outsiders who move both.

use {
    super::{books, cast::TRADER, play::Play},
    anchor_lang::AccountSerialize,
    ballast::state::OracleKind,
    ballast_tests::{
        amm::Pool,
        pyth::{self, Quote},
        random::Random,
    },
    pyth_solana_receiver_sdk::price_update::PriceUpdateV2,
    solana_account::Account,
};

/// Exponent of the market's prices.
const EXPONENT: i32 = -8;
/// Lamports of a price account: more than rent asks for.
const PRICE_LAMPORTS: u64 = 100_000_000;

impl Play {
    /// What an honest publisher says of an asset now, its confidence interval `conf_bps` wide either way.
    pub fn quote(&self, asset: usize, conf_bps: u64) -> Quote {
        let price = self.prices_e8[asset];
        Quote { price, conf: price as u64 * conf_bps / 10_000, exponent: EXPONENT, publish_time: self.now() }
    }

    /// Writes a quote into an asset's price account.
    pub fn publish(&mut self, asset: usize, quote: &Quote) {
        let known = &self.cast.assets[asset];
        let ema = self.averages_e8[asset];
        let (address, owner, data) = match known.spec.oracle {
            OracleKind::PythPull => {
                let mut data = Vec::with_capacity(PriceUpdateV2::LEN);
                let mut update = pyth::pull_update(known.feed, quote);
                update.price_message.ema_price = ema;
                update.try_serialize(&mut data).expect("a vector takes any length");
                data.resize(PriceUpdateV2::LEN, 0);
                (known.price_account, pyth::PULL_PROGRAM, data)
            }
            OracleKind::PythPush => {
                let mut price = pyth::push_price(quote);
                price.ema_price.val = ema;
                (known.price_account, pyth::PUSH_PROGRAM, bytemuck::bytes_of(&price).to_vec())
            }
        };
        self.chain.write(&address, Account { lamports: PRICE_LAMPORTS, owner, data, ..Account::default() });
    }

    /// Publishes every price, each with a confidence interval of up to `most_conf_bps`.
    pub fn publish_all(&mut self, random: &mut Random, most_conf_bps: u64) {
        for asset in 0..self.prices_e8.len() {
            let (price_e8, average_e8) = (self.prices_e8[asset], &mut self.averages_e8[asset]);
            *average_e8 += (price_e8 - *average_e8) / 4;
            let quote = self.quote(asset, random.within(0..=most_conf_bps));
            self.publish(asset, &quote);
        }
    }

    /// Lets every price but the first asset's take a random step of up to `most_bps` either way.
    pub fn move_prices(&mut self, random: &mut Random, most_bps: u64) {
        for price_e8 in self.prices_e8.iter_mut().skip(1) {
            *price_e8 = random.step(*price_e8, most_bps);
        }
    }

    /// Arbitrageurs bring a pool within `most_bps` of the market's price, and its depth stays what it was.
    pub fn arbitrage(&mut self, pool: usize, random: &mut Random, most_bps: u64) {
        let pool = self.cast.pools[pool].clone();
        let worth = pool.mints().map(|mint| {
            let asset = self.cast.assets.iter().position(|asset| asset.mint == mint).expect("an asset of the vault");
            let spec = &self.cast.assets[asset].spec;
            self.prices_e8[asset] as f64 / 10f64.powi(i32::from(spec.mint.decimals))
        });
        let held = pool.vaults().map(|vault| books::amount(self.chain.as_ref(), &vault) as f64);
        let dollars = (held[0] * worth[0] * held[1] * worth[1]).sqrt();
        for (vault, worth) in pool.vaults().iter().zip(worth) {
            let units = (dollars / worth).clamp(1_000.0, 1e18) as u64;
            books::set_amount(self.chain.as_mut(), vault, random.near(units, most_bps / 2));
        }
    }

    /// Arbitrageurs visit every pool.
    pub fn arbitrage_all(&mut self, random: &mut Random, most_bps: u64) {
        (0..self.cast.pools.len()).for_each(|pool| self.arbitrage(pool, random, most_bps));
    }

    /// The trader's swap of a part of a pool, and which way it goes.
    pub fn outside_swap(
        &self,
        pool: usize,
        random: &mut Random,
    ) -> (Vec<anchor_lang::solana_program::instruction::Instruction>, usize) {
        let (pool, side) = (&self.cast.pools[pool], random.below(2) as usize);
        let held = books::amount(self.chain.as_ref(), &pool.vaults()[side]);
        let amount_in = random.sized(1..=(held / 4).max(1));
        (vec![pool.swap(&self.cast.people[TRADER], &pool.mints()[side], amount_in, 0)], side)
    }
}
