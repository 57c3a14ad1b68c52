//! The categories to which webhooks are limited. For each limited webhook, the public posts in its categories are
//! remembered, so that it learns when one of them is gone or leaves the categories, and nothing of other posts.

use diesel::prelude::*;

use super::model::Webhook;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::delivery::visibility::live;
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::{terms, webhook_categories, webhook_posts};
use crate::timestamp::Timestamp;

/// Returns the categories of webhooks, each with the webhook.
///
/// # Errors
/// Returns database errors.
pub fn of(conn: &mut Conn, webhooks: Vec<Id>) -> Result<Vec<(Id, Id)>> {
    let rows = webhook_categories::table
        .filter(webhook_categories::webhook_id.eq_any(webhooks))
        .select((webhook_categories::webhook_id, webhook_categories::term_id));
    Ok(each!(conn, rows.load(conn))?)
}

/// Checks that the categories of a webhook exist.
///
/// # Errors
/// Returns [`Error::Invalid`] with each that does not.
pub fn check(conn: &mut Conn, webhook: &Webhook) -> Result<()> {
    let found = terms::table
        .filter(terms::id.eq_any(webhook.categories.clone()))
        .filter(terms::kind.eq(Kind::Category))
        .select(terms::id);
    let found: Vec<Id> = each!(conn, found.load(conn))?;
    let ids = webhook.categories.iter().enumerate();
    let faults: Vec<Fault> = ids
        .filter(|(_, id)| !found.contains(id))
        .map(|(index, _)| Fault::unknown(&format!("/categories/{index}"), "category"))
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(faults)),
    }
}

/// Writes the categories of a webhook in place of those that it had, and the posts that are public in them at `now`.
///
/// # Errors
/// Returns database errors.
pub fn write(conn: &mut Conn, webhook: &Webhook, now: Timestamp) -> Result<()> {
    let id = webhook.id;
    let former = webhook_categories::table.filter(webhook_categories::webhook_id.eq(id));
    each!(conn, diesel::delete(former).execute(conn))?;
    let former = webhook_posts::table.filter(webhook_posts::webhook_id.eq(id));
    each!(conn, diesel::delete(former).execute(conn))?;
    if webhook.categories.is_empty() {
        return Ok(());
    }
    let row = |term: &Id| {
        (
            webhook_categories::webhook_id.eq(id),
            webhook_categories::term_id.eq(*term),
        )
    };
    let rows: Vec<_> = webhook.categories.iter().map(row).collect();
    let rows = diesel::insert_into(webhook_categories::table).values(rows);
    each!(conn, rows.execute(conn))?;
    let mut posts =
        Sql::new("INSERT INTO webhook_posts (webhook_id, post_id, lang) SELECT DISTINCT ");
    posts
        .bind(id)
        .push(
            ", p.post_id, p.lang FROM postings x JOIN publications p ON p.id = x.publication_id \
             WHERE x.entity_id IN ",
        )
        .bind_all(webhook.categories.iter().copied())
        .push(" AND ");
    live(&mut posts, "p", now);
    posts.execute(conn)?;
    Ok(())
}

/// Remembers that a limited webhook is told of a public post in its categories. Returns whether it knew.
///
/// # Errors
/// Returns database errors.
pub fn remember(conn: &mut Conn, webhook: Id, post: Id, lang: &Lang) -> Result<bool> {
    let row = (
        webhook_posts::webhook_id.eq(webhook),
        webhook_posts::post_id.eq(post),
        webhook_posts::lang.eq(lang),
    );
    let row = diesel::insert_into(webhook_posts::table).values(row);
    let inserted = each!(conn, row.on_conflict_do_nothing().execute(conn))?;
    Ok(inserted == 0)
}

/// Forgets a post that is no longer in the categories of a webhook. Returns whether the webhook knew it.
///
/// # Errors
/// Returns database errors.
pub fn forget(conn: &mut Conn, webhook: Id, post: Id, lang: &Lang) -> Result<bool> {
    let row = webhook_posts::table.find((webhook, post, lang));
    Ok(each!(conn, diesel::delete(row).execute(conn))? > 0)
}
