//! Looks up the authors, organizations and terms that a post refers to, in one statement.

use std::collections::{HashMap, HashSet};

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;

/// Things of the catalogue that exist.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// The authors, each with their current organization.
    pub authors: HashMap<Id, Option<Id>>,
    /// The organizations.
    pub organizations: HashSet<Id>,
    /// The categories and tags, each with its kind.
    pub terms: HashMap<Id, Kind>,
}

/// Finds those of the things that exist. Makes no statement if there are none to look up.
///
/// # Errors
/// Database errors.
pub fn find(
    conn: &mut Conn,
    authors: &[Id],
    organizations: &[Id],
    terms: &[Id],
) -> Result<References> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        kind: Kind,
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = Nullable<Uuid>)]
        organization_id: Option<Id>,
    }
    let mut found = References::default();
    if authors.is_empty() && organizations.is_empty() && terms.is_empty() {
        return Ok(found);
    }
    let mut sql =
        Sql::new("SELECT 'author' AS kind, id, organization_id FROM authors WHERE id IN ");
    sql.bind_all(authors.iter().copied())
        .push(" UNION ALL SELECT 'organization', id, NULL FROM organizations WHERE id IN ")
        .bind_all(organizations.iter().copied())
        .push(" UNION ALL SELECT kind, id, NULL FROM terms WHERE id IN ")
        .bind_all(terms.iter().copied());
    let rows: Vec<Row> = sql.load(conn)?;
    for row in rows {
        match row.kind {
            Kind::Author => found.authors.extend([(row.id, row.organization_id)]),
            Kind::Organization => found.organizations.extend([row.id]),
            kind => found.terms.extend([(row.id, kind)]),
        }
    }
    Ok(found)
}
