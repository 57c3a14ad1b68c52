//! Bylines, organizations and translations of before have no other languages and no translators.

use tribuna::db::sql::Sql;
use tribuna::db::{Conn, migrations};

use crate::database::Database;
use crate::{inventory, migrate_to_before};

pub fn bylines_and_organizations_of_before_have_no_other_languages(database: &Database) {
    const NAME: &str = "2026-11-30-152000_byline_languages";
    let mut conn = database.connect();
    migrate_to_before(&mut conn, NAME);
    let (id, at, bytes, no) = match &conn {
        Conn::Sqlite(_) => ("x'0192f0c12f6b7c1e9c520b6f3f0e7a11'", "0", "x'01'", "0"),
        Conn::Postgres(_) => (
            "'0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11'",
            "to_timestamp(0)",
            "'\\x01'",
            "FALSE",
        ),
    };
    conn.batch(&format!(
        "INSERT INTO organizations (id, slug, name, name_key, created_at, updated_at) VALUES ({id}, 'o', 'O', {bytes}, {at}, {at}); \
         INSERT INTO authors (id, slug, name, name_key, bio, links, created_at, updated_at) \
         VALUES ({id}, 'a', 'A', {bytes}, '[]', '[]', {at}, {at}); \
         INSERT INTO posts (id, original_lang, featured, created_at, updated_at) VALUES ({id}, 'en', {no}, {at}, {at}); \
         INSERT INTO translations (post_id, lang, slug, title, body_format, body_source, revision, stage_at, created_at, updated_at) \
         VALUES ({id}, 'en', 'a', 'T', 'markdown', '', 1, {at}, {at}, {at}); \
         INSERT INTO publications (post_id, lang, original_lang, revision, slug, published_at, updated_at, featured, title, \
         title_key, excerpt, excerpt_source, word_count, reading_minutes, toc, body_html, body_text) VALUES \
         ({id}, 'en', 'en', 1, 'a', {at}, {at}, {no}, 'A', {bytes}, '', 'body', 0, 0, '[]', '', ''); \
         INSERT INTO post_bylines (post_id, position, author_id, organization_id, role) VALUES ({id}, 0, {id}, {id}, 'Mayor'); \
         INSERT INTO publication_bylines (publication_id, position, author_id, organization_id, role) \
         SELECT p.id, 0, {id}, {id}, 'Mayor' FROM publications p"
    ))
    .unwrap();
    let before = inventory(&mut conn);
    let run = migrations::run(&mut conn).unwrap();
    for rows in [
        "organizations WHERE lang IS NULL AND CAST(names AS text) = '[]'",
        "post_bylines WHERE role = 'Mayor' AND CAST(roles AS text) = '[]'",
        "publication_bylines WHERE role = 'Mayor' AND CAST(roles AS text) = '[]'",
    ] {
        let count = Sql::new(&format!("SELECT count(*) AS n FROM {rows}")).number(&mut conn);
        assert_eq!(count.unwrap(), 1, "{rows}");
    }
    let credit = |table: &str, key: &str| {
        format!("INSERT INTO {table} SELECT {key}, 0, {id} FROM publications p")
    };
    conn.batch(&credit("translation_translators", "p.post_id, p.lang"))
        .unwrap();
    conn.batch(&credit("publication_translators", "p.id"))
        .unwrap();
    migrations::revert(&mut conn, run.len()).unwrap();
    assert_eq!(inventory(&mut conn), before);
    let bylines = Sql::new("SELECT count(*) AS n FROM publication_bylines WHERE role = 'Mayor'");
    assert_eq!(bylines.number(&mut conn).unwrap(), 1);
}
