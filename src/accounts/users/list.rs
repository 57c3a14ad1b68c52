//! The list of users, with the names of their authors.

use diesel::prelude::*;
use diesel::sql_types::Binary;

use super::model::{ListedUser, User, UserIncludable, UserInclusions, UserQuery};
use crate::changes::actor::{Access, By};
use crate::collation::CollationKey;
use crate::db::Conn;
use crate::db::keyset::{self, Select, Window};
use crate::db::sql::Sql;
use crate::delivery::named_lists::NamedSort;
use crate::error::Result;
use crate::named_ref::{self, NamedRef};
use crate::page::{Listing, PageInfo};

/// A row of the list.
#[derive(QueryableByName)]
struct ListedRow {
    #[diesel(embed)]
    user: User,
    #[diesel(sql_type = Binary)]
    name_key: CollationKey,
    #[diesel(embed)]
    author: Option<NamedRef>,
}

/// Returns a page of users.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`crate::error::Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &UserQuery,
    by: By,
) -> Result<(Vec<ListedUser>, PageInfo)> {
    by.require(Access::Admins)?;
    let sort = query.sort.unwrap_or(NamedSort::Newest);
    let order = sort.order("t.name_key");
    let columns = format!("{COLUMNS}, {}", named_ref::COLUMNS);
    let from = filtered(conn, query);
    let key = |row: &ListedRow| sort.key(row.user.id, row.user.updated_at, Some(&row.name_key));
    let select = Select {
        columns: &columns,
        from: &from,
    };
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    let is_included = query.include.contains(&UserIncludable::Author);
    let listed = |row: ListedRow| ListedUser {
        user: row.user,
        included: is_included.then_some(UserInclusions { author: row.author }),
    };
    Ok((rows.into_iter().map(listed).collect(), page))
}

/// Returns the rows of the list, with users as `t` and their authors as `r`.
fn filtered(conn: &Conn, query: &UserQuery) -> Sql {
    let mut from = Sql::new("users t LEFT JOIN authors r ON r.id = t.author_id WHERE TRUE");
    if let Some(q) = &query.q {
        from.push(" AND (").contains(conn, "t.email", q);
        from.push(" OR ").contains(conn, "t.name", q).push(")");
    }
    if !query.role.is_empty() {
        let roles = query.role.iter().map(|role| role.as_str());
        from.push(" AND t.role IN ").bind_all(roles);
    }
    if let Some(active) = query.active {
        from.push(" AND t.active = ").bind(active);
    }
    let created = Window::new(query.created_after, query.created_before);
    created.bound(&mut from, "t.created_at");
    let updated = Window::new(query.updated_after, query.updated_before);
    updated.bound(&mut from, "t.updated_at");
    from
}

/// Every column except the password hash.
const COLUMNS: &str = "t.id, t.email, t.name, t.role, t.author_id, t.active, t.languages, t.version, t.created_at, t.updated_at, t.name_key";
