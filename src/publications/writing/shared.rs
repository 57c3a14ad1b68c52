//! Gives the publications of a post the properties that all its languages share: those that are live, planned, scheduled
//! and ended alike. Their texts and times stay.

use serde_json::json;

use super::rows::PublicationRow;
use super::snapshot::FrozenByline;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::patch::Patched;
use crate::postings;

/// The properties that all languages of a post share. What is `None` stays as each publication has it.
#[derive(Debug, Clone, Default)]
pub struct SharedProperties {
    /// True if editors feature the post.
    pub featured: Option<bool>,
    /// The licence: an SPDX id or a URL.
    pub licence: Patched<String>,
    /// The URL at which the post first appeared.
    pub canonical_url: Patched<String>,
    /// The page above a page.
    pub parent: Patched<Id>,
    /// The position of a page among its siblings.
    pub position: Option<i32>,
    /// The bylines, in order.
    pub bylines: Option<Vec<FrozenByline>>,
    /// The ids of the categories, in order.
    pub categories: Option<Vec<Id>>,
    /// The ids of the tags, in order.
    pub tags: Option<Vec<Id>>,
}

/// The last revision of a language, and the first one that has the same text.
#[derive(Debug, Clone, Copy)]
pub struct LastRevision {
    /// The number of the last revision.
    pub number: i32,
    /// The number of the first revision with the text of the last one.
    pub same_since: i32,
}

impl PublicationRow {
    /// Sets the version of all shared properties. If the row has the text of the last revision of its language, it counts as
    /// a publication of that revision.
    pub fn set_shared(&mut self, version: i32, last: Option<LastRevision>) {
        self.shared_version = version;
        if let Some(last) = last.filter(|last| self.revision >= last.same_since) {
            self.revision = last.number;
        }
    }
}

/// Gives all publications of a post these properties, and the versions and revisions of `rows`. The number of
/// statements does not depend on the number of languages.
///
/// # Errors
/// Returns database errors.
pub fn update(
    conn: &mut Conn,
    post: Id,
    rows: &[PublicationRow],
    new: &SharedProperties,
) -> Result<()> {
    write_properties(conn, post, rows, new)?;
    if let Some(bylines) = &new.bylines {
        delete_bylines(conn, post)?;
        insert_bylines(conn, post, bylines)?;
    }
    let terms = [(Kind::Category, &new.categories), (Kind::Tag, &new.tags)];
    let terms = terms.map(|(kind, ids)| Some((kind, ids.as_ref()?)));
    let (kinds, ids): (Vec<Kind>, Vec<&Vec<Id>>) = terms.into_iter().flatten().unzip();
    if !kinds.is_empty() {
        delete_terms(conn, post, &kinds)?;
        insert_terms(
            conn,
            post,
            &ids.into_iter().flatten().copied().collect::<Vec<Id>>(),
        )?;
    }
    if new.bylines.is_some() || !kinds.is_empty() {
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
    let mut sql = Sql::new("UPDATE publications SET shared_version = CASE id");
    push_cases(&mut sql, rows, |row| row.shared_version);
    sql.push(" ELSE shared_version END, revision = CASE id");
    push_cases(&mut sql, rows, |row| row.revision);
    sql.push(" ELSE revision END");
    if let Some(featured) = new.featured {
        sql.push(", featured = ").bind(featured);
    }
    if let Some(licence) = &new.licence {
        sql.push(", licence = ");
        bind_or_null(&mut sql, licence.clone(), "text");
    }
    if let Some(url) = &new.canonical_url {
        sql.push(", canonical_url = ");
        bind_or_null(&mut sql, url.clone(), "text");
    }
    if let Some(parent) = new.parent {
        sql.push(", parent_id = ");
        bind_or_null(&mut sql, parent, "uuid");
    }
    if let Some(position) = new.position {
        sql.push(", position = ").bind(i64::from(position));
    }
    sql.push(" WHERE post_id = ").bind(post);
    sql.execute(conn)?;
    Ok(())
}

fn push_cases(sql: &mut Sql, rows: &[PublicationRow], value: impl Fn(&PublicationRow) -> i32) {
    for row in rows {
        sql.push(" WHEN ")
            .bind(row.id)
            .push(" THEN ")
            .bind(i64::from(value(row)));
    }
}

const OF_POST: &str = "publication_id IN (SELECT p.id FROM publications p WHERE p.post_id = ";

fn delete_bylines(conn: &mut Conn, post: Id) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM publication_bylines WHERE ");
    sql.push(OF_POST).bind(post).push(")").execute(conn)?;
    Ok(())
}

fn delete_terms(conn: &mut Conn, post: Id, kinds: &[Kind]) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM publication_terms WHERE ");
    sql.push(OF_POST).bind(post).push(")");
    if let [kind] = kinds {
        sql.push(" AND term_id IN (SELECT t.id FROM terms t WHERE t.kind = ")
            .bind(kind.as_str())
            .push(")");
    }
    sql.execute(conn)?;
    Ok(())
}

fn insert_bylines(conn: &mut Conn, post: Id, bylines: &[FrozenByline]) -> Result<()> {
    if bylines.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO publication_bylines (publication_id, position, author_id, organization_id, role, roles) \
         WITH v (position, author_id, organization_id, role, roles) AS (VALUES ",
    );
    for (position, line) in (0_i64..).zip(bylines) {
        sql.push(if position > 0 { ", (" } else { "(" })
            .bind(position)
            .push(", ")
            .bind(line.author)
            .push(", ");
        bind_or_null(&mut sql, line.organization, "uuid");
        sql.push(", ");
        bind_or_null(&mut sql, line.role.clone(), "text");
        let roles: Vec<(&Lang, &String)> = line.roles.iter().collect();
        sql.push(", ").bind(Json(json!(roles))).push(")");
    }
    sql.push(
        ") SELECT p.id, v.position, v.author_id, v.organization_id, v.role, v.roles FROM publications p CROSS JOIN v \
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
