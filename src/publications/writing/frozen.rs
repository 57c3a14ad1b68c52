//! Reads what all languages of a post share, as the public has it in its publications.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::rows::PublicationRow;
use super::snapshot::FrozenByline;
use crate::by_lang::ByLang;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{JsonDocument, Uuid};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;

/// The shared properties of a publication, with its relations.
#[derive(Debug, Clone)]
pub struct FrozenProperties {
    /// True if editors featured the post.
    pub featured: bool,
    /// The licence: an SPDX id or a URL.
    pub licence: Option<String>,
    /// The URL at which the post first appeared.
    pub canonical_url: Option<String>,
    /// The page above a page.
    pub parent: Option<Id>,
    /// The position of a page among its siblings.
    pub position: i32,
    /// The bylines, in order.
    pub authors: Vec<FrozenByline>,
    /// The categories, in order.
    pub categories: Vec<Id>,
    /// The tags, in order.
    pub tags: Vec<Id>,
}

/// A publication with one of its relations, or without any.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Bool)]
    featured: bool,
    #[diesel(sql_type = Nullable<Text>)]
    licence: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    canonical_url: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    parent_id: Option<Id>,
    #[diesel(sql_type = Integer)]
    position: i32,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<Kind>,
    #[diesel(sql_type = Nullable<Uuid>)]
    related_id: Option<Id>,
    #[diesel(sql_type = Nullable<Uuid>)]
    organization_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    roles: Option<ByLang<String>>,
}

/// Returns the shared properties of publications, by their ids, in one statement.
///
/// # Errors
/// Returns database errors.
pub fn properties(
    conn: &mut Conn,
    publications: &[&PublicationRow],
) -> Result<HashMap<i64, FrozenProperties>> {
    let mut found = HashMap::new();
    if publications.is_empty() {
        return Ok(found);
    }
    let rows: Vec<Row> = statement(publications).load(conn)?;
    for row in rows {
        let frozen = found.entry(row.id).or_insert_with(|| FrozenProperties {
            featured: row.featured,
            licence: row.licence,
            canonical_url: row.canonical_url,
            parent: row.parent_id,
            position: row.position,
            authors: Vec::new(),
            categories: Vec::new(),
            tags: Vec::new(),
        });
        match (row.kind, row.related_id) {
            (Some(Kind::Author), Some(author)) => frozen.authors.push(FrozenByline {
                author,
                organization: row.organization_id,
                role: row.role,
                roles: row.roles.unwrap_or_default(),
            }),
            (Some(Kind::Category), Some(id)) => frozen.categories.push(id),
            (Some(_), Some(id)) => frozen.tags.push(id),
            _ => {}
        }
    }
    Ok(found)
}

fn statement(publications: &[&PublicationRow]) -> Sql {
    let ids = || publications.iter().map(|row| row.id);
    let mut sql = Sql::new(
        "SELECT p.id, p.featured, p.licence, p.canonical_url, p.parent_id, p.position, \
         r.kind, r.related_id, r.organization_id, r.role, r.roles FROM publications p LEFT JOIN (\
         SELECT b.publication_id, 'author' AS kind, b.author_id AS related_id, b.organization_id, b.role, b.roles, \
         b.position AS place FROM publication_bylines b WHERE b.publication_id IN ",
    );
    sql.bind_all(ids())
        .push(
            " UNION ALL SELECT x.publication_id, t.kind, x.term_id, CAST(NULL AS uuid), CAST(NULL AS text), \
             CAST(NULL AS jsonb), x.position \
             FROM publication_terms x JOIN terms t ON t.id = x.term_id WHERE x.publication_id IN ",
        )
        .bind_all(ids())
        .push(") r ON r.publication_id = p.id WHERE p.id IN ")
        .bind_all(ids())
        .push(" ORDER BY p.id, r.place");
    sql
}
