//! A comment about the behaviour of one database begins with the name of the database and a colon, so that all of them are
//! found by one search.

use super::{assert_none, sources};

const DATABASES: [&str; 2] = ["SQLite", "PostgreSQL"];

#[test]
fn a_comment_on_one_database_begins_with_its_name() {
    let sources = sources();
    let violations = sources.iter().flat_map(|(file, text)| unmarked(file, text));
    assert_none(&violations.collect::<Vec<_>>());
}

/// Returns the comments whose first words name a database, but not in the form `// SQLite:`.
fn unmarked(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = "";
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let begins = line.starts_with("// ") && !before.starts_with("// ");
        before = line;
        let words = line.trim_start_matches("// ");
        let words = ["On ", "In ", "At ", "For ", "With "]
            .into_iter()
            .find_map(|word| words.strip_prefix(word))
            .unwrap_or(words);
        let name = DATABASES.iter().find(|name| words.starts_with(**name));
        if let Some(name) = name.filter(|_| begins)
            && !line.starts_with(&format!("// {name}: "))
        {
            found.push(format!(
                "{file}:{}: a comment on {name} begins with `// {name}:`",
                number + 1
            ));
        }
    }
    found
}

#[test]
fn a_comment_without_the_mark_is_found_wherever_the_name_is_the_subject() {
    let found = |text| unmarked("a.rs", text).len();
    assert_eq!(found("// On SQLite, a scan is short."), 1);
    assert_eq!(found("    // PostgreSQL sorts here."), 1);
    assert_eq!(found("// SQLite: a scan is short."), 0);
    assert_eq!(
        found("// Both databases sort, and then\n// SQLite counts."),
        0
    );
    assert_eq!(found("/// The size of a SQLite page."), 0);
}
