//! What the documents name exists: files, and the functions and tests in them.
//!
//! A reference is a code span such as `crates/ballast-core/src/shares.rs` or `crates/ballast-core/src/shares.rs::redeem_amount`: a
//! path in the project, and after `::` a function, type or constant of that file. One below `tests` must be a test.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::project::Project;

/// The documents that are read.
const DOCUMENTS: [&str; 4] = ["README.md", "SECURITY.md", "docs/runbook.md", "docs/threat-model.md"];

/// How the names of sources end.
const SOURCES: [&str; 4] = [".rs", ".ts", ".tsx", ".mjs"];

/// Words that stand before the name of what a file defines.
const DEFINING: [&str; 11] =
    ["fn", "struct", "enum", "const", "static", "trait", "mod", "macro_rules!", "function", "class", "type"];

/// Checks every document's references, and names all that are wrong.
pub fn check(project: &Project) -> Result<()> {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(project.root.join(document)).with_context(|| format!("cannot read {document}"))?;
        let faults = references(&text).filter_map(|reference| fault(&project.root, reference));
        wrong.extend(faults.map(|fault| format!("{document}: {fault}")));
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Code spans that name a source file in a folder.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans.filter(|span| {
        let path = span.split_once("::").map_or(*span, |(path, _)| path);
        let is_source = SOURCES.iter().any(|end| path.ends_with(end));
        is_source && path.contains('/') && !path.contains(char::is_whitespace)
    })
}

/// What is wrong with a reference.
fn fault(root: &Path, reference: &str) -> Option<String> {
    let (path, name) = reference.split_once("::").map_or((reference, None), |(path, name)| (path, Some(name)));
    let Ok(source) = fs::read_to_string(root.join(path)) else { return Some(format!("there is no file {path}")) };
    let name = name?;
    let Some(line) = definition(&source, name) else { return Some(format!("{path} defines no `{name}`")) };
    let is_test_folder = Path::new(path).iter().any(|folder| folder == "tests");
    (is_test_folder && !is_test(&source, line)).then(|| format!("`{name}` in {path} is not a test"))
}

/// The line that defines `name`.
fn definition(source: &str, name: &str) -> Option<usize> {
    source.lines().position(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.windows(2).any(|pair| DEFINING.contains(&pair[0]) && is_name(pair[1], name))
    })
}

/// Whether a word such as `settle(` or `Gate<T>` begins with the whole name.
fn is_name(word: &str, name: &str) -> bool {
    word.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

/// What marks a test.
const TEST_ATTRIBUTES: [&str; 2] = ["#[test]", "#[tokio::test"];

/// Whether the definition on this line is a test: by an attribute before it, or as a function of `proptest!`.
fn is_test(source: &str, line: usize) -> bool {
    let above: Vec<&str> = source.lines().take(line).map(str::trim).collect();
    let attributes = above.iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
    let is_marked = attributes.into_iter().any(|line| TEST_ATTRIBUTES.iter().any(|attribute| line.starts_with(attribute)));
    is_marked || above.iter().any(|line| line.starts_with("proptest!"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_code_spans_with_a_path() {
        let text = "See `a/b.rs::f`, `c/d.rs`, `e/f.ts::g`, `b.rs`, `a/{b,c}/d.md` and `cargo run a/b.rs`.";
        assert_eq!(references(text).collect::<Vec<_>>(), ["a/b.rs::f", "c/d.rs", "e/f.ts::g"]);
    }

    #[test]
    fn missing_files_functions_and_tests_are_named() {
        let root = std::env::temp_dir().join(format!("ballast-xtask-references-{}", std::process::id()));
        fs::create_dir_all(root.join("tests")).unwrap();
        let source = "#[test]\n/// Why.\nfn proven() {}\n\nfn helper() {}\n\n#[tokio::test]\nasync fn awaited() {}\n\npub const LEAST: u64 = 1;\n";
        fs::write(root.join("tests/a.rs"), source).unwrap();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("src/a.rs"), "pub fn settle<T>(x: T) {}\n").unwrap();
        fs::write(root.join("src/a.ts"), "export async function load(): Promise<void> {}\n").unwrap();
        let found = ["src/a.ts::load", "src/a.rs::settle", "src/a.rs", "tests/a.rs::proven", "tests/a.rs::awaited"]
            .map(|reference| fault(&root, reference));
        let wrong = ["src/b.rs", "src/a.rs::sett", "src/a.rs::settled", "tests/a.rs::helper", "tests/a.rs::LEAST"]
            .map(|reference| fault(&root, reference).unwrap_or_default());
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(found, [const { None }; 5]);
        assert_eq!(
            wrong,
            [
                "there is no file src/b.rs",
                "src/a.rs defines no `sett`",
                "src/a.rs defines no `settled`",
                "`helper` in tests/a.rs is not a test",
                "`LEAST` in tests/a.rs is not a test",
            ]
        );
    }
}
