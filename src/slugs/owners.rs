//! The owners of names in a filter.

use crate::any_of::AnyOf;
use crate::db::sql::Sql;
use crate::id::Id;
use crate::kind::Kind;

/// Appends the statement that finds the ids of the things of a kind with any of these names. A name may be an id, a
/// current or former slug, or the id of a term that was merged into another one, which is stored as a slug.
pub fn push_owners(sql: &mut Sql, kind: Kind, AnyOf(names): &AnyOf) {
    let ids: Vec<Id> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let merged: Vec<String> = ids.iter().map(Id::to_string).collect();
    sql.push("SELECT s.owner_id FROM slugs s WHERE s.kind = ")
        .bind(kind.as_str())
        .push(" AND s.slug IN ")
        .bind_all(names.iter().cloned().chain(merged));
    if !ids.is_empty() {
        sql.push(" UNION SELECT s.owner_id FROM slugs s WHERE s.kind = ")
            .bind(kind.as_str())
            .push(" AND s.owner_id IN ")
            .bind_all(ids);
    }
}
