//! Debian's Chromium, in which the app is tested.

use anyhow::{Result, bail, ensure};
use rustix::process::geteuid;

use crate::{process, project::Project};

/// Where Debian puts it. PATH might hold another program of this name.
pub const BINARY: &str = "/usr/bin/chromium";
/// The browser, and a font: without one, texts have no size.
const PACKAGES: [&str; 2] = ["chromium", "fonts-liberation"];

/// Installs the browser where it is missing.
pub fn require(project: &Project) -> Result<()> {
    if is_there() {
        return Ok(());
    }
    ensure!(
        process::is_installed("apt-get"),
        "the app's tests need Chromium, which Debian's apt-get installs; on other systems, put it at {BINARY}"
    );
    eprintln!("installing Debian's chromium");
    apt_get(project, &["update", "-qq"])?;
    apt_get(project, &[&["install", "-y", "-qq", "--no-install-recommends"], &PACKAGES[..]].concat())?;
    if !is_there() {
        bail!("apt-get installed chromium, but there is no {BINARY}");
    }
    Ok(())
}

fn is_there() -> bool {
    std::path::Path::new(BINARY).is_file()
}

fn apt_get(project: &Project, args: &[&str]) -> Result<()> {
    let words: &[&str] = if geteuid().is_root() { &["env"] } else { &["sudo", "env"] };
    let mut command = project.command(words[0]);
    command.args(&words[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(args);
    process::run(&mut command)
}
