//! Histories: drawn from a seed, played on any chain, and made short where they break something.

use {
    super::{
        actions::{self, ACTIONS},
        cast::{Cast, Template},
        chain::Chain,
        exit,
        listed::Listed,
        native::Native,
        play::{Play, Played},
        setup,
        svm::Svm,
        tally::Tally,
    },
    ballast_tests::random::Random,
    std::{fmt, rc::Rc},
};

/// Actions of a history, at most.
pub const MOST_ACTIONS: u64 = 1_000;

/// A chain to play on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The program compiled for the host.
    Native,
    /// The real virtual machine.
    Svm,
}

/// A sequence of actions, and how it begins.
#[derive(Clone, Debug)]
pub struct History {
    /// What it was drawn from.
    pub seed: u64,
    template: usize,
    setup_seed: u64,
    /// Each action's kind and seed.
    actions: Vec<(usize, u64)>,
}

/// An invariant that a history broke.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The history's seed.
    pub seed: u64,
    /// How many of its actions were played, and in which one it happened.
    pub step: usize,
    /// Its name.
    pub action: &'static str,
    /// Which one, and how.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "seed {}, step {} ({}): {}", self.seed, self.step, self.action, self.what)
    }
}

/// What histories are played with.
pub struct Theatre {
    templates: Vec<(Rc<Cast>, Native, Svm)>,
    listed: Rc<Listed>,
}

impl Default for Theatre {
    fn default() -> Self {
        Self::new()
    }
}

impl Theatre {
    /// Builds every template.
    pub fn new() -> Self {
        let build = |Template { cast, world }: Template| (Rc::new(cast), Native::new(world.clone()), Svm::new(world));
        Theatre { templates: Template::all().into_iter().map(build).collect(), listed: Rc::new(Listed::read()) }
    }

    /// The program's interface.
    pub fn listed(&self) -> &Listed {
        &self.listed
    }

    /// Draws the history of a seed, with `len` actions.
    pub fn draw(&self, seed: u64, len: u64) -> History {
        let mut random = Random::new(seed);
        let (template, setup_seed) = (random.below(self.templates.len() as u64) as usize, random.number());
        let actions = (0..len).map(|_| (actions::draw(&mut random), random.number())).collect();
        History { seed, template, setup_seed, actions }
    }

    /// The play of a history before its first action.
    ///
    /// # Errors
    /// Where the vault cannot be set up.
    pub fn open(&self, history: &History, ground: Ground) -> Played<Play> {
        let (cast, native, svm) = &self.templates[history.template];
        let chain: Box<dyn Chain> = match ground {
            Ground::Native => Box::new(native.clone()),
            Ground::Svm => Box::new(svm.clone()),
        };
        let mut play = Play::new(chain, cast.clone(), self.listed.clone());
        setup::setup(&mut play, &mut Random::new(history.setup_seed))?;
        Ok(play)
    }

    /// Plays a history to its end, where everybody leaves.
    ///
    /// # Errors
    /// The first invariant that it broke.
    pub fn play(&self, history: &History, ground: Ground) -> Result<Tally, Broken> {
        self.play_told(history, ground, false).map_err(|(broken, _)| broken).map(|play| play.tally)
    }

    /// As [`play`](Self::play), and where `is_told`, with everything that happened in words.
    fn play_told(&self, history: &History, ground: Ground, is_told: bool) -> Result<Play, (Broken, Vec<String>)> {
        let broken = |step: usize, action: &'static str, what: String| Broken { seed: history.seed, step, action, what };
        let mut play = self.open(history, ground).map_err(|what| (broken(0, "the setup", what), vec![]))?;
        play.story = is_told.then(Vec::new);
        for step in 0..history.actions.len() {
            if let Err(what) = history.step(&mut play, step) {
                return Err((broken(step + 1, history.name(step), what), play.story.unwrap_or_default()));
            }
        }
        let end = exit::everybody(&mut play, &mut Random::new(history.seed));
        play.tally.exits += 1;
        play.tally.histories += 1;
        end.map_err(|what| (broken(history.actions.len(), "everybody leaves", what), play.story.take().unwrap_or_default()))?;
        Ok(play)
    }

    /// Leaves out of a native history's actions whatever it does not need to break the same thing, and tells the rest.
    pub fn explain(&self, history: &History, broken: &Broken) -> String {
        let mut shortest = history.clone();
        if broken.action != "everybody leaves" {
            shortest.actions.truncate(broken.step);
        }
        let breaks = |candidate: &History| {
            self.play(candidate, Ground::Native).is_err_and(|other| kind(&other.what) == kind(&broken.what))
        };
        let mut chunk = (shortest.actions.len() / 2).max(1);
        loop {
            let mut at = 0;
            while at < shortest.actions.len() {
                let mut candidate = shortest.clone();
                candidate.actions.drain(at..(at + chunk).min(shortest.actions.len()));
                if breaks(&candidate) {
                    shortest = candidate;
                } else {
                    at += chunk;
                }
            }
            if chunk == 1 {
                break;
            }
            chunk /= 2;
        }
        let story = match self.play_told(&shortest, Ground::Native, true) {
            Ok(_) => vec!["(it does not break natively)".to_owned()],
            Err((broken, mut story)) => {
                story.push(broken.what);
                story
            }
        };
        format!("{broken}\n{} of its actions are enough:\n  {}", shortest.actions.len(), story.join("\n  "))
    }
}

impl History {
    /// Number of actions.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// What happens in a step.
    pub fn name(&self, step: usize) -> &'static str {
        ACTIONS[self.actions[step].0].name
    }

    /// Plays one step.
    ///
    /// # Errors
    /// The invariant that it broke.
    pub fn step(&self, play: &mut Play, step: usize) -> Played {
        let (kind, seed) = self.actions[step];
        play.tally.actions += 1;
        play.tell(|| format!("- {}", ACTIONS[kind].name));
        (ACTIONS[kind].play)(play, &mut Random::new(seed))
    }
}

/// What a message says apart from its numbers.
fn kind(what: &str) -> String {
    what.chars().filter(|char| !char.is_ascii_digit()).collect()
}

/// Plays histories until at least `actions` were played; stops at the first that breaks something, and explains it.
///
/// # Errors
/// Which history broke what, with seed, step and a shorter history.
pub fn fuzz(theatre: &Theatre, ground: Ground, seed: u64, actions: u64) -> Result<Tally, String> {
    let (mut random, mut tally) = (Random::new(seed), Tally::default());
    while tally.actions < actions {
        let history = theatre.draw(random.number(), random.sized(20..=MOST_ACTIONS).min(actions - tally.actions));
        match theatre.play(&history, ground) {
            Ok(played) => tally.add(&played),
            Err(broken) => return Err(theatre.explain(&history, &broken)),
        }
    }
    Ok(tally)
}
