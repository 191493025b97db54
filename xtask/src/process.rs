//! Running other programs, with one clear line where they cannot run or fail.

use std::{
    env,
    io::{self, BufRead, BufReader, ErrorKind, stderr},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Output, Stdio},
};

use anyhow::{Context, Error, Result, anyhow, bail};

/// Runs a command to its end; whatever it prints goes to standard error. Fails where the command does.
pub fn run(command: &mut Command) -> Result<()> {
    command.stdout(stderr());
    let status = spawn(command)?.wait()?;
    require_success(command, status)
}

/// Runs a command and returns what it wrote to standard output. Fails where the command does.
pub fn capture(command: &mut Command) -> Result<Vec<u8>> {
    command.stdout(Stdio::piped());
    let Output { status, stdout, .. } = spawn(command)?.wait_with_output()?;
    require_success(command, status)?;
    Ok(stdout)
}

/// Runs a command, copies its standard output and hands every line of it to `read`. Fails where the command does.
pub fn follow(command: &mut Command, mut read: impl FnMut(&str)) -> Result<()> {
    command.stdout(Stdio::piped());
    let mut child = spawn(command)?;
    let output = child.stdout.take().context("no output to follow")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        read(&line);
    }
    require_success(command, child.wait()?)
}

/// Runs a command with this process's own input and output, and returns how it ended.
pub fn hand_over(command: &mut Command) -> Result<ExitStatus> {
    Ok(spawn(command)?.wait()?)
}

/// Replaces this process by a command. Returns only where that is not possible, and why.
pub fn become_it(command: &mut Command) -> Error {
    let error = command.exec();
    unrunnable(command, &error)
}

/// Whether PATH holds a program of this name.
pub fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Starts a command.
pub fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().map_err(|error| unrunnable(command, &error))
}

fn unrunnable(command: &Command, error: &io::Error) -> Error {
    let program = command.get_program().display();
    match error.kind() {
        ErrorKind::NotFound => anyhow!("{program} was not found: install it or add it to PATH"),
        _ => anyhow!("cannot run {program}: {error}"),
    }
}

fn require_success(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status}); its message is above", line_of(command));
    }
    Ok(())
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_of_missing_program_says_what_to_install() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "no-such-program was not found: install it or add it to PATH");
    }

    #[test]
    fn run_of_failing_program_names_it_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed (exit status: 3); its message is above");
    }

    #[test]
    fn follow_reads_every_line_also_of_a_failing_program() {
        let mut lines = Vec::new();
        let outcome = follow(Command::new("sh").args(["-c", "echo a; echo b; exit 1"]), |line| lines.push(line.to_owned()));
        assert!(outcome.is_err());
        assert_eq!(lines, ["a", "b"]);
    }
}
