//! Reads the sources of items in steps of bounded size, each in the order of its keys.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::position::Key;
use super::sources::Source;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// A resource of a source, with its key.
pub type Member = (Key, Id);

/// Returns up to `most` resources of a source, from a key on, or from its beginning. Posts that have none of these
/// languages may be left out; no language stands for all.
///
/// # Errors
/// Returns database errors.
pub fn members(
    conn: &mut Conn,
    source: Source,
    from: Option<Key>,
    langs: &[Lang],
    most: usize,
) -> Result<Vec<Member>> {
    match source {
        Source::Post(id) | Source::Thing(_, id) => Ok(vec![(Key::Id(id), id)]),
        Source::PostsOf(id) => postings(conn, id, from, langs, most),
        Source::TranslatedBy(id) => translated(conn, id, from, most),
        Source::PagesBelow(id) => {
            let mut sql = Sql::new(
                "(SELECT DISTINCT p.post_id AS id FROM publications p WHERE p.parent_id = ",
            );
            sql.bind(id).push(")");
            by_id(conn, &sql, from, most)
        }
        Source::AllPosts => all_posts(conn, from, most),
        Source::CommentsOf(id) => {
            let mut sql = Sql::new("(SELECT c.id FROM public_comments c WHERE c.post_id = ");
            sql.bind(id).push(")");
            by_id(conn, &sql, from, most)
        }
        Source::AuthorsOf(id) => {
            let mut sql = Sql::new("(SELECT a.id FROM authors a WHERE a.organization_id = ");
            sql.bind(id).push(")");
            by_id(conn, &sql, from, most)
        }
        Source::RelativesOf(id) => {
            let mut sql = Sql::new(
                "(WITH RECURSIVE below (id) AS (SELECT t.id FROM terms t WHERE t.parent_id = ",
            );
            sql.bind(id)
                .push(
                    " UNION SELECT t.id FROM terms t JOIN below b ON t.parent_id = b.id) \
                     SELECT b.id FROM below b UNION SELECT t.parent_id FROM terms t \
                     WHERE t.parent_id IS NOT NULL AND t.id = ",
                )
                .bind(id)
                .push(")");
            by_id(conn, &sql, from, most)
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Uuid)]
    id: Id,
}

/// Reads ids from a subquery in parentheses.
fn by_id(conn: &mut Conn, ids: &Sql, from: Option<Key>, most: usize) -> Result<Vec<Member>> {
    let mut sql = ids.within("SELECT m.id FROM ", " m WHERE TRUE");
    if let Some(Key::Id(from)) = from {
        sql.push(" AND m.id >= ").bind(from);
    }
    sql.push(&format!(" ORDER BY m.id LIMIT {most}"));
    let found: Vec<Found> = sql.load(conn)?;
    Ok(found.iter().map(|one| (Key::Id(one.id), one.id)).collect())
}

/// Reads the ids of all posts, along the index of publications by post.
fn all_posts(conn: &mut Conn, from: Option<Key>, most: usize) -> Result<Vec<Member>> {
    let mut sql = Sql::new("SELECT DISTINCT p.post_id AS id FROM publications p WHERE TRUE");
    if let Some(Key::Id(from)) = from {
        sql.push(" AND p.post_id >= ").bind(from);
    }
    sql.push(&format!(" ORDER BY p.post_id LIMIT {most}"));
    let found: Vec<Found> = sql.load(conn)?;
    Ok(found.iter().map(|one| (Key::Id(one.id), one.id)).collect())
}

#[derive(QueryableByName)]
struct Posting {
    #[diesel(sql_type = Instant)]
    published_at: Timestamp,
    #[diesel(sql_type = Uuid)]
    post_id: Id,
}

/// Reads a posting list in the order of its dates.
fn postings(
    conn: &mut Conn,
    entity: Id,
    from: Option<Key>,
    langs: &[Lang],
    most: usize,
) -> Result<Vec<Member>> {
    let mut sql =
        Sql::new("SELECT DISTINCT x.published_at, x.post_id FROM postings x WHERE x.entity_id = ");
    sql.bind(entity);
    match langs {
        [] => {}
        [lang] => {
            sql.push(" AND x.lang = ").bind(lang.as_str());
        }
        langs => {
            let langs = langs.iter().map(Lang::as_str);
            sql.push(" AND x.lang IN ").bind_all(langs);
        }
    }
    if let Some(Key::Posting(at, post)) = from {
        sql.push(" AND (x.published_at, x.post_id) >= (")
            .bind(at)
            .push(", ")
            .bind(post)
            .push(")");
    }
    sql.push(&format!(" ORDER BY x.published_at, x.post_id LIMIT {most}"));
    let found: Vec<Posting> = sql.load(conn)?;
    let member = |one: Posting| (Key::Posting(one.published_at, one.post_id), one.post_id);
    Ok(found.into_iter().map(member).collect())
}

#[derive(QueryableByName)]
struct Translated {
    #[diesel(sql_type = BigInt)]
    publication: i64,
    #[diesel(sql_type = Uuid)]
    post_id: Id,
}

fn translated(conn: &mut Conn, author: Id, from: Option<Key>, most: usize) -> Result<Vec<Member>> {
    let mut sql = Sql::new(
        "SELECT t.publication_id AS publication, p.post_id FROM publication_translators t \
         JOIN publications p ON p.id = t.publication_id WHERE t.author_id = ",
    );
    sql.bind(author);
    if let Some(Key::Publication(from)) = from {
        sql.push(" AND t.publication_id >= ").bind(from);
    }
    sql.push(&format!(" ORDER BY t.publication_id LIMIT {most}"));
    let found: Vec<Translated> = sql.load(conn)?;
    let member = |one: Translated| (Key::Publication(one.publication), one.post_id);
    Ok(found.into_iter().map(member).collect())
}
