//! Account substitution: every account of every instruction, replaced in every way there is. Each case fails with its exact
//! error, or is harmless for a stated reason, which the chain then bears out.
//!
//! Cases are generated from the IDL; verdicts stand in [`tables`], one table an instruction. For a new instruction add a
//! table: how to set its scene, and for each account what it is ([`row::Kind`]). Run the test: it prints every case that
//! has no verdict yet with what happened, and every verdict that is not what happened. Judge each.

mod idl;
mod row;
mod scenario;
mod stage;
mod substitution;
mod table;
mod tables;
mod verdict;

use {idl::Idl, stage::Stage, table::Table};

#[track_caller]
fn assert_verdicts(tables: &[Table]) {
    let (stage, idl) = (Stage::new(), Idl::read());
    let mut problems = vec![];
    for table in tables {
        match table.run(&stage, &idl) {
            Ok(count) => println!("{}: {count} substitutions", table.name),
            Err(found) => problems.extend(found),
        }
    }
    assert!(problems.is_empty(), "{} wrong:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn admins_accounts_have_no_substitutes() {
    assert_verdicts(&tables::admin());
}

#[test]
fn guardians_accounts_have_no_substitutes() {
    assert_verdicts(&tables::guardian());
}

#[test]
fn keepers_accounts_have_no_substitutes() {
    assert_verdicts(&tables::keeper());
}

#[test]
fn users_accounts_have_no_substitutes() {
    assert_verdicts(&tables::user());
}

#[test]
fn every_instruction_has_a_table() {
    let tables: Vec<Table> =
        [tables::admin(), tables::guardian(), tables::keeper(), tables::user()].into_iter().flatten().collect();
    for name in Idl::read().names() {
        let has_table = tables.iter().any(|table| table.name == name);
        assert!(has_table, "{name} has no verdicts: add a table for it to tests/adversary/tests/accounts/tables");
    }
}
