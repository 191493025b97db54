//! The same histories on both chains, step by step: the vault's bytes, what its reserves and pools hold, everybody's shares and
//! tokens, and every error are the same. So the native chain may speak for the real one.

use {
    super::{
        books,
        cast::PEOPLE,
        checks::require,
        history::{Ground, History, Theatre},
        play::{Play, Played},
        tally::Tally,
    },
    ballast_tests::{amm::Pool, random::Random},
};

/// Actions of each history.
const LEN: u64 = 200;

/// Plays histories with `actions` in all on both chains.
///
/// # Errors
/// Where they differ, or an invariant is broken.
pub fn compare(theatre: &Theatre, seed: u64, actions: u64) -> Result<Tally, String> {
    let (mut random, mut tally) = (Random::new(seed), Tally::default());
    while tally.actions < actions {
        let history = theatre.draw(random.number(), LEN.min(actions - tally.actions));
        tally.add(&compare_one(theatre, &history).map_err(|what| format!("seed {}, {what}", history.seed))?);
    }
    Ok(tally)
}

fn compare_one(theatre: &Theatre, history: &History) -> Played<Tally> {
    let mut plays = [theatre.open(history, Ground::Native)?, theatre.open(history, Ground::Svm)?];
    for step in 0..history.len() {
        plays.iter_mut().for_each(|play| play.story = Some(Vec::new()));
        let [native, svm] = &mut plays;
        let results = (history.step(native, step), history.step(svm, step));
        step_is_same(native, svm, results).map_err(|what| format!("step {} ({}): {what}", step + 1, history.name(step)))?;
    }
    let [mut native, _] = plays;
    native.tally.histories += 1;
    Ok(native.tally)
}

fn step_is_same(native: &Play, svm: &Play, results: (Played, Played)) -> Played {
    same("what happened", told(native), told(svm))?;
    results.0.map_err(|what| format!("natively: {what}"))?;
    results.1.map_err(|what| format!("on the virtual machine: {what}"))?;
    same("what everybody has", holdings(native), holdings(svm))?;
    require(vault(native) == vault(svm), || "the vault's bytes differ".to_owned())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, native: T, svm: T) -> Played {
    require(native == svm, || format!("{what} differs: natively {native:?}, on the virtual machine {svm:?}"))
}

/// A step's story without the words that each chain has of its own for errors that are no program's.
fn told(play: &Play) -> Vec<&str> {
    let story = play.story.iter().flatten();
    story.map(|line| line.split_once(": refused:").map_or(line.as_str(), |(names, _)| names)).collect()
}

fn vault(play: &Play) -> Vec<u8> {
    play.chain.find(&play.cast.view.address).expect("the vault").data
}

fn holdings(play: &Play) -> Vec<u64> {
    let people = (0..PEOPLE.len()).flat_map(|person| {
        let mut has = play.tokens(person);
        has.push(play.shares(person));
        has
    });
    let pools = play.cast.pools.iter().flat_map(|pool| pool.vaults().map(|vault| books::amount(play.chain.as_ref(), &vault)));
    people.chain(pools).chain(play.books().reserves).collect()
}
