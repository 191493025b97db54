//! A transaction's log, line by line, with the program that wrote each line.
//!
//! Programs cannot write lines of the runtime's own kind: theirs begin with `Program log:` or `Program data:`.

use anchor_lang::prelude::Pubkey;

/// What programs wrote: each text line or data line with the program that was running.
pub fn written(logs: &[String]) -> Vec<(Pubkey, Written<'_>)> {
    let (mut running, mut found): (Vec<Pubkey>, _) = (vec![], vec![]);
    for line in logs {
        if let Some(program) = invoked(line) {
            running.push(program);
        } else if is_end(line) {
            running.pop();
        } else if let (Some(program), Some(written)) = (running.last(), Written::of(line)) {
            found.push((*program, written));
        }
    }
    found
}

/// Something that a program wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written<'a> {
    /// A text.
    Text(&'a str),
    /// Bytes in base64: an event.
    Data(&'a str),
}

impl<'a> Written<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let text = line.strip_prefix("Program log: ").map(Written::Text);
        text.or_else(|| line.strip_prefix("Program data: ").map(Written::Data))
    }
}

/// The program that failed first: the innermost one, whose error the others pass on. `None` where no program failed, or the log was
/// cut off before it did.
pub fn failed(logs: &[String]) -> Option<Pubkey> {
    logs.iter().find_map(|line| program(line, " failed"))
}

/// The program of a line `Program <address> invoke [<depth>]`.
fn invoked(line: &str) -> Option<Pubkey> {
    program(line, " invoke [")
}

/// Whether a program ends with this line.
fn is_end(line: &str) -> bool {
    program(line, " success").or_else(|| program(line, " failed")).is_some()
}

/// The program that a line of the runtime is about, where this follows its address.
fn program(line: &str, what: &str) -> Option<Pubkey> {
    let (address, rest) = line.strip_prefix("Program ")?.split_once(' ')?;
    rest.starts_with(what.trim_start()).then(|| address.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTER: Pubkey = Pubkey::new_from_array([1; 32]);
    const INNER: Pubkey = Pubkey::new_from_array([2; 32]);

    fn logs(lines: &[String]) -> Vec<String> {
        lines.to_vec()
    }

    #[test]
    fn written_lines_belong_to_the_innermost_running_program() {
        let lines = logs(&[
            format!("Program {OUTER} invoke [1]"),
            "Program log: a".into(),
            format!("Program {INNER} invoke [2]"),
            "Program data: Yg==".into(),
            // Nobody can pretend to be another program.
            format!("Program log: Program {OUTER} invoke [3]"),
            "Program log: c".into(),
            format!("Program {INNER} consumed 5 of 10 compute units"),
            format!("Program {INNER} success"),
            "Program log: d".into(),
            format!("Program {OUTER} failed: custom program error: 0x1"),
            "Program log: outside".into(),
        ]);
        let forged = format!("Program {OUTER} invoke [3]");
        assert_eq!(
            written(&lines),
            [
                (OUTER, Written::Text("a")),
                (INNER, Written::Data("Yg==")),
                (INNER, Written::Text(&forged)),
                (INNER, Written::Text("c")),
                (OUTER, Written::Text("d")),
            ]
        );
    }

    #[test]
    fn failed_is_the_first_and_not_what_a_program_claims() {
        let lines = logs(&[
            format!("Program {OUTER} invoke [1]"),
            format!("Program log: Program {OUTER} failed: no"),
            format!("Program {INNER} invoke [2]"),
            format!("Program {INNER} failed: custom program error: 0x1"),
            format!("Program {OUTER} failed: custom program error: 0x1"),
        ]);
        assert_eq!(failed(&lines), Some(INNER));
        assert_eq!(failed(&lines[..3]), None);
    }
}
