//! The filters of the list of posts, in SQL.

use super::access::{self, Restriction};
use super::query::{PostFilter, PostQuery};
use crate::any_of::AnyOf;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::db::keyset::Order;
use crate::db::sql::Sql;
use crate::delivery::visibility;
use crate::editorial::workflow::status::push_condition;
use crate::error::Result;
use crate::kind::Kind;
use crate::post_type::PostType;
use crate::slugs;
use crate::timestamp::Timestamp;

/// Returns the rows of the list, with posts as `t` and their creators as `u`, and the order of the list.
///
/// # Errors
/// Returns the same errors as [`access::restricted_to`].
pub(super) fn rows(conn: &Conn, query: &PostQuery, by: By) -> Result<(Sql, Order)> {
    let at = query.at.map_or(by.at, |at| at.0);
    let mut order = query.sort().order();
    let restriction = access::restricted_to(by)?;
    let mut from = joined(query, restriction);
    from.push(if query.trashed.unwrap_or(false) {
        "t.deleted_at IS NOT NULL"
    } else {
        "t.deleted_at IS NULL"
    });
    access::push_restriction(&mut from, restriction);
    if query.own.unwrap_or(false) {
        access::push_own(&mut from, by.actor);
    }
    query.filter.push(&mut from);
    if let Some(post_type) = PostType::only(&query.r#type) {
        // For pages, the exact condition of a partial index.
        from.push(&format!(" AND t.post_type = '{post_type}'"));
    }
    if let Some(page) = query.parent {
        from.push(" AND t.parent_id = ").bind(page);
    }
    if let Some(user) = query.created_by {
        from.push(" AND t.created_by = ").bind(user);
    }
    query.created().bound(&mut from, "t.created_at");
    match order.by {
        Some("t.updated_at") => order.span = query.updated(),
        _ => query.updated().bound(&mut from, "t.updated_at"),
    }
    push_translation(conn, &mut from, query, restriction, at);
    Ok((from, order))
}

/// Returns the tables of the list and how they are joined. A table that has the order leads.
fn joined(query: &PostQuery, restriction: Option<Restriction>) -> Sql {
    const CREATOR: &str = "LEFT JOIN users u ON u.id = t.created_by WHERE";
    let Some((table, condition)) = query.sort().leading() else {
        return Sql::new(&format!("posts t {CREATOR} "));
    };
    // SQLite: CROSS JOIN prevents reordering of the tables.
    let mut from = Sql::new(&format!(
        "{table} f CROSS JOIN posts t {CREATOR} t.id = f.post_id{condition} AND f.lang = "
    ));
    match &query.lang {
        Some(lang) => {
            from.bind(lang.as_str());
        }
        None => access::push_shown_language(&mut from, restriction),
    }
    from.push(" AND ");
    from
}

impl PostFilter {
    /// Appends the conditions on the posts `t`.
    pub(in crate::editorial) fn push(&self, sql: &mut Sql) {
        for (kind, names) in self.names() {
            push_named(sql, kind, names);
        }
        match self.featured {
            // The exact condition of the partial index on featured posts.
            Some(true) => sql.push(" AND t.featured = TRUE"),
            Some(false) => sql.push(" AND t.featured = FALSE"),
            None => sql,
        };
    }
}

/// Appends the condition that the posts `t` refer to any of the things of a kind that have these ids or slugs.
fn push_named(sql: &mut Sql, kind: Kind, names: &AnyOf) {
    let (link, column) = match kind {
        Kind::Author => ("post_bylines", "author_id"),
        Kind::Organization => ("post_bylines", "organization_id"),
        _ => ("post_terms", "term_id"),
    };
    if kind == Kind::Category {
        sql.push(" AND t.id IN (WITH RECURSIVE named (id) AS (");
        slugs::push_owners(sql, kind, names);
        sql.push(" UNION SELECT c.id FROM terms c JOIN named n ON c.parent_id = n.id)");
    } else {
        sql.push(" AND t.id IN (WITH named (id) AS (");
        slugs::push_owners(sql, kind, names);
        sql.push(")");
    }
    sql.push(&format!(
        " SELECT l.post_id FROM named n JOIN {link} l ON l.{column} = n.id)"
    ));
}

/// Appends the condition that one translation matches the language, the title, the statuses and the time of publication
/// together.
fn push_translation(
    conn: &Conn,
    from: &mut Sql,
    query: &PostQuery,
    restriction: Option<Restriction>,
    now: Timestamp,
) {
    let published = query.published();
    let is_any = query.q.is_none() && query.lang.is_none() && query.status.is_empty();
    if is_any && !published.is_bounded() {
        return;
    }
    from.push(
        " AND t.id IN (SELECT w.post_id FROM translations w LEFT JOIN publications p \
         ON p.post_id = w.post_id AND p.lang = w.lang AND ",
    );
    visibility::current(from, "p", now);
    from.push(" WHERE TRUE");
    if let Some(lang) = &query.lang {
        from.push(" AND w.lang = ").bind(lang.as_str());
    }
    access::push_language(from, restriction, "w.lang");
    if let Some(q) = &query.q {
        from.push(" AND ").contains(conn, "w.title", q);
    }
    for (place, status) in query.status.iter().enumerate() {
        from.push(if place == 0 { " AND (" } else { " OR " });
        push_condition(from, *status, now);
    }
    if !query.status.is_empty() {
        from.push(")");
    }
    published.bound(from, "p.published_at");
    from.push(")");
}
