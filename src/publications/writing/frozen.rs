//! Reads what all languages of a post share, as the public sees it in its publications.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::snapshot::FrozenByline;
use crate::by_lang::ByLang;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{JsonDocument, Uuid};
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::timestamp::Timestamp;

/// The shared properties of a publication, with its relations.
#[derive(Debug, Clone)]
pub struct FrozenProperties {
    /// The properties without relations.
    pub row: FrozenRow,
    /// The bylines, in order.
    pub authors: Vec<FrozenByline>,
    /// The categories, in order.
    pub categories: Vec<Id>,
    /// The tags, in order.
    pub tags: Vec<Id>,
}

/// The shared properties of a publication, without its relations.
#[derive(Debug, Clone, QueryableByName)]
pub struct FrozenRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    /// True if editors featured the post.
    #[diesel(sql_type = Bool)]
    pub featured: bool,
    /// The licence: an SPDX id or a URL.
    #[diesel(sql_type = Nullable<Text>)]
    pub licence: Option<String>,
    /// The URL at which the post first appeared.
    #[diesel(sql_type = Nullable<Text>)]
    pub canonical_url: Option<String>,
    /// The page above a page.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub parent_id: Option<Id>,
    /// The position of a page among its siblings.
    #[diesel(sql_type = Integer)]
    pub position: i32,
}

/// A byline, category or tag of a publication.
#[derive(Clone, QueryableByName)]
struct Relation {
    #[diesel(sql_type = BigInt)]
    publication_id: i64,
    #[diesel(sql_type = Text)]
    kind: Kind,
    #[diesel(sql_type = Uuid)]
    id: Id,
    #[diesel(sql_type = Nullable<Uuid>)]
    organization_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    roles: Option<ByLang<String>>,
}

impl From<Relation> for FrozenByline {
    fn from(line: Relation) -> Self {
        Self {
            author: line.id,
            organization: line.organization_id,
            role: line.role,
            roles: line.roles.unwrap_or_default(),
        }
    }
}

/// Returns the shared properties of the publications of a post that are live: of the original language first, then of the
/// others by their tags. Takes two statements.
///
/// # Errors
/// Returns database errors.
pub fn live_properties(conn: &mut Conn, post: Id, now: Timestamp) -> Result<Vec<FrozenProperties>> {
    let mut sql = Sql::new(
        "SELECT p.id, p.featured, p.licence, p.canonical_url, p.parent_id, p.position FROM publications p \
         WHERE p.post_id = ",
    );
    sql.bind(post).push(" AND ");
    live(&mut sql, "p", now);
    sql.push(" ORDER BY CASE WHEN p.lang = p.original_lang THEN 0 ELSE 1 END, p.lang");
    let rows: Vec<FrozenRow> = sql.load(conn)?;
    let relations: Vec<Relation> = match rows.is_empty() {
        true => Vec::new(),
        false => relations(&rows).load(conn)?,
    };
    let with_relations = |row: FrozenRow| {
        let own = relations.iter().filter(|one| one.publication_id == row.id);
        let ids = |kind: Kind| {
            let of_kind = own.clone().filter(|one| one.kind == kind);
            of_kind.map(|one| one.id).collect()
        };
        let lines = own.clone().filter(|one| one.kind == Kind::Author);
        FrozenProperties {
            authors: lines.cloned().map(FrozenByline::from).collect(),
            categories: ids(Kind::Category),
            tags: ids(Kind::Tag),
            row,
        }
    };
    Ok(rows.into_iter().map(with_relations).collect())
}

fn relations(rows: &[FrozenRow]) -> Sql {
    let ids = || rows.iter().map(|row| row.id);
    let mut sql = Sql::new(
        "SELECT b.publication_id, 'author' AS kind, b.author_id AS id, b.organization_id, b.role, b.roles, b.position \
         FROM publication_bylines b WHERE b.publication_id IN ",
    );
    sql.bind_all(ids())
        .push(
            " UNION ALL SELECT x.publication_id, t.kind, x.term_id, CAST(NULL AS uuid), CAST(NULL AS text), \
             CAST(NULL AS jsonb), x.position \
             FROM publication_terms x JOIN terms t ON t.id = x.term_id WHERE x.publication_id IN ",
        )
        .bind_all(ids())
        .push(" ORDER BY position");
    sql
}
