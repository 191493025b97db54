//! A history being played: the chain, the market, and the checks after every transaction.

use {
    super::{
        books::Books,
        cast::Cast,
        chain::{Chain, Failed},
        checks::{self, Losses, require},
        listed::Listed,
        tally::Tally,
    },
    anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction},
    ballast::state::{Route, Vault},
    ballast_client::{VaultView, decode},
    std::rc::Rc,
};

/// What an action ends with: an error says which invariant is broken, and how.
pub type Played<T = ()> = Result<T, String>;

/// How a transaction may end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The accounts are the right ones: it succeeds, or fails as its documentation says.
    Proper,
    /// It was tampered with: whatever happens, the vault stays whole.
    Tampering,
}

/// A vault's history so far.
pub struct Play {
    /// The chain that it happens on.
    pub chain: Box<dyn Chain>,
    /// Who and what.
    pub cast: Rc<Cast>,
    /// The market's prices: dollars per token, times 10^8.
    pub prices_e8: Vec<i64>,
    /// The publishers' moving averages of the prices.
    pub averages_e8: Vec<i64>,
    /// What was tried, and how it went.
    pub tally: Tally,
    /// What was done, in words, where somebody wants to read it.
    pub story: Option<Vec<String>>,
    listed: Rc<Listed>,
    losses: Losses,
}

impl Play {
    /// Before anything has happened.
    pub fn new(chain: Box<dyn Chain>, cast: Rc<Cast>, listed: Rc<Listed>) -> Self {
        let prices_e8: Vec<i64> = cast.assets.iter().map(|asset| asset.spec.price_e8).collect();
        let averages_e8 = prices_e8.clone();
        Play { chain, cast, prices_e8, averages_e8, tally: Tally::default(), story: None, listed, losses: Losses::default() }
    }

    /// An independent copy, whose tally begins anew.
    pub fn fork(&self) -> Self {
        let mut fork = Play::new(self.chain.fork(), self.cast.clone(), self.listed.clone());
        (fork.prices_e8, fork.averages_e8) = (self.prices_e8.clone(), self.averages_e8.clone());
        fork.story = self.story.as_ref().map(|_| Vec::new());
        fork
    }

    /// Unix time.
    pub fn now(&self) -> i64 {
        self.chain.clock().unix_timestamp
    }

    /// The vault's books.
    pub fn books(&self) -> Books {
        Books::read(self.chain.as_ref(), &self.cast).expect("the vault was created at the beginning")
    }

    /// The vault.
    pub fn vault(&self) -> Box<Vault> {
        self.books().vault
    }

    /// The vault's addresses, with the assets that it has by now.
    pub fn view(&self) -> VaultView {
        VaultView::of(self.cast.view.address, &self.vault()).expect("known token programs")
    }

    /// The route of a pool, where it is registered.
    pub fn route(&self, pool: usize) -> Option<(Pubkey, Route)> {
        let route = self.cast.routes[pool];
        Some((route, decode::route(&self.chain.find(&route)?.data)?))
    }

    /// Notes what happens, where somebody wants to read it.
    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(what());
        }
    }

    /// Sends one proper instruction.
    pub fn call(&mut self, instruction: Instruction) -> Played<Result<(), Failed>> {
        self.send(&[instruction], Sender::Proper)
    }

    /// Sends a transaction and checks what came of it.
    pub fn send(&mut self, instructions: &[Instruction], sender: Sender) -> Played<Result<(), Failed>> {
        let before = Books::read(self.chain.as_ref(), &self.cast);
        let result = self.chain.send(instructions);
        let listed = self.listed.clone();
        let names: Vec<&str> = instructions.iter().map(|it| self.name(&listed, it)).collect();
        let outcome = match &result {
            Ok(()) => "done".to_owned(),
            Err(Failed::Code(code)) => listed.error(*code),
            Err(failed) => failed.to_string(),
        };
        self.tell(|| format!("{}: {outcome}", names.join(" + ")));
        names.iter().for_each(|name| self.tally.count(name, &outcome));

        let after = Books::read(self.chain.as_ref(), &self.cast);
        match (&result, before, after) {
            (Ok(()), Some(before), Some(after)) => self.check(&names, sender, &before, &after)?,
            (Ok(()), _, after) => after.iter().try_for_each(checks::state)?,
            (Err(failed), before, after) => {
                let kept = before.as_ref().map(key) == after.as_ref().map(key);
                require(kept, || format!("{} failed ({failed}) and yet changed something", names.join(" + ")))?;
                check_failure(&listed, instructions, sender, failed)?;
            }
        }
        Ok(result)
    }

    fn name<'a>(&self, listed: &'a Listed, instruction: &Instruction) -> &'a str {
        if instruction.program_id != ballast::ID {
            return "another program";
        }
        listed.name(&instruction.data).unwrap_or("no instruction")
    }

    fn check(&mut self, names: &[&str], sender: Sender, before: &Books, after: &Books) -> Played {
        checks::state(after)?;
        match (names, sender) {
            (["another program"], _) => {}
            ([name], Sender::Proper) => checks::step(name, before, after)?,
            (_, Sender::Proper) => checks::surplus_kept(before, after)?,
            (_, Sender::Tampering) => checks::surplus_not_shrunk(before, after)?,
        }
        if names.contains(&"rebalance") { self.losses.add(before, after) } else { Ok(()) }
    }
}

/// What a failed transaction must not change.
fn key(books: &Books) -> (&[u8], &[u64], u64) {
    (bytemuck::bytes_of(&*books.vault), &books.reserves, books.supply)
}

fn check_failure(listed: &Listed, instructions: &[Instruction], sender: Sender, failed: &Failed) -> Played {
    match failed {
        Failed::Crashed(reason) => Err(format!("a program crashed: {reason}")),
        _ if sender == Sender::Tampering => Ok(()),
        Failed::Refused(reason) => Err(format!("a proper transaction was refused: {reason}")),
        Failed::Code(code) => {
            let is_admitted = instructions.iter().any(|it| it.program_id != ballast::ID || listed.admits(&it.data, *code));
            let names = || instructions.iter().filter_map(|it| listed.name(&it.data)).collect::<Vec<_>>().join(" + ");
            require(is_admitted, || format!("{} failed with {}, which it does not list", names(), listed.error(*code)))
        }
    }
}
