//! A local cluster in the tests' own process: what is on it, and how it moves.

use crate::support::{balance, cluster, price, published, quick, sender, start, units};
use ballast_client::ballast::instructions::DepositInKindArgs;
use ballast_client::{VaultView, instruction, lookup};
use ballast_fixtures::token_swap;
use ballast_localnet::{Localnet, Manifest, Options, control};
use ballast_sim::prices::{self, Prices, Window};

/// A swap costs 25 basis points and must be worth the trouble: nearer to the price than this nobody brings a pool.
const NEAREST: f64 = 0.0031;

#[tokio::test(flavor = "multi_thread")]
async fn cluster_has_what_its_manifest_says() {
    let (options, folder) = quick();
    let localnet = start(&options).await;
    let manifest = Manifest::read(folder.path()).unwrap();
    let cluster = cluster(&manifest);

    assert_eq!(cluster.rpc().get_account(&manifest.program_id).await.map(|program| program.executable).ok(), Some(true));
    for asset in &manifest.assets {
        let supply = cluster.rpc().get_token_supply(&asset.mint).await.unwrap();
        assert_eq!(supply.decimals, asset.decimals, "{}", asset.symbol);
        assert!(balance(&manifest, "alice", &asset.symbol).await > 0, "alice has {}", asset.symbol);
        assert_eq!(published(&manifest, &asset.symbol).await.feed_id.map(|byte| format!("{byte:02x}")).concat(), asset.feed_id);
    }
    assert_eq!(manifest.pools.len(), 6);
    for pool in &manifest.pools {
        assert_eq!(cluster.account(&pool.address).await.unwrap().unwrap().owner, token_swap::PROGRAM);
    }
    let [vault] = manifest.vaults.as_slice() else { panic!("{} vaults", manifest.vaults.len()) };
    let books = cluster.vault(&vault.address).await.unwrap();
    assert_eq!((books.admin, books.guardian), (manifest.wallets["admin"].address, manifest.wallets["guardian"].address));
    assert!(books.total_shares > 0 && cluster.account(&books.crank_fund).await.unwrap().unwrap().lamports >= 1_000_000_000);
    let mut routes: Vec<_> = cluster.routes(&vault.address).await.unwrap();
    let named = |(address, _): &(_, _)| vault.routes.iter().any(|route| route.0 == *address);
    assert!(routes.len() == 6 && routes.iter().all(named));
    routes.truncate(1);
    let view = VaultView::of(vault.address, &books).unwrap();
    let table = cluster.lookup_table(&vault.lookup_table).await.unwrap();
    assert!(lookup::missing(&table, &lookup::addresses(&view, &routes, &[])).is_empty());
    let config = std::fs::read_to_string(folder.path().join("config.yml")).unwrap();
    assert!(config.contains(&manifest.rpc_url) && config.contains("alice.json"), "{config}");
    localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn users_transact_through_the_lookup_table_and_across_a_jump_of_the_clock() {
    let (options, _folder) = quick();
    let localnet = start(&options).await;
    let manifest = &localnet.manifest;
    let (alice, vault) = (sender(manifest, "alice"), &manifest.vaults[0]);
    let table = alice.cluster().lookup_table(&vault.lookup_table).await.unwrap();
    let books = alice.cluster().vault(&vault.address).await.unwrap();
    let view = VaultView::of(vault.address, &books).unwrap();

    // A hundredth of what the vault holds, for a little less than a hundredth of the shares.
    let max_amounts = books.assets().iter().map(|asset| asset.balance / 100).collect();
    let args = DepositInKindArgs { max_amounts, min_shares: books.total_shares / 101 };
    let share_account =
        ballast_client::view::AssetView::new(&alice.payer(), vault.share_mint, ballast_client::ballast::token::TOKEN);
    let prices: Vec<_> = manifest.assets.iter().map(|asset| asset.price_account).collect();
    let instructions = [
        instruction::create_reserve(alice.payer(), alice.payer(), &share_account),
        instruction::refresh_prices(vault.address, 0b1111, &prices),
        instruction::deposit_in_kind(alice.payer(), &view, args),
    ];
    let before = alice.cluster().now().await.unwrap();
    let prepared = alice.prepare(&instructions, &[table]).await.unwrap();
    localnet.travel(86_400).await.unwrap();
    let after = alice.cluster().now().await.unwrap();
    assert!((86_400..86_500).contains(&(after - before)), "a day, and the seconds in between: {}", after - before);
    for asset in &manifest.assets {
        let age = after - published(manifest, &asset.symbol).await.publish_time;
        assert!(age < 60, "{} is {age} s old", asset.symbol);
    }
    alice.submit(prepared, &[]).await.unwrap();
    let shares =
        ballast_client::address::associated_token(&alice.payer(), &vault.share_mint, &ballast_client::ballast::token::TOKEN);
    assert!(units(manifest, &shares).await >= books.total_shares / 101);
    localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_follow_the_data_at_the_clusters_own_time() {
    let (options, _folder) = quick();
    // An hour of the data takes four seconds or so.
    let localnet = start(&Options { speed: 900.0, ..options }).await;
    let manifest = &localnet.manifest;
    let data = Prices::read(&prices::bundled(), &["BTC".into()], Window::default()).unwrap();
    let close = |index: usize| data.steps[index].candles[0].unwrap().close;
    let begun = published(manifest, "BTC").await.publish_time;
    let mut seen = vec![];
    while seen.last().is_none_or(|(time, _)| *time < begun + 7_200) {
        let message = published(manifest, "BTC").await;
        if seen.last().is_none_or(|(time, _)| *time < message.publish_time) {
            seen.push((message.publish_time, message.price as f64 * 10f64.powi(message.exponent)));
        }
    }
    assert!(seen.len() > 20, "published {} times in two hours", seen.len());
    for (time, usd) in seen {
        let index = data.steps.iter().rposition(|step| step.time <= time).unwrap();
        let part = (time - data.steps[index].time) as f64 / 3_600.0;
        let expected = close(index) * (1.0 - part) + close(index + 1) * part;
        assert!((usd - expected).abs() < 0.01, "{usd} instead of {expected} at {time}");
    }
    localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_obey_and_pools_follow_them() {
    let (options, _folder) = quick();
    let localnet = start(&options).await;
    let manifest = &localnet.manifest;
    let usd = 1.3 * price(manifest, "SOL").await;
    localnet.set_price("SOL", usd).await.unwrap();
    assert!((price(manifest, "SOL").await / usd - 1.0).abs() < 1e-6);
    for pool in manifest.pools.iter().filter(|pool| pool.assets.iter().any(|symbol| symbol == "SOL")) {
        let (mut prices, mut tokens) = ([0.0; 2], [0.0; 2]);
        for (side, symbol) in pool.assets.iter().enumerate() {
            let asset = manifest.asset(symbol).unwrap();
            let owner = token_swap::Addresses::new(pool.address, [asset.mint; 2], asset.mint, &asset.mint);
            tokens[side] = units(manifest, &owner.vaults[0]).await as f64 / 10f64.powi(asset.decimals.into());
            prices[side] = price(manifest, symbol).await;
        }
        let away = tokens[1] / tokens[0] / (prices[0] / prices[1]) - 1.0;
        assert!(away.abs() < NEAREST, "the pool {:?} is {away} away", pool.assets);
    }

    control::silence(manifest, "ETH").await.unwrap();
    let silent_since = published(manifest, "ETH").await.publish_time;
    localnet.travel(3_600).await.unwrap();
    assert_eq!(published(manifest, "ETH").await.publish_time, silent_since);
    assert!(published(manifest, "SOL").await.publish_time >= silent_since + 3_600);
    assert!((price(manifest, "SOL").await / usd - 1.0).abs() < 1e-6, "still fixed");

    control::follow(manifest, "ETH").await.unwrap();
    control::follow(manifest, "SOL").await.unwrap();
    assert!(published(manifest, "ETH").await.publish_time >= silent_since + 3_600);
    assert!((price(manifest, "SOL").await / usd - 1.0).abs() > 0.1, "follows the data again");

    control::pause(manifest, true).await.unwrap();
    let paused = price(manifest, "BTC").await;
    localnet.travel(86_400).await.unwrap();
    assert_eq!(price(manifest, "BTC").await, paused);
    control::pause(manifest, false).await.unwrap();
    assert_ne!(price(manifest, "BTC").await, paused);

    let error = localnet.set_price("DOGE", 1.0).await.unwrap_err().to_string();
    assert_eq!(error, "the local cluster has no token DOGE, only BTC, ETH, SOL, USDC");
    assert!(localnet.set_price("SOL", 0.0).await.unwrap_err().to_string().contains("above zero"));
    localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_vaults_have_addresses_of_their_own() {
    let (options, _folder) = quick();
    let localnet = start(&Options { vaults: 5, ..options }).await;
    let manifest = &localnet.manifest;
    let vaults = cluster(manifest).vaults().await.unwrap();
    assert_eq!(vaults.len(), 5);
    assert!(vaults.iter().all(|(_, books)| books.total_shares > 0));
    let mut addresses: Vec<_> = manifest.vaults.iter().map(|vault| vault.address).collect();
    addresses.sort();
    assert!(vaults.iter().map(|(address, _)| *address).eq(addresses));
    let mut tables: Vec<_> = manifest.vaults.iter().map(|vault| vault.lookup_table).collect();
    tables.sort();
    tables.dedup();
    assert_eq!(tables.len(), 5);
    localnet.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_serves_one_cluster_at_a_time() {
    let (options, folder) = quick();
    let localnet = start(&options).await;
    let second = Localnet::start(&options, |_| {}).await.err().expect("a second cluster is refused").to_string();
    assert!(second.contains("--state") && second.contains(&localnet.manifest.rpc_url), "{second}");
    let manifest = Manifest::read(folder.path()).unwrap();
    assert_eq!(manifest.rpc_url, localnet.manifest.rpc_url, "the first cluster's files were written over");
    localnet.stop().await.unwrap();
    start(&options).await.stop().await.unwrap();
}
