//! Sort keys that a migration adds, which SQL cannot compute.

use diesel::QueryableByName;
use diesel::sql_types::{Binary, Text};
use tribuna::collation::CollationKey;
use tribuna::db::sql::Sql;
use tribuna::db::{Conn, migrations};

use crate::database::Database;
use crate::{a_post_with_revisions, inventory, migrate_to_before};

pub fn titles_and_names_from_before_get_their_sort_keys(database: &Database) {
    let mut conn = database.connect();
    migrate_to_before(&mut conn, "2026-11-30-151500_title_keys");
    a_post_with_revisions(&mut conn);
    let (id, at, known, yes) = match &conn {
        Conn::Sqlite(_) => ("x'0192f0c12f6b7c1e9c520b6f3f0e7a1", "0", "x'7f'", "1"),
        Conn::Postgres(_) => (
            "'0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a1",
            "now()",
            "'\\x7f'",
            "TRUE",
        ),
    };
    conn.batch(&format!(
        "UPDATE publications SET title_key = {known} WHERE lang = 'en'; \
         UPDATE publications SET title = 'Another' WHERE lang = 'fr'"
    ))
    .unwrap();
    // More names than one statement takes, some of them twice.
    for number in 0..1100 {
        let id = format!("{}{number:04}'", id.get(..id.len() - 3).unwrap());
        let name = number % 600;
        conn.batch(&format!(
            "INSERT INTO users (id, email, name, password_hash, role, active, created_at, updated_at) \
             VALUES ({id}, '{number}@example.org', 'Name {name}', '!', 'editor', {yes}, {at}, {at})"
        ))
        .unwrap();
    }
    let before = inventory(&mut conn);
    let run = migrations::run(&mut conn).unwrap();
    let mut keys = |column: &str, from: &str| -> Vec<(String, CollationKey)> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
            #[diesel(sql_type = Binary)]
            key: CollationKey,
        }
        let sql = format!("SELECT {column} AS text, {column}_key AS key FROM {from}");
        let rows: Vec<Row> = Sql::new(&sql).load(&mut conn).unwrap();
        rows.into_iter().map(|row| (row.text, row.key)).collect()
    };
    let users = keys("name", "users");
    assert_eq!(users.len(), 1100);
    let french = keys("title", "translations WHERE lang = 'fr'");
    for (text, key) in users.iter().chain(&french) {
        assert_eq!(*key, CollationKey::new(text).unwrap(), "{text}");
    }
    let english = keys("title", "translations WHERE lang = 'en'");
    let published = keys("title", "publications WHERE lang = 'en'");
    assert_eq!(
        english, published,
        "a key that is known is not computed again"
    );
    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(inventory(&mut conn), before);
}
