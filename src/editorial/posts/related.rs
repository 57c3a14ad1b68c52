//! The relations of a post as one column of a statement about it: a JSON array with a line for each.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryId};

use super::bylines::{BylineRole, PostByline};
use super::relations::Relations;
use crate::catalogue::references::ReferenceKind;
use crate::db::text_column::{Beginning, text_column};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;

/// Selects the relations of the post in the row of `posts`, for [`read`].
#[derive(Debug, Clone, Copy, QueryId)]
pub(in crate::editorial) struct Related;

/// A line: the kind; the id; the organization of a byline, its role, and that in other languages.
type Line = (
    ReferenceKind,
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
            ReferenceKind::Author => relations.authors.push(PostByline {
                author: id,
                organization,
                role,
                roles: roles.into_iter().flatten().collect(),
            }),
            ReferenceKind::Category => relations.categories.push(id),
            ReferenceKind::Tag => relations.tags.push(id),
        }
    }
    Ok(relations)
}

const BEGINNING: Beginning = Beginning {
    // SQLite: JSON has no bytes, so ids are written in hexadecimal; the `hex` of nothing is an empty text.
    sqlite: "(SELECT json_group_array(json_array(r.kind, hex(r.id), nullif(hex(r.organization_id), ''), r.role, \
             json(r.roles)) ORDER BY r.position) FROM ",
    postgres: "(SELECT coalesce(json_agg(json_build_array(r.kind, r.id, r.organization_id, r.role, r.roles) \
               ORDER BY r.position), '[]')::text FROM ",
};
const ROWS: &str = "(SELECT 'author' AS kind, b.author_id AS id, b.organization_id, b.role, b.roles, b.position \
                    FROM post_bylines b WHERE b.post_id = posts.id UNION ALL \
                    SELECT t.kind, l.term_id, NULL, NULL, NULL, l.position \
                    FROM post_terms l JOIN terms t ON t.id = l.term_id WHERE l.post_id = posts.id) r)";

impl Related {
    fn beginning(&self) -> Beginning {
        BEGINNING
    }

    fn rest<DB: Backend>(&self, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        out.push_sql(ROWS);
        Ok(())
    }
}

text_column!(Related);
