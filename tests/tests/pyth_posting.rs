//! Prices that nobody has posted: read from updates as Hermes serves them, and posted through Pyth's receiver and Wormhole's
//! bridge, the real programs, into a vault.

use {
    anchor_lang::AccountDeserialize,
    ballast::error::BallastError,
    ballast_client::{
        Instruction, Pubkey,
        error::ProgramFailure,
        instruction,
        pyth::{FeedId, Posting, PostingError, Receiver, Step, Update, UpdateError},
        transaction,
    },
    ballast_tests::{
        Failure, Keypair, Outcome, Signer,
        pythnet::{QUORUM, RECEIVER_FILE_VARIABLE, WORMHOLE, WORMHOLE_FILE_VARIABLE, update},
        scene::{Config, Scene, compute_unit_limit},
    },
    pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel},
    std::collections::BTreeSet,
};

const RECEIVER: Receiver = Receiver { wormhole: WORMHOLE };

fn price(feed: u8, price: i64) -> PriceFeedMessage {
    PriceFeedMessage {
        feed_id: [feed; 32],
        price,
        conf: 1_000,
        exponent: -8,
        publish_time: 1_700_000_000,
        prev_publish_time: 1_699_999_999,
        ema_price: price + 1,
        ema_conf: 1_001,
    }
}

/// Every feed of a scene at its price, published now.
fn prices(scene: &Scene) -> Vec<PriceFeedMessage> {
    let now = scene.world.now();
    let published = |asset: &ballast_tests::scene::SceneAsset| PriceFeedMessage {
        feed_id: asset.feed,
        publish_time: now,
        prev_publish_time: now - 1,
        ..price(0, asset.spec.price_e8)
    };
    scene.assets.iter().map(published).collect()
}

#[test]
fn update_tells_its_prices_and_guardians() {
    let published = [price(1, 100), price(2, 200), price(3, -300)];
    let read = Update::parse(&update(&published, QUORUM)).unwrap();
    assert_eq!(read.prices.iter().map(|price| price.message).collect::<Vec<_>>(), published);
    assert_eq!(read.price(&[2; 32]).unwrap().message.price, 200);
    assert!(read.price(&[9; 32]).is_none());
    assert_eq!(read.guardian_set(), Some(4));
}

#[test]
fn changed_update_is_refused() {
    let bytes = update(&[price(1, 100), price(2, 200)], QUORUM);
    let changed = |position: usize| {
        let mut bytes = bytes.clone();
        bytes[position] ^= 1;
        Update::parse(&bytes)
    };
    assert_eq!(changed(0), Err(UpdateError::Format), "the magic number");
    assert_eq!(changed(bytes.len() - 1), Err(UpdateError::Proof), "the last path");
    // Magic, versions, trailing bytes, kind, length of the signed message: then the message itself begins.
    assert_eq!(changed(10), Err(UpdateError::SignedMessage), "the signed message's version");
    assert_eq!(Update::parse(&bytes[..bytes.len() - 1]), Err(UpdateError::Format));
    assert_eq!(Update::parse(&[]), Err(UpdateError::Format));
}

#[test]
fn every_step_fits_a_transaction_and_creates_each_account_once() {
    let payer = Pubkey::new_unique();
    let published: Vec<_> = (1..=16).map(|feed| price(feed, 100)).collect();
    let feeds: Vec<FeedId> = published.iter().map(|price| price.feed_id).collect();
    let read = Update::parse(&update(&published, QUORUM)).unwrap();
    let vault = Pubkey::new_unique();
    let posting =
        RECEIVER.post(payer, &read, &feeds, |prices| vec![instruction::refresh_prices(vault, u16::MAX, prices)], &[]).unwrap();
    assert_eq!(posting.prices.len(), 16);
    for step in posting.steps.iter().chain(&posting.cleanup(|_| true).unwrap()) {
        let all = transaction::with_budget(&step.instructions, 1, 1);
        transaction::message(&payer, &all, &[], Default::default()).expect("a step fits");
    }
    let signers = posting.steps.iter().flat_map(|step| &step.signers);
    let created: Vec<_> = signers.map(|signer| signer.pubkey()).collect();
    assert_eq!(created, posting.accounts());
    let last = posting.steps.last().unwrap().instructions.last().unwrap();
    assert_eq!(*last, instruction::refresh_prices(vault, u16::MAX, &posting.prices));
}

#[test]
fn posting_a_feed_that_the_update_lacks_is_refused() {
    let read = Update::parse(&update(&[price(1, 100)], QUORUM)).unwrap();
    let error = RECEIVER.post(Pubkey::new_unique(), &read, &[[1; 32], [7; 32]], |_| vec![], &[]).unwrap_err();
    assert_eq!(error, PostingError::FeedMissing([7; 32]));
}

#[test]
fn cleanup_closes_what_exists() {
    let payer = Pubkey::new_unique();
    let read = Update::parse(&update(&[price(1, 100), price(2, 200)], QUORUM)).unwrap();
    let posting = RECEIVER.post(payer, &read, &[[1; 32], [2; 32]], |_| vec![], &[]).unwrap();
    let closed = |exists: &[Pubkey]| -> BTreeSet<Pubkey> {
        let steps = posting.cleanup(|address| exists.contains(address)).unwrap();
        steps.iter().flat_map(|step| &step.instructions).map(|instruction| instruction.accounts[1].pubkey).collect()
    };
    for exists in [vec![], vec![posting.accounts()[0]], posting.accounts()] {
        assert_eq!(closed(&exists), exists.iter().copied().collect());
    }
}

/// A vault on a chain with Pyth's programs; `None`, and a word about it, where their files are not named.
fn scene(config: Config) -> Option<Scene> {
    let mut scene = Scene::empty(config);
    if scene.world.deploy_pyth() {
        return Some(scene);
    }
    println!("skipped: {RECEIVER_FILE_VARIABLE} and {WORMHOLE_FILE_VARIABLE} do not name Pyth's program files");
    None
}

fn run(scene: &mut Scene, steps: &[Step], payer: &Keypair) -> Result<Vec<Outcome>, (Failure, Vec<Instruction>)> {
    let mut outcomes = vec![];
    for step in steps {
        let mut signers = vec![payer];
        signers.extend(step.signers.iter().map(|signer| &**signer));
        let all = [&step.instructions[..], &[compute_unit_limit(1_400_000)]].concat();
        outcomes.push(scene.world.send(&all, &signers).map_err(|failure| (failure, all))?);
    }
    Ok(outcomes)
}

fn post(scene: &Scene, signatures: u8) -> Posting {
    let published = prices(scene);
    let feeds: Vec<FeedId> = published.iter().map(|price| price.feed_id).collect();
    let read = Update::parse(&update(&published, signatures)).unwrap();
    let (vault, mask) = (scene.view.address, (1 << feeds.len()) - 1);
    let refresh = |prices: &[Pubkey]| vec![instruction::refresh_prices(vault, mask, prices)];
    RECEIVER.post(scene.keeper.pubkey(), &read, &feeds, refresh, &[]).unwrap()
}

#[test]
fn prices_from_hermes_reach_a_vault_fully_verified_and_the_rent_comes_back() {
    for count in [2, 5] {
        let Some(mut scene) = scene(Config::many(count)) else { return };
        let keeper = scene.keeper.clone();
        let lamports = |scene: &Scene| scene.world.account(&keeper.pubkey()).lamports;
        let before = lamports(&scene);
        let posting = post(&scene, QUORUM);
        let outcomes = run(&mut scene, &posting.steps, &keeper).unwrap_or_else(|(failure, _)| panic!("{failure}"));
        let units: Vec<_> = outcomes.iter().map(|outcome| outcome.compute_units).collect();
        println!("{count} prices: {} transactions of {units:?} units", posting.steps.len());

        for (asset, (address, published)) in scene.vault().assets().iter().zip(posting.prices.iter().zip(prices(&scene))) {
            let account = scene.world.account(address);
            let posted = PriceUpdateV2::try_deserialize(&mut &account.data[..]).unwrap();
            assert_eq!((posted.verification_level, posted.price_message), (VerificationLevel::Full, published));
            assert_eq!(asset.publish_time, scene.world.now());
        }

        let cleanup = posting.cleanup(|address| scene.world.find_account(address).is_some()).unwrap();
        run(&mut scene, &cleanup, &keeper).unwrap_or_else(|(failure, _)| panic!("{failure}"));
        assert!(posting.accounts().iter().all(|address| scene.world.find_account(address).is_none()));
        let signatures: usize = posting.steps.iter().chain(&cleanup).map(|step| 1 + step.signers.len()).sum();
        let treasuries = before - lamports(&scene) - signatures as u64 * 5_000;
        // A lamport for each price, or what a treasury that nobody has used yet needs to exist.
        assert!(treasuries <= count as u64 * 890_880, "{treasuries}");
    }
}

#[test]
fn an_update_with_too_few_signatures_is_refused_by_name() {
    let Some(mut scene) = scene(Config::pair()) else { return };
    let keeper = scene.keeper.clone();
    let posting = post(&scene, QUORUM - 1);
    let (failure, instructions) = run(&mut scene, &posting.steps, &keeper).unwrap_err();
    let told = ProgramFailure::of(&failure.error, failure.logs, &instructions);
    assert_eq!((told.program, told.name.as_str()), (Some(WORMHOLE), "NoQuorum"), "{told}");

    let cleanup = posting.cleanup(|address| scene.world.find_account(address).is_some()).unwrap();
    run(&mut scene, &cleanup, &keeper).unwrap_or_else(|(failure, _)| panic!("{failure}"));
    assert!(scene.world.find_account(&posting.accounts()[0]).is_none());
}

#[test]
fn a_price_that_the_vault_refuses_leaves_the_rent_to_reclaim() {
    let Some(mut scene) = scene(Config::pair()) else { return };
    let keeper = scene.keeper.clone();
    let posting = post(&scene, QUORUM);
    let age = scene.vault().limits.max_price_age_secs + 1;
    scene.world.advance(age);
    let (failure, instructions) = run(&mut scene, &posting.steps, &keeper).unwrap_err();
    let told = ProgramFailure::of(&failure.error, failure.logs, &instructions);
    assert_eq!(told.ballast(), Some(BallastError::PriceStale), "{told}");
    let cleanup = posting.cleanup(|address| scene.world.find_account(address).is_some()).unwrap();
    run(&mut scene, &cleanup, &keeper).unwrap_or_else(|(failure, _)| panic!("{failure}"));
    assert!(posting.accounts().iter().all(|address| scene.world.find_account(address).is_none()));
}
