//! `docs/keeper.md` lists the options and metrics as the program has them.

use std::fs;
use std::path::Path;

use ballast_keeper::config::Config;
use ballast_keeper::metrics::Metrics;
use ballast_keeper::plan::{Finding, Kind};
use clap::{Arg, CommandFactory};

/// Set to rewrite the lists.
const UPDATE: &str = "BALLAST_UPDATE_DOCS";

fn document() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/keeper.md")
}

/// Checks, or rewrites, what stands between two marks.
fn check(name: &str, expected: &str) {
    let text = fs::read_to_string(document()).unwrap();
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).expect("the mark of the beginning");
    let (found, after) = rest.split_once(&end).expect("the mark of the end");
    if std::env::var_os(UPDATE).is_some() {
        fs::write(document(), format!("{before}{begin}{expected}{end}{after}")).unwrap();
    } else {
        assert_eq!(found, expected, "docs/keeper.md is not of this version; run this test with {UPDATE}=1");
    }
}

/// One line of the options' table.
fn row(arg: &Arg) -> String {
    let long = arg.get_long().unwrap();
    let value = if arg.get_action().takes_values() {
        arg.get_value_names().map(|names| format!(" {}", names[0])).unwrap_or_default()
    } else {
        String::new()
    };
    let short = arg.get_short().map(|short| format!(", `-{short}`")).unwrap_or_default();
    let default = arg.get_default_values().first().and_then(|value| value.to_str()).filter(|value| *value != "false");
    let default = default.map(|value| format!("`{value}`")).unwrap_or_default();
    let help = arg.get_long_help().or(arg.get_help()).unwrap().to_string().replace('|', "\\|").replace('\n', " ");
    format!("| `--{long}{value}`{short} | {default} | {help} |\n")
}

#[test]
fn options_are_listed_as_they_are() {
    let command = Config::command();
    let mut text = String::new();
    let mut heading = None;
    for arg in command.get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str())) {
        let of_arg = arg.get_help_heading().unwrap_or("Options");
        if heading != Some(of_arg) {
            text += &format!("\n### {of_arg}\n\n| option | default | |\n| --- | --- | --- |\n");
            heading = Some(of_arg);
        }
        text += &row(arg);
    }
    check("options", &(text + "\n"));
}

#[test]
fn metrics_are_listed_as_they_are() {
    let metrics = Metrics::new();
    // Those with labels are there once they count something.
    metrics.count_finding(&Finding::NoRoute);
    metrics.count_crank(Kind::Refresh, "done");
    let text = metrics.text();
    let kinds = |name: &str| {
        let kind = text.lines().find_map(|line| line.strip_prefix(&format!("# TYPE {name} ")));
        kind.expect("every metric has a type").to_owned()
    };
    let rows = text
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' '))
        .map(|(name, help)| format!("| `{name}` | {} | {} |\n", kinds(name), help.trim_end_matches('.')));
    let table: String = rows.collect();
    check("metrics", &format!("\n| metric | kind | |\n| --- | --- | --- |\n{table}\n"));
}
