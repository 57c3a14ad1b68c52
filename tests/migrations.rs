//! The migrations, and `src/schema.rs`, which is maintained by hand for both databases: the code's view of the tables
//! is correct.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

// Shared with the tests of the API, which use more of its items.
#[path = "migrations/byline_languages.rs"]
mod byline_languages;
#[allow(dead_code)]
#[path = "api/support/cluster.rs"]
mod cluster;
#[allow(dead_code)]
#[path = "api/support/database.rs"]
mod database;
#[path = "migrations/sort_keys.rs"]
mod sort_keys;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use byline_languages::bylines_and_organizations_of_before_have_no_other_languages;
use database::{Backend, Database, connect};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use sort_keys::titles_and_names_from_before_get_their_sort_keys;
use tribuna::db::sql::Sql;
use tribuna::db::{Conn, migrations};
use tribuna::error::Error;

/// Defines a test on each database. PostgreSQL is skipped if it is not installed.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => { $(
        mod $test {
            use super::*;

            #[test]
            fn sqlite() {
                Database::empty(Backend::Sqlite).iter().for_each(super::$test);
            }

            #[test]
            fn postgres() {
                Database::empty(Backend::Postgres).iter().for_each(super::$test);
            }
        }
    )+ };
}

on_both!(
    the_schema_of_the_code_is_that_of_the_database,
    down_and_up_again_gives_the_same,
    a_newer_schema_is_refused_by_name,
    instances_that_migrate_at_once_wait_for_the_first,
    migrations_make_tables_and_never_rows,
    entries_about_signing_keys_get_their_new_name,
    users_are_called_as_their_authors_or_their_mailboxes,
    working_copies_learn_since_when_they_have_their_text,
    what_was_published_before_there_were_pages_is_a_post,
    bylines_and_organizations_of_before_have_no_other_languages,
    transitions_to_come_are_kept_under_the_new_name_of_their_table,
    titles_and_names_from_before_get_their_sort_keys,
);

fn file(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |backend: &str| -> BTreeSet<String> {
        let folder = file("migrations").join(backend);
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| {
                let path = entry.unwrap().path();
                for half in ["up.sql", "down.sql"] {
                    let sql = fs::read_to_string(path.join(half)).expect(half);
                    assert!(!sql.trim().is_empty(), "{}/{half} is empty", path.display());
                }
                path.file_name().unwrap().to_str().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

/// A column: its table and name, whether it is nullable, and its type as the database names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    /// Computed by the database, so the code may leave it out.
    #[diesel(sql_type = Bool)]
    generated: bool,
}

fn columns(conn: &mut Conn) -> Vec<Column> {
    // SQLite: a single INTEGER PRIMARY KEY is never null, although the table does not say so.
    let sqlite = r#"SELECT m.name || '.' || c.name AS place, c.type AS kind,
        (c."notnull" = 0 AND c.pk = 0) AS nullable, (c.hidden IN (2, 3)) AS generated
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
          AND c.hidden <> 1"#;
    let postgres = "SELECT table_name || '.' || column_name AS place, udt_name::text AS kind,
        (is_nullable = 'YES') AS nullable, (is_generated = 'ALWAYS') AS generated
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN
        (SELECT table_name FROM information_schema.views WHERE table_schema = 'public')";
    let sql = match conn {
        Conn::Sqlite(_) => sqlite,
        Conn::Postgres(_) => postgres,
    };
    let mut columns: Vec<Column> = Sql::new(sql).load(conn).unwrap();
    columns.retain(|column| !column.place.starts_with("__diesel"));
    columns.sort();
    columns
}

/// The columns in `src/schema.rs`, with the types of the database.
fn believed(backend: Backend) -> Vec<Column> {
    let text = fs::read_to_string(file("src/schema.rs")).unwrap();
    let mut table = String::new();
    let mut columns = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line
            .strip_suffix('{')
            .and_then(|line| line.split_once(" ("))
        {
            table = name.to_owned();
        } else if let Some((name, kind)) = line
            .strip_suffix(',')
            .and_then(|line| line.split_once(" -> "))
        {
            let inside = kind
                .strip_prefix("Nullable<")
                .and_then(|kind| kind.strip_suffix('>'));
            columns.push(Column {
                place: format!("{table}.{name}"),
                kind: stored(inside.unwrap_or(kind), backend).to_owned(),
                nullable: inside.is_some(),
                generated: false,
            });
        }
    }
    columns.sort();
    columns
}

fn stored(kind: &str, backend: Backend) -> &'static str {
    let (sqlite, postgres) = match kind {
        "Uuid" => ("BLOB", "uuid"),
        "Binary" => ("BLOB", "bytea"),
        "Text" => ("TEXT", "text"),
        "JsonDocument" => ("TEXT", "jsonb"),
        "Integer" => ("INTEGER", "int4"),
        "BigInt" => ("INTEGER", "int8"),
        "Bool" => ("INTEGER", "bool"),
        "Instant" => ("INTEGER", "timestamptz"),
        other => panic!("say here how {other} is stored"),
    };
    match backend {
        Backend::Sqlite => sqlite,
        Backend::Postgres => postgres,
    }
}

fn the_schema_of_the_code_is_that_of_the_database(database: &Database) {
    let mut conn = database.connect();
    migrations::run(&mut conn).unwrap();
    let mut actual = columns(&mut conn);
    let backend = match &conn {
        Conn::Sqlite(_) => Backend::Sqlite,
        Conn::Postgres(_) => Backend::Postgres,
    };
    let believed = believed(backend);
    actual.retain(|column| {
        !column.generated || believed.iter().any(|known| known.place == column.place)
    });
    assert!(believed.len() > 100, "read only {} columns", believed.len());
    let (actual, believed) = (BTreeSet::from_iter(actual), BTreeSet::from_iter(believed));
    let wrong: Vec<&Column> = believed.difference(&actual).collect();
    let unknown: Vec<&Column> = actual.difference(&believed).collect();
    assert!(
        wrong.is_empty() && unknown.is_empty(),
        "src/schema.rs says {wrong:#?}, the database {unknown:#?}"
    );
}

/// Everything that a migration creates: names and definitions.
fn inventory(conn: &mut Conn) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Thing {
        #[diesel(sql_type = Text)]
        thing: String,
    }
    let sqlite =
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS thing FROM sqlite_schema
        WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";
    let postgres = "SELECT indexdef AS thing FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '\\_\\_diesel%'
        UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'view ' || viewname FROM pg_views WHERE schemaname = 'public'
        UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'search ' || cfgname FROM pg_ts_config WHERE cfgnamespace = 'public'::regnamespace
        UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
        UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '\\_\\_diesel%'";
    let sql = match conn {
        Conn::Sqlite(_) => sqlite,
        Conn::Postgres(_) => postgres,
    };
    let rows: Vec<Thing> = Sql::new(sql).load(conn).unwrap();
    let mut things: Vec<String> = rows.into_iter().map(|row| row.thing).collect();
    things.extend(columns(conn).iter().map(|column| format!("{column:?}")));
    things.sort();
    things
}

fn down_and_up_again_gives_the_same(database: &Database) {
    let mut conn = database.connect();
    let up = migrations::run(&mut conn).unwrap();
    let first = inventory(&mut conn);
    assert!(!up.is_empty() && first.len() > 100);
    let down = migrations::revert(&mut conn, usize::MAX).unwrap();
    assert_eq!(down.len(), up.len());
    assert_eq!(inventory(&mut conn), Vec::<String>::new(), "left behind");
    assert!(
        migrations::status(&mut conn)
            .unwrap()
            .iter()
            .all(|step| !step.applied)
    );
    assert_eq!(migrations::run(&mut conn).unwrap(), up);
    assert_eq!(inventory(&mut conn), first);
    assert!(migrations::is_current(&mut conn).unwrap());
    assert!(
        migrations::run(&mut conn).unwrap().is_empty(),
        "nothing is left to run"
    );
}

fn a_newer_schema_is_refused_by_name(database: &Database) {
    let mut conn = database.connect();
    migrations::run(&mut conn).unwrap();
    conn.batch("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')")
        .unwrap();
    let refusals = [
        migrations::run(&mut conn).unwrap_err(),
        migrations::revert(&mut conn, 1).unwrap_err(),
        migrations::is_current(&mut conn).unwrap_err(),
    ];
    for refused in refusals {
        assert!(matches!(refused, Error::SchemaTooNew(_)));
        let told = refused.to_string();
        assert!(
            told.contains("newer") && told.contains("29991231000001"),
            "{told}"
        );
    }
    let rows = Sql::new("SELECT count(*) AS n FROM posts").number(&mut conn);
    assert_eq!(rows.unwrap(), 0, "nothing may be taken back");
}

fn instances_that_migrate_at_once_wait_for_the_first(database: &Database) {
    let url = database.url();
    let ran: Vec<usize> = std::thread::scope(|scope| {
        let instances =
            [(); 4].map(|()| scope.spawn(|| migrations::run(&mut connect(url)).unwrap().len()));
        instances
            .into_iter()
            .map(|instance| instance.join().unwrap())
            .collect()
    });
    let all = migrations::status(&mut database.connect()).unwrap().len();
    let mut expected = [0, 0, 0, all];
    expected.sort_unstable();
    let mut ran = ran;
    ran.sort_unstable();
    assert_eq!(ran, expected);
}

fn migrations_make_tables_and_never_rows(database: &Database) {
    let mut conn = database.connect();
    migrations::run(&mut conn).unwrap();
    let places = columns(&mut conn);
    let tables: BTreeSet<&str> = places
        .iter()
        .filter_map(|column| column.place.split('.').next())
        .collect();
    assert!(tables.len() > 10);
    for table in tables {
        let rows = Sql::new(&format!("SELECT count(*) AS n FROM {table}")).number(&mut conn);
        assert_eq!(rows.unwrap(), 0, "{table}");
    }
}

/// Migrates an empty database up to, but not including, the migration `name`, as an earlier binary left it.
fn migrate_to_before(conn: &mut Conn, name: &str) {
    let backend = match conn {
        Conn::Sqlite(_) => "sqlite",
        Conn::Postgres(_) => "postgres",
    };
    conn.batch(
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    )
    .unwrap();
    for step in migrations::status(conn).unwrap() {
        if step.name == name {
            return;
        }
        let folder = file("migrations").join(backend).join(&step.name);
        conn.batch(&fs::read_to_string(folder.join("up.sql")).unwrap())
            .unwrap();
        let (version, _) = step.name.split_once('_').unwrap();
        let version = version.replace('-', "");
        conn.batch(&format!(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')"
        ))
        .unwrap();
    }
    panic!("there is no migration {name}");
}

/// The kinds in the log in order, each with its number.
fn logged(conn: &mut Conn) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Entry {
        #[diesel(sql_type = Text)]
        entry: String,
    }
    let sql =
        Sql::new("SELECT CAST(seq AS TEXT) || ' ' || kind AS entry FROM changes ORDER BY seq");
    let entries: Vec<Entry> = sql.load(conn).unwrap();
    entries.into_iter().map(|row| row.entry).collect()
}

fn entries_about_signing_keys_get_their_new_name(database: &Database) {
    const NAME: &str = "2026-11-30-000001_signing_key";
    let mut conn = database.connect();
    migrate_to_before(&mut conn, NAME);
    let at = match &conn {
        Conn::Sqlite(_) => "0",
        Conn::Postgres(_) => "now()",
    };
    let entry = |kind: &str| {
        format!(
            "INSERT INTO changes (at, actor, kind, operation, after) \
             VALUES ({at}, 'cli', '{kind}', 'create', '{{}}')"
        )
    };
    for kind in ["key", "user", "key"] {
        conn.batch(&entry(kind)).unwrap();
    }
    let before = inventory(&mut conn);

    let run = migrations::run(&mut conn).unwrap();
    assert_eq!(
        logged(&mut conn),
        ["1 signing_key", "2 user", "3 signing_key"]
    );
    conn.batch(&entry("signing_key")).unwrap();
    assert!(conn.batch(&entry("key")).is_err());
    assert!(conn.batch("UPDATE changes SET kind = 'user'").is_err());
    assert!(conn.batch("DELETE FROM changes").is_err());

    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(
        logged(&mut conn)[2..],
        ["3 key".to_owned(), "4 key".to_owned()]
    );
    assert_eq!(inventory(&mut conn), before);
}

fn users_are_called_as_their_authors_or_their_mailboxes(database: &Database) {
    #[derive(QueryableByName)]
    struct Named {
        #[diesel(sql_type = Text)]
        name: String,
    }
    const NAME: &str = "2026-11-30-121000_user_name";
    let mut conn = database.connect();
    migrate_to_before(&mut conn, NAME);
    let (bytes, at, yes) = match &conn {
        Conn::Sqlite(_) => ("X'00000000000000000000000000000001'", "0", "1"),
        Conn::Postgres(_) => ("'00000000-0000-0000-0000-000000000001'", "now()", "TRUE"),
    };
    let two = bytes.replace("1'", "2'");
    let name_key = match &conn {
        Conn::Sqlite(_) => "X'00'",
        Conn::Postgres(_) => "'\\x00'",
    };
    conn.batch(&format!(
        "INSERT INTO authors (id, slug, name, name_key, bio, links, created_at, updated_at) \
         VALUES ({bytes}, 'ada', 'Ada Lovelace', {name_key}, '{{}}', '[]', {at}, {at})"
    ))
    .unwrap();
    for (id, email, author) in [
        (bytes, "ada@example.org", bytes),
        (two.as_str(), "eve.q@example.org", "NULL"),
    ] {
        conn.batch(&format!(
            "INSERT INTO users (id, email, password_hash, role, active, author_id, created_at, updated_at) \
             VALUES ({id}, '{email}', '!', 'editor', {yes}, {author}, {at}, {at})"
        ))
        .unwrap();
    }
    let before = inventory(&mut conn);

    let run = migrations::run(&mut conn).unwrap();
    let names: Vec<Named> = Sql::new("SELECT name FROM users ORDER BY email")
        .load(&mut conn)
        .unwrap();
    let names: Vec<&str> = names.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Ada Lovelace", "eve.q"]);

    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(inventory(&mut conn), before);
}

/// What a post was before: a text in `en` that was published, and of which only a tag was changed since, and one in `fr`
/// that was changed since.
fn a_post_with_revisions(conn: &mut Conn) {
    let (id, at, none, yes) = match conn {
        Conn::Sqlite(_) => ("x'0192f0c12f6b7c1e9c520b6f3f0e7a11'", "0", "x''", "1"),
        Conn::Postgres(_) => (
            "'0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11'",
            "now()",
            "''",
            "true",
        ),
    };
    let hash = match conn {
        Conn::Sqlite(_) => "zeroblob(32)",
        Conn::Postgres(_) => "decode(repeat('00', 32), 'hex')",
    };
    conn.batch(&format!(
        "INSERT INTO posts (id, original_lang, featured, version, created_at, updated_at) VALUES ({id}, 'en', {yes}, 3, {at}, {at})"
    ))
    .unwrap();
    for (lang, titles) in [("en", ["A", "B", "B"]), ("fr", ["A", "B", "C"])] {
        conn.batch(&format!(
            "INSERT INTO translations (post_id, lang, slug, title, body_format, body_source, revision, stage_at, version, created_at, updated_at) \
             VALUES ({id}, '{lang}', 'a', 'T', 'markdown', '', 3, {at}, 3, {at}, {at})"
        ))
        .unwrap();
        for (place, title) in titles.iter().enumerate() {
            let number = place + 1;
            conn.batch(&format!(
                "INSERT INTO revisions (post_id, lang, number, hash, snapshot, created_at) \
                 VALUES ({id}, '{lang}', {number}, {hash}, '{{\"title\":\"{title}\",\"tags\":[\"{number}\"]}}', {at})"
            ))
            .unwrap();
        }
        conn.batch(&format!(
            "INSERT INTO publications (post_id, lang, original_lang, revision, slug, published_at, updated_at, featured, title, title_key, \
             excerpt, excerpt_source, word_count, reading_minutes, toc, body_html, body_text) \
             VALUES ({id}, '{lang}', 'en', 2, 'a', {at}, {at}, {yes}, 'T', {none}, '', 'body', 0, 0, '[]', '', '')"
        ))
        .unwrap();
    }
}

fn working_copies_learn_since_when_they_have_their_text(database: &Database) {
    let mut conn = database.connect();
    migrate_to_before(&mut conn, "2026-11-30-120000_text_revision");
    a_post_with_revisions(&mut conn);
    let before = inventory(&mut conn);
    let run = migrations::run(&mut conn).unwrap();
    let mut count = |condition: &str| {
        let sql = format!(
            "SELECT count(*) AS n FROM translations t JOIN publications p ON p.post_id = t.post_id AND p.lang = t.lang \
             JOIN posts o ON o.id = t.post_id WHERE {condition}"
        );
        Sql::new(&sql).number(&mut conn).unwrap()
    };
    assert_eq!(count("t.lang = 'en' AND t.text_revision = 2"), 1);
    assert_eq!(count("t.lang = 'fr' AND t.text_revision = 3"), 1);
    // Both publications may lack a change to what languages share.
    assert_eq!(count("p.shared_version < o.shared_version"), 2);
    let entry = match &conn {
        Conn::Sqlite(_) => "0",
        Conn::Postgres(_) => "now()",
    };
    conn.batch(&format!(
        "INSERT INTO changes (at, actor, kind, operation) VALUES ({entry}, 'cli', 'post', 'publish_shared')"
    ))
    .unwrap();
    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(inventory(&mut conn), before);
    let kept = Sql::new("SELECT count(*) AS n FROM changes WHERE operation = 'update'");
    assert_eq!(kept.number(&mut conn).unwrap(), 1);
}

fn what_was_published_before_there_were_pages_is_a_post(database: &Database) {
    const NAME: &str = "2026-11-30-124100_pages";
    let mut conn = database.connect();
    migrate_to_before(&mut conn, NAME);
    let (id, at, json, bytes) = match &conn {
        Conn::Sqlite(_) => ("x'0192f0c12f6b7c1e9c520b6f3f0e7a11'", "0", "'[]'", "x'01'"),
        Conn::Postgres(_) => (
            "'0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11'",
            "to_timestamp(0)",
            "'[]'",
            "'\\x01'",
        ),
    };
    let no = match &conn {
        Conn::Sqlite(_) => "0",
        Conn::Postgres(_) => "FALSE",
    };
    conn.batch(&format!(
        "INSERT INTO posts (id, original_lang, featured, created_at, updated_at) VALUES ({id}, 'en', {no}, {at}, {at}); \
         INSERT INTO publications (post_id, lang, original_lang, revision, slug, published_at, updated_at, featured, title, \
         title_key, excerpt, excerpt_source, word_count, reading_minutes, toc, body_html, body_text) VALUES \
         ({id}, 'en', 'en', 1, 'a', {at}, {at}, {no}, 'A', {bytes}, '', 'body', 0, 0, {json}, '', ''); \
         INSERT INTO postings (entity_id, published_at, post_id, lang, publication_id, is_original) \
         SELECT {id}, {at}, {id}, 'en', p.id, p.lang = 'en' FROM publications p"
    ))
    .unwrap();
    let before = inventory(&mut conn);
    let run = migrations::run(&mut conn).unwrap();
    for table in ["posts", "publications", "postings"] {
        let sql = format!("SELECT count(*) AS n FROM {table} WHERE post_type = 'post'");
        assert_eq!(Sql::new(&sql).number(&mut conn).unwrap(), 1, "{table}");
    }
    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(inventory(&mut conn), before);
    let posts = Sql::new("SELECT count(*) AS n FROM publications").number(&mut conn);
    assert_eq!(posts.unwrap(), 1);
}

fn transitions_to_come_are_kept_under_the_new_name_of_their_table(database: &Database) {
    const NAME: &str = "2026-11-30-130000_transitions";
    let mut conn = database.connect();
    migrate_to_before(&mut conn, NAME);
    let (id, at, no, bytes) = match &conn {
        Conn::Sqlite(_) => ("x'0192f0c12f6b7c1e9c520b6f3f0e7a11'", "0", "0", "x'01'"),
        Conn::Postgres(_) => (
            "'0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11'",
            "to_timestamp(0)",
            "FALSE",
            "'\\x01'",
        ),
    };
    let publication = format!(
        "INSERT INTO publications (post_id, lang, original_lang, revision, slug, published_at, updated_at, featured, title, \
         title_key, excerpt, excerpt_source, word_count, reading_minutes, toc, body_html, body_text) VALUES \
         ({id}, 'en', 'en', 1, 'a', {at}, {at}, {no}, 'A', {bytes}, '', 'body', 0, 0, '[]', '', '')"
    );
    conn.batch(&format!(
        "INSERT INTO posts (id, original_lang, featured, created_at, updated_at) VALUES ({id}, 'en', {no}, {at}, {at}); \
         {publication}; \
         INSERT INTO moments (at, publication_id, edge, retry_at) SELECT {at}, p.id, 'begin', {at} FROM publications p; \
         INSERT INTO moments (at, publication_id, edge) SELECT {at}, p.id, 'end' FROM publications p"
    ))
    .unwrap();
    let before = inventory(&mut conn);
    let count = |conn: &mut Conn, table: &str| {
        let rows =
            format!("SELECT count(*) AS n FROM {table} WHERE edge = 'end' OR retry_at = {at}");
        Sql::new(&rows).number(conn).unwrap()
    };

    let run = migrations::run(&mut conn).unwrap();
    assert_eq!(count(&mut conn, "transitions"), 2);
    let again = format!(
        "INSERT INTO transitions (at, publication_id, edge) SELECT {at}, p.id, 'end' FROM publications p"
    );
    assert!(conn.batch(&again).is_err(), "an edge has one transition");
    conn.batch("DELETE FROM publications").unwrap();
    assert_eq!(count(&mut conn, "transitions"), 0);
    conn.batch(&format!("{publication}; {again}")).unwrap();

    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(count(&mut conn, "moments"), 1);
    assert_eq!(inventory(&mut conn), before);
}
