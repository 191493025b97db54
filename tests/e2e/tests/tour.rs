//! The tour of the README, line by line, in a shell.

use std::process::Stdio;

use ballast_e2e::Stage;
use ballast_localnet::Options;
use tokio::process::Command;

const README: &str = include_str!("../../../README.md");
const SECTION: &str = "\n## Operate\n";
/// What the tour's first line takes in.
const ENVIRONMENT: &str = "target/localnet/env";

/// The section's lines for a shell.
fn lines() -> Vec<&'static str> {
    let (_, rest) = README.split_once(SECTION).expect("the README has the section");
    let section = rest.split("\n## ").next().unwrap_or(rest);
    let blocks = section.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_tour_works() {
    let stage = Stage::start(Options::default()).await;
    let lines = lines();
    assert!(lines.len() > 15, "{lines:?}");
    // Job numbers, a stop at the first error, each line shown; and the binaries are beside the test's folder, not in it.
    let mut script = String::from("set -emx\n");
    for line in &lines {
        let line = line.replace(ENVIRONMENT, &stage.dir().join("env").display().to_string());
        script += &line.replace("target/localnet", &stage.dir().display().to_string());
        script.push('\n');
        if line.starts_with(". ") {
            script += &format!("PATH={}:$PATH\n", ballast_e2e::binaries().display());
        }
    }
    let mut command = Command::new("bash");
    command.args(["-c", &script]).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.expect("bash runs");
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    let [deposits, redemptions] = ["deposit made", "redemption made"].map(|what| stdout.matches(what).count());
    assert_eq!((deposits, redemptions), (2, 2), "{stdout}");
    stage.check_books(&stage.manifest().vaults[0].address).await;
    stage.end().await;
}
