//! The rules on SQL. Code with SQL knows no HTTP. Code for the public reads published content only, so that no draft can leak.

use std::collections::BTreeSet;

use tribuna::kind::{Kind, SlugScope};

use super::{Import, assert_none, imports, sources, without_comment};

/// The tables that code for the public may name. All others, working copies above all, are for the management surface.
const PUBLISHED: [&str; 14] = [
    "authors",
    "changes",
    "discussions",
    "organizations",
    "postings",
    "publication_bylines",
    "publication_terms",
    "publication_translators",
    "publications",
    "site",
    "slugs",
    "term_names",
    "terms",
    "transitions",
];

/// The statements for the public with a table that is chosen at run time: the plural of a kind with one slug for all languages.
const CHOSEN_AT_RUN_TIME: [(&str, &str); 1] = [("src/publications/resolve/store.rs", "{table}")];

/// The audit trail is for admins. It shows the names of users and API keys, but no working copies.
const ACTORS_OF_THE_LOG: [(&str, &str); 2] = [
    ("src/followers/audit/store.rs", "users"),
    ("src/followers/audit/store.rs", "api_keys"),
];

/// Webhooks are for admins. Their own tables hold no content but the payloads of messages, which tell of what is public.
const OF_WEBHOOKS: [&str; 6] = [
    "webhook_attempts",
    "webhook_categories",
    "webhook_deliveries",
    "webhook_posts",
    "webhook_progress",
    "webhooks",
];

/// Returns whether a file may name a table because both belong to webhooks.
fn is_of_webhooks(file: &str, table: &str) -> bool {
    file.starts_with("src/followers/webhooks/") && OF_WEBHOOKS.contains(&table)
}

/// Returns whether a file is for the public: those of the delivery surface, and the followers of the change log.
fn is_public(file: &str) -> bool {
    let wings = ["publications/", "delivery/", "followers/"];
    let path = file.trim_start_matches("src/");
    let in_catalogue = path.starts_with("catalogue/")
        && ["/delivery.rs", "/public.rs", "/by_slug.rs"]
            .iter()
            .any(|name| path.ends_with(name));
    wings.iter().any(|wing| path.starts_with(wing)) || in_catalogue || path == "postings.rs"
}

/// Returns the names of all tables.
fn tables() -> BTreeSet<String> {
    let sources = sources();
    let (_, schema) = sources
        .iter()
        .find(|(file, _)| file == "src/schema.rs")
        .unwrap();
    let heads = schema.lines().filter_map(|line| line.strip_suffix(") {"));
    let tables: BTreeSet<String> = heads
        .filter_map(|head| head.split_once(" ("))
        .map(|(name, _)| name.trim().to_owned())
        .collect();
    assert!(tables.len() > 20, "found only {tables:?}");
    tables
}

#[test]
fn code_for_the_public_names_published_tables_only() {
    let tables = tables();
    for table in PUBLISHED {
        assert!(tables.contains(table), "{table} does not exist");
    }
    let sources = sources();
    let public: Vec<_> = sources.iter().filter(|(file, _)| is_public(file)).collect();
    assert!(public.len() > 40, "found only {} files", public.len());
    let violations = public
        .iter()
        .flat_map(|(file, text)| unpublished(file, text, &tables));
    assert_none(&violations.collect::<Vec<_>>());
}

#[test]
fn the_table_of_a_kind_with_one_slug_is_a_published_one() {
    for kind in Kind::ALL {
        let is_published = PUBLISHED.contains(&kind.plural());
        assert!(kind.slugs() != SlugScope::One || is_published, "{kind}");
    }
}

/// Returns a violation for each table that the code names and that is not in [`PUBLISHED`], and for each table that is chosen
/// at run time. SQL in strings is included.
fn unpublished(file: &str, text: &str, tables: &BTreeSet<String>) -> Vec<String> {
    let code: Vec<&str> = text.lines().map(without_comment).collect();
    let code = code.join("\n").replace("\\\n", "\n");
    let mut named: Vec<&str> = in_diesel(&code);
    let words: Vec<&str> = code.split_whitespace().collect();
    let from = words.windows(2).filter(|pair| {
        let word = pair[0].trim_start_matches(['"', '(']);
        matches!(word, "FROM" | "JOIN" | "INTO" | "UPDATE")
    });
    named.extend(from.map(|pair| pair[1]));
    let banned = named.into_iter().filter_map(|word| {
        let is_chosen_later = word.starts_with('{') && !CHOSEN_AT_RUN_TIME.contains(&(file, word));
        let word = word.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let is_listed = PUBLISHED.contains(&word)
            || ACTORS_OF_THE_LOG.contains(&(file, word))
            || is_of_webhooks(file, word);
        let is_unpublished = tables.contains(word) && !is_listed;
        (is_chosen_later || is_unpublished || word == "*").then(|| {
            format!("{file}: names the table {word:?}, but only {PUBLISHED:?} are for the public")
        })
    });
    banned.collect()
}

/// Returns the words that follow `schema::` and the modules whose `table` is used.
fn in_diesel(code: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut named = Vec::new();
    for (_, rest) in code
        .match_indices("schema::")
        .map(|(at, it)| code.split_at(at + it.len()))
    {
        let end = match rest.starts_with('{') {
            true => rest.find('}'),
            false => rest.find(|c| !is_word(c)),
        };
        let list = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        named.extend(list.split(|c| !is_word(c)));
    }
    for (at, _) in code.match_indices("::table") {
        named.extend(code[..at].rsplit(|c| !is_word(c)).next());
    }
    named
}

#[test]
fn code_with_sql_knows_no_http() {
    assert_none(&stores_with_http(&imports()));
}

/// Returns every import of `http` by a file that imports the schema or the builder of SQL. A model may do both: it derives the
/// rows of its table, and says what is valid in a request.
fn stores_with_http(imports: &[Import]) -> Vec<String> {
    let is_sql =
        |import: &&Import| import.part(0) == "schema" || import.path.starts_with("db::sql::");
    let stores: BTreeSet<&str> = imports
        .iter()
        .filter(is_sql)
        .map(|import| import.file.as_str())
        .filter(|file| !file.ends_with("/model.rs"))
        .collect();
    imports
        .iter()
        .filter(|import| stores.contains(import.file.as_str()) && import.part(0) == "http")
        .map(|import| import.breaks("code with SQL knows no HTTP"))
        .collect()
}

/// Tests of the rules with made-up files, to prove that each rule detects violations.
mod rules {
    use super::super::imports_of;
    use super::*;

    #[test]
    fn a_working_copy_is_found_in_diesel_and_in_sql() {
        let tables = tables();
        let found = |line: &str| unpublished("src/publications/page.rs", line, &tables).len();
        assert_eq!(found("use crate::schema::{publications, translations};"), 1);
        assert_eq!(found("use crate::schema::{\n    users,\n    posts,\n};"), 2);
        assert_eq!(found("let rows = posts::table.find(id);"), 1);
        assert_eq!(found(r#"sql.push("SELECT 1 FROM revisions r");"#), 1);
        assert_eq!(
            found(r#"sql.push("WHERE EXISTS (SELECT 1 FROM posts)");"#),
            1
        );
        assert_eq!(found(r#"format!("SELECT 1 FROM {table} t");"#), 1);
        assert_eq!(found("// never reads posts::table"), 0);
        assert_eq!(found(r#"format!("/v1/posts/{slug}")"#), 0);
        assert_eq!(found(r#"sql.push("SELECT 1 FROM publications p");"#), 0);
    }

    #[test]
    fn http_is_found_in_code_with_sql_only() {
        let found = |text: &str| stores_with_http(&imports_of("src/a/rows.rs", text)).len();
        assert_eq!(
            found("use crate::schema::posts;\nuse crate::http::response::Data;"),
            1
        );
        assert_eq!(
            found("use crate::db::sql::Sql;\nuse crate::http::response::Data;"),
            1
        );
        assert_eq!(found("use crate::http::response::Data;"), 0);
    }
}
