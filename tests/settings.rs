//! The documented table of settings is current. `UPDATE_DOCS=1` writes it into the documents.

#![allow(clippy::expect_used)]

use std::path::Path;

/// The files with the table, and the marks around it.
const DOCUMENTS: [&str; 2] = ["docs/settings.md", "README.md"];
const MARKS: (&str, &str) = ("<!-- settings -->\n", "<!-- /settings -->");

#[test]
fn the_documented_settings_are_those_of_the_program() {
    let table = format!("\n{}\n", tribuna::config::markdown_table());
    for name in DOCUMENTS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let document = std::fs::read_to_string(&path).expect(name);
        let (before, rest) = document.split_once(MARKS.0).expect("the first mark");
        let (documented, after) = rest.split_once(MARKS.1).expect("the second mark");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let current = [before, MARKS.0, &table, MARKS.1, after].concat();
            std::fs::write(&path, current).expect(name);
        } else {
            assert_eq!(
                documented, table,
                "{name} is not current: UPDATE_DOCS=1 cargo test --test settings"
            );
        }
    }
}
