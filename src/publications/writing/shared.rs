//! Gives the publications of a post the properties that all its languages share: those that are live, planned, scheduled
//! and ended alike. Their texts and times stay.

use super::rows::PublicationRow;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::postings;

/// The author, affiliation and role of a byline.
pub type FrozenByline = (Id, Option<Id>, Option<String>);

/// The properties that all languages of a post share.
#[derive(Debug, Clone)]
pub struct SharedProperties {
    /// Their version.
    pub version: i32,
    /// True if editors feature the post.
    pub featured: bool,
    /// The licence: an SPDX id or a URL.
    pub licence: Option<String>,
    /// The URL at which the post first appeared.
    pub canonical_url: Option<String>,
    /// The page above a page.
    pub parent: Option<Id>,
    /// The position of a page among its siblings.
    pub position: i32,
    /// The author, affiliation and role of each byline, in order; `None` if the publications have these bylines.
    pub bylines: Option<Vec<FrozenByline>>,
    /// The ids of the categories and tags, in order; `None` if the publications have these terms.
    pub terms: Option<Vec<Id>>,
}

/// The last revision of a language, and the first one that has the same text.
#[derive(Debug, Clone)]
pub struct LastRevision {
    /// The language.
    pub lang: Lang,
    /// The number of the last revision.
    pub number: i32,
    /// The number of the first revision with the text of the last one.
    pub same_since: i32,
}

/// Returns whether all publications have this version of the shared properties.
pub fn have_version(rows: &[PublicationRow], version: i32) -> bool {
    rows.iter().all(|row| row.shared_version == version)
}

/// Gives all publications of a post these properties. A publication whose text is that of the last revision of its language
/// counts as a publication of that revision. Changes `rows` to how they are then. The number of statements does not depend
/// on the number of languages.
///
/// # Errors
/// Returns database errors.
pub fn update(
    conn: &mut Conn,
    post: Id,
    rows: &mut [PublicationRow],
    new: &SharedProperties,
    last: &[LastRevision],
) -> Result<()> {
    for row in rows.iter_mut() {
        row.shared_version = new.version;
        let last = last.iter().find(|last| last.lang == row.lang);
        if let Some(last) = last.filter(|last| row.revision >= last.same_since) {
            row.revision = last.number;
        }
    }
    write_properties(conn, post, rows, new)?;
    if let Some(bylines) = &new.bylines {
        delete(conn, "publication_bylines", post)?;
        insert_bylines(conn, post, bylines)?;
    }
    if let Some(terms) = &new.terms {
        delete(conn, "publication_terms", post)?;
        insert_terms(conn, post, terms)?;
    }
    if new.bylines.is_some() || new.terms.is_some() {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        postings::enter(conn, &ids)?;
    }
    Ok(())
}

fn write_properties(
    conn: &mut Conn,
    post: Id,
    rows: &[PublicationRow],
    new: &SharedProperties,
) -> Result<()> {
    let mut sql = Sql::new("UPDATE publications SET featured = ");
    sql.bind(new.featured).push(", licence = ");
    bind_or_null(&mut sql, new.licence.clone(), "text");
    sql.push(", canonical_url = ");
    bind_or_null(&mut sql, new.canonical_url.clone(), "text");
    sql.push(", parent_id = ");
    bind_or_null(&mut sql, new.parent, "uuid");
    sql.push(", position = ")
        .bind(i64::from(new.position))
        .push(", shared_version = ")
        .bind(i64::from(new.version))
        .push(", revision = CASE id");
    for row in rows {
        sql.push(" WHEN ")
            .bind(row.id)
            .push(" THEN ")
            .bind(i64::from(row.revision));
    }
    sql.push(" ELSE revision END WHERE post_id = ").bind(post);
    sql.execute(conn)?;
    Ok(())
}

/// Deletes what a table says of the publications of a post.
fn delete(conn: &mut Conn, table: &str, post: Id) -> Result<()> {
    let mut sql = Sql::new(&format!(
        "DELETE FROM {table} WHERE publication_id IN (SELECT p.id FROM publications p WHERE p.post_id = "
    ));
    sql.bind(post).push(")").execute(conn)?;
    Ok(())
}

fn insert_bylines(conn: &mut Conn, post: Id, bylines: &[FrozenByline]) -> Result<()> {
    if bylines.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO publication_bylines (publication_id, position, author_id, organization_id, role) \
         WITH v (position, author_id, organization_id, role) AS (VALUES ",
    );
    for (position, (author, organization, role)) in (0_i64..).zip(bylines) {
        sql.push(if position > 0 { ", (" } else { "(" })
            .bind(position)
            .push(", ")
            .bind(*author)
            .push(", ");
        bind_or_null(&mut sql, *organization, "uuid");
        sql.push(", ");
        bind_or_null(&mut sql, role.clone(), "text");
        sql.push(")");
    }
    sql.push(
        ") SELECT p.id, v.position, v.author_id, v.organization_id, v.role FROM publications p CROSS JOIN v \
         WHERE p.post_id = ",
    )
    .bind(post)
    .execute(conn)?;
    Ok(())
}

fn insert_terms(conn: &mut Conn, post: Id, terms: &[Id]) -> Result<()> {
    if terms.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO publication_terms (publication_id, term_id, position) WITH v (position, term_id) AS (VALUES ",
    );
    for (position, term) in (0_i64..).zip(terms) {
        sql.push(if position > 0 { ", (" } else { "(" })
            .bind(position)
            .push(", ")
            .bind(*term)
            .push(")");
    }
    sql.push(
        ") SELECT p.id, v.term_id, v.position FROM publications p CROSS JOIN v WHERE p.post_id = ",
    )
    .bind(post)
    .execute(conn)?;
    Ok(())
}

/// Appends a value, or a null of its type.
fn bind_or_null<V: Into<crate::db::sql::Value>>(sql: &mut Sql, value: Option<V>, kind: &str) {
    match value {
        Some(value) => sql.bind(value),
        None => sql.push(&format!("CAST(NULL AS {kind})")),
    };
}
