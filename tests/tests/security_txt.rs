//! The program's file tells whom to report a weakness to, in the format that explorers and researchers read.

use std::{collections::BTreeMap, fs};

use ballast_tests::world::deploy_dir;

const BEGIN: &str = "=======BEGIN SECURITY.TXT V1=======\0";
const END: &str = "=======END SECURITY.TXT V1=======\0";

/// What stands between two markers in the program's file.
fn fields() -> BTreeMap<String, String> {
    let program = fs::read(deploy_dir().join("ballast.so")).expect("a program: build it with `cargo xtask build`");
    let find = |marker: &str| program.windows(marker.len()).position(|bytes| bytes == marker.as_bytes()).expect(marker);
    let text = &program[find(BEGIN) + BEGIN.len()..find(END)];
    let words: Vec<&str> = str::from_utf8(text).expect("text").split_terminator('\0').collect();
    words.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
}

#[test]
fn the_program_says_whom_to_tell() {
    let fields = fields();
    for required in ["name", "project_url", "contacts", "policy"] {
        assert!(fields.get(required).is_some_and(|value| !value.is_empty()), "{required} in {fields:?}");
    }
    assert_eq!(fields["name"], "Ballast");
    assert_eq!(fields["source_release"], env!("CARGO_PKG_VERSION"));
}
