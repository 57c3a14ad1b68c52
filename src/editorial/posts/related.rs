//! The relations of a post as one column of a statement about it: a JSON array with a line for each.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, expression::is_aggregate};

use super::bylines::{BylineRole, PostByline};
use super::relations::Relations;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;

/// Selects the relations of the post in the row of `posts`, for [`read`].
#[derive(Debug, Clone, Copy, QueryId)]
pub(in crate::editorial) struct Related;

/// A line: the kind of a term, or null for a byline; the id; the organization of a byline, its role, and that in other
/// languages.
type Line = (
    Option<Kind>,
    Id,
    Option<Id>,
    Option<String>,
    Option<Vec<(Lang, BylineRole)>>,
);

/// Reads what [`Related`] selected.
///
/// # Errors
/// Returns [`Error::Internal`] if it is something else.
pub(in crate::editorial) fn read(lines: &str) -> Result<Relations> {
    let lines: Vec<Line> =
        serde_json::from_str(lines).map_err(|error| Error::Internal(error.to_string()))?;
    let mut relations = Relations::default();
    for (kind, id, organization, role, roles) in lines {
        match kind {
            None => relations.authors.push(PostByline {
                author: id,
                organization,
                role,
                roles: roles.into_iter().flatten().collect(),
            }),
            Some(Kind::Category) => relations.categories.push(id),
            Some(_) => relations.tags.push(id),
        }
    }
    Ok(relations)
}

// SQLite: JSON has no bytes, so ids are written in hexadecimal; the `hex` of nothing is an empty text.
const SQLITE: &str = "(SELECT json_group_array(json_array(r.kind, hex(r.id), nullif(hex(r.organization_id), ''), r.role, json(r.roles)) \
                      ORDER BY r.position) FROM ";
const POSTGRES: &str = "(SELECT coalesce(json_agg(json_build_array(r.kind, r.id, r.organization_id, r.role, r.roles) \
                        ORDER BY r.position), '[]')::text FROM ";
const ROWS: &str = "(SELECT NULL AS kind, b.author_id AS id, b.organization_id, b.role, b.roles, b.position \
                    FROM post_bylines b WHERE b.post_id = posts.id UNION ALL \
                    SELECT t.kind, l.term_id, NULL, NULL, NULL, l.position \
                    FROM post_terms l JOIN terms t ON t.id = l.term_id WHERE l.post_id = posts.id) r)";

impl Expression for Related {
    type SqlType = Text;
}

impl<QS> AppearsOnTable<QS> for Related {}
impl<QS> SelectableExpression<QS> for Related {}

impl<GB> ValidGrouping<GB> for Related {
    type IsAggregate = is_aggregate::No;
}

impl QueryFragment<Sqlite> for Related {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(SQLITE);
        out.push_sql(ROWS);
        Ok(())
    }
}

impl QueryFragment<Pg> for Related {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(POSTGRES);
        out.push_sql(ROWS);
        Ok(())
    }
}
