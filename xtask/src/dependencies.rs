//! What the project depends on: every package from the one registry, under a licence that `deny.toml` allows.
//!
//! The part of cargo-deny's checks that matters most, in a second and without its two hundred dependencies.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use crate::{process, project::Project};

/// Separates a package from its licence in what `cargo tree` prints.
const SEPARATOR: char = '|';
/// Packages that name no licence but bring its text, and which it is.
const BY_TEXT: [(&str, &str); 1] = [("solana-config-interface", "Apache-2.0")];

/// Checks the lock file and the licences of each workspace.
pub fn check<'a>(project: &Project, manifests: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let rules = fs::read_to_string(project.root.join("deny.toml")).context("cannot read deny.toml")?;
    let allowed = allowed_licences(&rules)?;
    let mut sources = BTreeSet::new();
    for manifest in manifests {
        let lock = project.root.join(Path::new(manifest).with_file_name("Cargo.lock"));
        let text = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        sources.extend(sources_of(&text).map(str::to_owned));
        let tree = process::capture(&mut project.cargo(&[
            "tree",
            "--locked",
            "--manifest-path",
            manifest,
            "--workspace",
            "--target",
            "all",
            "--edges",
            "normal,build,dev",
            "--prefix",
            "none",
            "--format",
            "{p}|{l}",
        ]))?;
        require_licences(&String::from_utf8_lossy(&tree), &allowed).with_context(|| manifest.to_owned())?;
    }
    require_one_registry(&sources)
}

/// Where a lock file's packages come from. The project's own have no source.
fn sources_of(lock: &str) -> impl Iterator<Item = &str> {
    lock.lines().filter_map(|line| line.strip_prefix("source = \"")?.strip_suffix('"'))
}

fn require_one_registry(sources: &BTreeSet<String>) -> Result<()> {
    if let Some(other) = sources.iter().find(|source| !source.starts_with("registry+")) {
        bail!("a package comes from {other}: take it from the registry");
    }
    ensure!(sources.len() <= 1, "packages come from several registries: {sources:?}");
    Ok(())
}

/// The quoted strings of `allow = [ … ]`.
fn allowed_licences(rules: &str) -> Result<Vec<String>> {
    let (_, rest) = rules.split_once("\nallow = [").context("deny.toml has no list `allow`")?;
    let (list, _) = rest.split_once(']').context("deny.toml: the list `allow` does not end")?;
    Ok(list.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

fn require_licences(tree: &str, allowed: &[String]) -> Result<()> {
    let mut refused = BTreeSet::new();
    for line in tree.lines() {
        let Some((package, licence)) = line.split_once(SEPARATOR) else { continue };
        let name = package.split(' ').next().unwrap_or_default();
        let by_text = BY_TEXT.iter().find(|(known, _)| *known == name).map_or("", |(_, licence)| licence);
        let licence = Some(licence.trim_end_matches(" (*)").trim()).filter(|licence| !licence.is_empty()).unwrap_or(by_text);
        // A path follows the version of the workspace's own packages.
        let is_own = package.contains('(') && package.contains('/');
        if !is_own && !is_allowed(licence, allowed) {
            refused.insert(format!("{package}: {licence}"));
        }
    }
    ensure!(refused.is_empty(), "licences that deny.toml does not allow: {}", refused.into_iter().collect::<Vec<_>>().join("; "));
    Ok(())
}

/// Whether an SPDX expression can be satisfied by allowed licences. `/` is how `OR` was written once.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    let verdict = parser.alternatives();
    verdict == Some(true) && parser.words.is_empty()
}

/// Reads an expression word by word; `None` where it is none.
struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Parser<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn alternatives(&mut self) -> Option<bool> {
        let mut any = self.all()?;
        while self.takes("OR") {
            any |= self.all()?;
        }
        Some(any)
    }

    fn all(&mut self) -> Option<bool> {
        let mut all = self.one()?;
        while self.takes("AND") {
            all &= self.one()?;
        }
        Some(all)
    }

    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            let inner = self.alternatives()?;
            return self.takes(")").then_some(inner);
        }
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        // "or any later version" may be taken as the version itself.
        let mut name = first.trim_end_matches('+').to_owned();
        if self.takes("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            name = format!("{name} WITH {exception}");
        }
        Some(self.allowed.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Vec<String> {
        allowed_licences("[licenses]\nallow = [\n    \"MIT\",\n    \"Apache-2.0 WITH LLVM-exception\", \"MPL-2.0\",\n]\n")
            .unwrap()
    }

    #[test]
    fn expressions_are_read_as_spdx_says() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("GPL-3.0 OR MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND MIT", true),
            ("Apache-2.0", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MPL-2.0+", true),
            ("", false),
            ("(MIT", false),
            ("MIT GPL-3.0", false),
            ("MIT OR", false),
        ] {
            assert_eq!(is_allowed(expression, &allowed()), expected, "{expression}");
        }
    }

    #[test]
    fn packages_with_other_licences_are_named_but_not_the_projects_own() {
        let tree = "own v0.1.0 (/somewhere/own)|\na v1.0.0|MIT\nb v2.0.0|GPL-3.0\nb v2.0.0|GPL-3.0 (*)\nsolana-config-interface v2.0.0|\nmacro v1.0.0 (proc-macro)|\n\n";
        let error = require_licences(tree, &allowed()).unwrap_err().to_string();
        let refused = "b v2.0.0: GPL-3.0; macro v1.0.0 (proc-macro): ; solana-config-interface v2.0.0: Apache-2.0";
        assert_eq!(error, format!("licences that deny.toml does not allow: {refused}"));
    }

    #[test]
    fn sources_beside_the_one_registry_are_refused() {
        let lock =
            |sources: &[&str]| sources.iter().map(|source| format!("name = \"x\"\nsource = \"{source}\"\n")).collect::<String>();
        let check = |sources: &[&str]| require_one_registry(&sources_of(&lock(sources)).map(str::to_owned).collect());
        assert!(check(&["registry+a", "registry+a"]).is_ok());
        assert!(check(&["registry+a", "git+b"]).unwrap_err().to_string().starts_with("a package comes from git+b"));
        assert!(check(&["registry+a", "registry+b"]).unwrap_err().to_string().starts_with("packages come from several"));
    }

    #[test]
    fn the_projects_rules_are_read() {
        let allowed = allowed_licences(include_str!("../../deny.toml")).unwrap();
        assert!(allowed.len() > 10 && allowed.iter().any(|licence| licence == "Apache-2.0 WITH LLVM-exception"));
    }
}
