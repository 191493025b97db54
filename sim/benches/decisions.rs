//! How many decisions a second: a vault of four assets takes over a candle's prices, values itself, and answers what to trade, on
//! one pool or the best of six; and with all else that a candle asks of it. Pools are made ready beforehand.

use std::hint::black_box;

use ballast_core::price::PublishedPrice;
use ballast_sim::config::{Config, Document, basket};
use ballast_sim::market::{Market, Venue};
use ballast_sim::prices::{End, Prices, Window, bundled};
use ballast_sim::vault::Vault;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Before these, statistics are warm.
const WARMING_STEPS: usize = 24 * 40;

/// What the vault sees of a candle.
struct Seen {
    now: i64,
    published: Vec<Option<PublishedPrice>>,
    venues: Vec<Venue>,
}

fn decisions(criterion: &mut Criterion) {
    let document = Document::default();
    let basket = basket(&document, None).expect("the default basket");
    let Config { setup, market: settings } = Config::read(&document, &basket).expect("the balanced profile");
    let window = Window { from: None, end: End::Days(82) };
    let prices = Prices::read(&bundled(), &basket[..3], window).expect("the bundled prices").with_cash();
    let mut market = Market::open(&prices, &settings).expect("a market");
    let mut vault = Vault::new(&setup, &market.tokens, &market.close_usd()).expect("a vault");
    let mut seen = Vec::with_capacity(prices.steps.len());
    for step in 0..prices.steps.len() {
        market.move_to(step);
        let spot_usd = market.close_usd();
        market.arbitrage(&spot_usd).expect("pools near the market");
        seen.push(Seen { now: market.time(), published: market.publish(0), venues: market.venues.clone() });
    }
    let (warming, measured) = seen.split_at(WARMING_STEPS);
    warming.iter().for_each(|seen| step(&mut vault, seen));

    let mut group = criterion.benchmark_group("vault of four assets");
    group.throughput(Throughput::Elements(measured.len() as u64));
    for (name, count) in [("refresh and decide on one pool", 1), ("refresh and decide on six pools", 6)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut vault = vault.clone();
                measured.iter().for_each(|seen| {
                    vault.refresh(seen.now, &seen.published);
                    ask(&vault, seen.now, &seen.venues[..count]);
                });
            });
        });
    }
    group.bench_function("refresh, observe and decide on six pools", |bencher| {
        bencher.iter(|| {
            let mut vault = vault.clone();
            measured.iter().for_each(|seen| step(&mut vault, seen));
        });
    });
    group.finish();
}

fn step(vault: &mut Vault, Seen { now, published, venues }: &Seen) {
    vault.refresh(*now, published);
    vault.observe(*now).expect("an observation");
    ask(vault, *now, venues);
}

fn ask(vault: &Vault, now: i64, venues: &[Venue]) {
    black_box(vault.ask(now, venues).expect("a decision"));
}

criterion_group!(benches, decisions);
criterion_main!(benches);
