//! The Rust client on a real RPC endpoint: the local cluster.

use std::env;
use std::fs;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use ballast_client::ballast::error::BallastError;
use ballast_client::ballast::state::pause;
use ballast_client::events::VaultEvent;
use ballast_client::pyth::{FeedId, Update};
use ballast_client::rpc::{ClientError, Cluster, CommitmentConfig, FeePolicy, Keypair, Sender};
use ballast_client::{Instruction, Pubkey, VaultView, decode, instruction, lookup};
use ballast_localnet::{Localnet, Options, manifest};
use ballast_tests::pythnet;
use pyth_solana_receiver_sdk::price_update::PriceFeedMessage;
use serde_json::{Value, json};
use solana_rpc_client_api::request::RpcRequest;
use tempfile::TempDir;

/// The cluster of one test.
struct Stage {
    localnet: Localnet,
    cluster: Cluster,
    _dir: TempDir,
}

impl Stage {
    /// A cluster of quick blocks, at real time and with prices that stay.
    async fn new() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let options = Options { dir: dir.path().to_owned(), slot_ms: 50, speed: 1.0, replay: false, ..Options::default() };
        let localnet = Localnet::start(&options, |_| {}).await?;
        let cluster = Cluster::new(&localnet.manifest.rpc_url, CommitmentConfig::confirmed());
        Ok(Stage { localnet, cluster, _dir: dir })
    }

    fn vault(&self) -> &manifest::Vault {
        &self.localnet.manifest.vaults[0]
    }

    fn key(&self, name: &str) -> Result<Keypair> {
        let bytes: Vec<u8> = serde_json::from_slice(&fs::read(&self.localnet.manifest.wallets[name].keypair)?)?;
        Ok(Keypair::try_from(&bytes[..])?)
    }

    fn sender(&self, name: &str) -> Result<Sender> {
        Ok(Sender::new(self.cluster.clone(), Arc::new(self.key(name)?), FeePolicy::default()))
    }

    /// Refreshes every price of the vault.
    fn refresh(&self) -> Instruction {
        let prices: Vec<Pubkey> = self.localnet.manifest.assets.iter().map(|asset| asset.price_account).collect();
        instruction::refresh_prices(self.vault().address, (1 << prices.len()) - 1, &prices)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_read_as_what_they_are() -> Result<()> {
    let stage = Stage::new().await?;
    let (cluster, expected) = (&stage.cluster, stage.vault());
    let vault = cluster.vault(&expected.address).await?;
    assert_eq!(vault.share_mint, expected.share_mint);
    assert_eq!(cluster.vaults().await?.iter().map(|(address, _)| *address).collect::<Vec<_>>(), [expected.address]);

    let mut routes: Vec<Pubkey> = expected.routes.iter().map(|route| route.0).collect();
    routes.sort_unstable();
    assert_eq!(cluster.routes(&expected.address).await?.iter().map(|(address, _)| *address).collect::<Vec<_>>(), routes);
    assert!(cluster.queued_changes(&expected.address).await?.is_empty());
    assert!(cluster.lookup_table(&expected.lookup_table).await?.addresses.contains(&expected.address));

    let nothing = Pubkey::new_unique();
    assert!(matches!(cluster.vault(&nothing).await, Err(ClientError::NotFound { address, .. }) if address == nothing));
    let route = routes[0];
    assert!(matches!(cluster.vault(&route).await, Err(ClientError::WrongAccount { address, .. }) if address == route));
    assert!(matches!(cluster.lookup_table(&route).await, Err(ClientError::WrongAccount { .. })));

    // More than one request's worth, in order.
    let mut many = vec![nothing; 150];
    many[120] = expected.address;
    let found = cluster.accounts(&many).await?;
    assert_eq!(found.iter().position(Option::is_some), Some(120));
    let cut = cluster.accounts_cut(&many, 100).await?;
    assert_eq!(cut.iter().position(Option::is_some), Some(120));
    let [whole, cut] = [found, cut].map(|mut found| found.swap_remove(120).unwrap());
    assert_eq!((cut.owner, &cut.data[..]), (whole.owner, &whole.data[..100]));
    stage.localnet.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_transactions_land_once_and_tell_what_they_did() -> Result<()> {
    let stage = Stage::new().await?;
    let (sender, vault) = (stage.sender("keeper")?, stage.vault().address);
    let table = stage.cluster.lookup_table(&stage.vault().lookup_table).await?;
    let before = stage.cluster.vault(&vault).await?.sequence;

    let prepared = sender.prepare(&[stage.refresh()], std::slice::from_ref(&table)).await?;
    let (bytes, fee_lamports) = (prepared.bytes, prepared.fee_lamports);
    assert!(bytes < ballast_client::transaction::size(&sender.prepare(&[stage.refresh()], &[]).await?.message));
    let again = prepared.clone();
    let sent = sender.submit(prepared, &[]).await?;
    assert_eq!(sent.fee_lamports, fee_lamports);
    let refreshed: Vec<ballast_client::ballast::events::PricesRefreshed> = decode::events(&sent.logs);
    assert_eq!(refreshed.len(), 1);
    // The same transaction is the same: it does not run twice.
    assert_eq!(sender.submit(again, &[]).await?.signature, sent.signature);
    assert_eq!(stage.cluster.vault(&vault).await?.sequence, before + 1);

    let history = stage.cluster.history(&vault, 1, None).await?;
    assert_eq!(history.iter().map(|entry| (entry.signature, entry.slot)).collect::<Vec<_>>(), [(sent.signature, sent.slot)]);
    assert!(matches!(&history[0].events[..], [VaultEvent::PricesRefreshed(event)] if event.sequence == before + 1));
    let older = stage.cluster.history(&vault, 1, Some(sent.signature)).await?;
    assert_ne!(older[0].signature, sent.signature);
    stage.localnet.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_the_programs_words() -> Result<()> {
    let stage = Stage::new().await?;
    let (keeper, vault) = (stage.sender("keeper")?, stage.vault().address);
    // The keeper may not pause; said in the simulation, so that it costs nothing.
    let set_pause = instruction::set_pause(keeper.payer(), vault, pause::REBALANCE, true);
    let error = keeper.send(&[stage.refresh(), set_pause], &[], &[]).await.unwrap_err();
    assert_eq!(error.ballast(), Some(BallastError::NotGuardian), "{error}");
    let ClientError::Program(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.instruction, Some(1));
    assert!(!failure.logs.is_empty());

    // What fails only once it is sent: the admin pauses deposits between the two.
    let admin = stage.sender("admin")?;
    let unpause = instruction::set_pause(admin.payer(), vault, pause::DEPOSIT_SINGLE, false);
    let propose = instruction::propose_admin(admin.payer(), vault, keeper.payer());
    admin.send(&[propose], &[], &[]).await?;
    let prepared = admin.prepare(&[unpause], &[]).await?;
    keeper.send(&[instruction::accept_admin(keeper.payer(), vault)], &[], &[]).await?;
    let error = admin.submit(prepared, &[]).await.unwrap_err();
    assert_eq!(error.ballast(), Some(BallastError::NotAdmin), "{error}");

    // Nobody has funded this wallet.
    let poor = Sender::new(stage.cluster.clone(), Arc::new(Keypair::new()), FeePolicy::default());
    let error = poor.send(&[stage.refresh()], &[], &[]).await.unwrap_err();
    assert!(error.to_string().contains("send SOL to it"), "{error}");
    stage.localnet.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn preview_is_what_the_program_returns() -> Result<()> {
    let stage = Stage::new().await?;
    let (keeper, vault) = (stage.sender("keeper")?, stage.vault().address);
    keeper.send(&[stage.refresh()], &[], &[]).await?;
    let routes = stage.cluster.routes(&vault).await?;
    ensure!(!routes.is_empty());
    for (address, route) in routes {
        let preview = instruction::preview_rebalance(vault, address, &route);
        // NAV and reasons hold for the second between the two; what depends on the very second does not.
        let simulation = stage.cluster.simulate(&keeper.payer(), &[preview], &[]).await?;
        let returned = simulation.return_data.and_then(|data| decode::preview(&data)).context("no preview")?;
        let computed = stage.cluster.preview(&vault, &address, &route).await?;
        assert_eq!((computed.reason, computed.nav_usd), (returned.reason, returned.nav_usd));
        assert!(computed.nav_usd > 0);
    }
    stage.localnet.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn lookup_tables_are_created_extended_used_and_closed() -> Result<()> {
    let stage = Stage::new().await?;
    let (sender, vault) = (stage.sender("alice")?, stage.vault().address);
    let books = stage.cluster.vault(&vault).await?;
    let view = VaultView::of(vault, &books).context("a known token program")?;
    let routes = stage.cluster.routes(&vault).await?;
    let prices: Vec<Pubkey> = stage.localnet.manifest.assets.iter().map(|asset| asset.price_account).collect();
    let addresses = lookup::addresses(&view, &routes, &prices);
    ensure!(addresses.len() > 2 * lookup::ADDRESSES_PER_EXTENSION, "{} addresses", addresses.len());

    let (first, _) = addresses.split_at(addresses.len() - 3);
    let table = sender.create_lookup_table(first).await?;
    assert_eq!(table.addresses, first);
    let table = sender.extend_lookup_table(&table, &addresses).await?;
    assert_eq!(table.addresses, addresses);
    sender.send(&[stage.refresh()], &[], std::slice::from_ref(&table)).await?;
    assert_eq!(sender.extend_lookup_table(&table, &addresses).await?.addresses, addresses, "nothing is missing");

    sender.send(&[lookup::deactivate(table.key, sender.payer())], &[], &[]).await?;
    assert!(matches!(stage.cluster.lookup_table(&table.key).await, Err(ClientError::WrongAccount { .. })));
    stage.localnet.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_too_old_expires() -> Result<()> {
    let stage = Stage::new().await?;
    let (sender, vault) = (stage.sender("keeper")?, stage.vault().address);
    let prepared = sender.prepare(&[stage.refresh()], &[]).await?;
    while stage.cluster.rpc().get_block_height().await? <= prepared.last_valid_height {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let before = stage.cluster.vault(&vault).await?.sequence;
    let error = sender.submit(prepared, &[]).await.unwrap_err();
    assert!(error.is_transient(), "it is safe to make another: {error}");
    assert_eq!(stage.cluster.vault(&vault).await?.sequence, before);
    stage.localnet.stop().await
}

/// Surfpool's own method for what no real cluster allows.
async fn cheat(cluster: &Cluster, method: &'static str, params: Value) -> Result<()> {
    cluster.rpc().send::<Value>(RpcRequest::Custom { method }, params).await.map(drop).context(method)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_posted_through_pyths_receiver() -> Result<()> {
    let variables = [pythnet::RECEIVER_FILE_VARIABLE, pythnet::WORMHOLE_FILE_VARIABLE];
    let [Some(receiver), Some(wormhole)] = variables.map(env::var_os) else {
        println!("skipped: {} and {} do not name Pyth's program files", variables[0], variables[1]);
        return Ok(());
    };
    let stage = Stage::new().await?;
    let (sender, vault) = (stage.sender("keeper")?, stage.vault().address);
    assert!(matches!(stage.cluster.pyth_receiver().await, Err(ClientError::NotFound { .. })));
    for (program, file) in [(pyth_solana_receiver_sdk::ID, receiver), (pythnet::WORMHOLE, wormhole)] {
        let elf = hex(&fs::read(file)?);
        cheat(&stage.cluster, "surfnet_writeProgram", json!([program.to_string(), elf, 0, Pubkey::default().to_string()]))
            .await?;
    }
    for (address, owner, data) in [pythnet::receiver_config(), pythnet::guardian_set()] {
        let account = json!({ "lamports": 10_000_000, "owner": owner.to_string(), "executable": false, "data": hex(&data) });
        cheat(&stage.cluster, "surfnet_setAccount", json!([address.to_string(), account])).await?;
    }

    let now = stage.cluster.now().await?;
    let books = stage.cluster.vault(&vault).await?;
    let feeds: Vec<FeedId> = books.assets()[..2].iter().map(|asset| asset.feed).collect();
    let prices: Vec<PriceFeedMessage> = feeds.iter().map(|feed| message(*feed, now)).collect();
    let update = Update::parse(&pythnet::update(&prices, pythnet::QUORUM))?;
    let receiver = stage.cluster.pyth_receiver().await?;
    let refresh = |prices: &[Pubkey]| vec![instruction::refresh_prices(vault, 0b11, prices)];
    let before = stage.cluster.account(&sender.payer()).await?.context("no keeper")?.lamports;
    let sent = sender.post_prices(&receiver, &update, &feeds, refresh, &[]).await?;
    let after = stage.cluster.vault(&vault).await?;
    assert!(after.assets()[..2].iter().all(|asset| asset.publish_time == now));
    // Nothing but fees is gone: those of what was sent, of the cleanup, and the treasuries' first lamports.
    let spent = before - stage.cluster.account(&sender.payer()).await?.context("no keeper")?.lamports;
    println!("{} transactions, {spent} lamports", sent.len());
    assert!(spent < 2_500_000, "{spent}");
    stage.localnet.stop().await
}

/// A price near those of the first two assets' bundled data; the vault judges only its age and confidence.
fn message(feed_id: FeedId, publish_time: i64) -> PriceFeedMessage {
    let (price, conf) = (4_500_000_000_000, 1_000_000);
    PriceFeedMessage {
        feed_id,
        price,
        conf,
        exponent: -8,
        publish_time,
        prev_publish_time: publish_time - 1,
        ema_price: price,
        ema_conf: conf,
    }
}
