//! Asking before something happens.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use anyhow::{Result, bail};
use clap::Args;

use crate::context::Context;
use crate::output::fields;

/// Whether to ask.
#[derive(Args, Clone, Copy, Debug)]
pub struct Confirmation {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

impl Confirmation {
    /// Shows what would happen, where and at whose cost, and asks. What is shown goes to the standard error stream, so that the output stays one document.
    ///
    /// # Errors
    /// Where the answer is no, or nobody is there to give one.
    pub fn ask(self, context: &Context, what: &str) -> Result<()> {
        eprintln!("{}\n", what.trim_end());
        eprint!("{}", fields([("cluster", context.cluster.rpc().url()), ("wallet", context.wallet()?.to_string())]));
        if self.yes {
            return Ok(());
        }
        if !stdin().is_terminal() {
            bail!("nobody is there to confirm; nothing was sent. Add --yes to go on without asking");
        }
        eprint!("Go on? [y/N] ");
        stderr().flush()?;
        let mut answer = String::new();
        stdin().lock().read_line(&mut answer)?;
        if is_yes(&answer) { Ok(()) } else { bail!("not confirmed; nothing was sent") }
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        assert!(["y", "Y\n", "yes\r\n", " YES "].into_iter().all(is_yes));
        assert!(["", "\n", "n", "no", "yeah", "all"].into_iter().all(|answer| !is_yes(answer)));
    }
}
