//! The bundled shocks are the worst days of the bundled prices.

use ballast_sim::config::{Config, Document, basket, bundled_stress};
use ballast_sim::prices::{Prices, Window, bundled};
use ballast_sim::shocks::{target_weights, toml, worst_days};

#[test]
fn bundled_shocks_are_derived_from_the_bundled_prices() {
    let document = Document::default();
    let basket = basket(&document, None).unwrap();
    let config = Config::read(&document, &basket).unwrap();
    let prices = Prices::read(&bundled(), &basket[..3], Window::default()).unwrap().with_cash();
    let days = worst_days(&prices, &target_weights(&config.setup.allocations), 8).unwrap();
    let committed = include_str!("../../data/stress.toml");
    assert_eq!(toml(&prices, &days).unwrap(), committed, "run `cargo xtask backtest shocks > data/stress.toml`");

    // What the file says is what a vault would be given.
    let stress = bundled_stress(&basket).unwrap();
    for (shock, day) in stress.shocks.iter().zip(&days) {
        assert_eq!(shock.moves_bps[..4], day.moves_bps());
        assert!(shock.moves_bps[4..].iter().all(|moved| *moved == 0));
    }
}
