//! The fuzzer's command line: `ballast-adversary native|svm|lockstep [--actions N] [--seed S]`.
//!
//! What the program logs on the host goes to standard output, where nobody wants it: results go to standard error.

use {
    ballast_adversary::fuzz::{
        history::{Ground, Theatre, fuzz},
        lockstep, native,
    },
    std::{
        env,
        fs::File,
        process::ExitCode,
        time::{Instant, SystemTime, UNIX_EPOCH},
    },
};

/// Actions where nobody says how many.
const ACTIONS: u64 = 1_000_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let Options { mode, actions, seed } = Options::parse(env::args().skip(1))?;
    eprintln!("repeat with --seed {seed}");
    let sink = File::options().write(true).open("/dev/null").map_err(|error| format!("/dev/null: {error}"))?;
    rustix::stdio::dup2_stdout(sink).map_err(|error| format!("cannot redirect standard output: {error}"))?;

    native::keep_panics_quiet();

    let start = Instant::now();
    let theatre = Theatre::new();
    let tally = match mode {
        Mode::Native => fuzz(&theatre, Ground::Native, seed, actions),
        Mode::Svm => fuzz(&theatre, Ground::Svm, seed, actions),
        Mode::Lockstep => lockstep::compare(&theatre, seed, actions),
    }?;
    let secs = start.elapsed().as_secs_f64();
    eprintln!("{tally}{:.0} actions a second over {secs:.0} seconds", tally.actions as f64 / secs);
    let missing: Vec<_> = theatre.listed().instructions().filter(|name| tally.done(name) == 0).collect();
    if !missing.is_empty() {
        eprintln!("never succeeded: {}", missing.join(", "));
    }
    Ok(())
}

/// Where to play.
enum Mode {
    /// On the program compiled for the host.
    Native,
    /// On the real virtual machine.
    Svm,
    /// On both, comparing.
    Lockstep,
}

struct Options {
    mode: Mode,
    actions: u64,
    seed: u64,
}

impl Options {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mode = match args.next().as_deref() {
            Some("native") => Mode::Native,
            Some("svm") => Mode::Svm,
            Some("lockstep") => Mode::Lockstep,
            _ => return Err("say where to play: native, svm or lockstep".to_owned()),
        };
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.subsec_nanos().into());
        let mut options = Options { mode, actions: ACTIONS, seed: clock };
        while let Some(option) = args.next() {
            let value = args.next().and_then(|value| value.parse().ok()).ok_or_else(|| format!("{option} takes a number"))?;
            match option.as_str() {
                "--actions" => options.actions = value,
                "--seed" => options.seed = value,
                _ => return Err(format!("unknown option {option}: there are --actions and --seed")),
            }
        }
        Ok(options)
    }
}
