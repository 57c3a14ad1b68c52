//! What the clock will do to publications, and what it has done: the public sees it by the clock alone; what follows here is
//! that the change log tells of it, and that what was replaced is gone.
//!
//! A publication has a moment for each edge that lies ahead. It goes when the log tells of it, in one transaction.

use diesel::prelude::*;

use super::store::{Row, mark_representatives, owner};
use crate::changes::actor::{Access, Actor, By};
use crate::changes::{self, Facts, Operation};
use crate::db::sql_types::words;
use crate::db::{Conn, each};
use crate::delivery::postings;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::{moments, publications};
use crate::slugs;
use crate::timestamp::Timestamp;

/// After how many seconds something that failed is tried again.
const PUT_OFF: i64 = 60;

words! {
    /// What happens at a transition.
    pub enum Edge {
        /// A publication appears, or takes the place of another.
        Begin = "begin",
        /// A publication goes.
        End = "end",
    }
}

/// A moment that has come.
#[derive(Debug, Clone, Queryable)]
struct Transition {
    id: i64,
    at: Timestamp,
    edge: Edge,
    publication: i64,
    post: Id,
    lang: Lang,
    replaces_at: Option<Timestamp>,
}

/// Enters what will happen to the publications of one language after `now`, in place of what was entered before.
///
/// # Errors
/// What the database reports.
pub(super) fn schedule(conn: &mut Conn, rows: &[Row], now: Timestamp) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let old = moments::table.filter(moments::publication_id.eq_any(ids));
    each!(conn, diesel::delete(old).execute(conn))?;
    let replaced_at = rows.iter().find_map(|row| row.replaces_at);
    let mut new = Vec::new();
    for row in rows {
        let mut edges = row.span().edges();
        let begin = edges.next().map(|at| (Edge::Begin, at));
        // What is replaced at its end does not go.
        let is_replaced = |end: &Timestamp| row.replaces_at.is_none() && Some(*end) == replaced_at;
        let end = edges.next().filter(|end| !is_replaced(end));
        let all = begin.into_iter().chain(end.map(|at| (Edge::End, at)));
        new.extend(all.filter(|(_, at)| *at > now).map(|(edge, at)| {
            (
                moments::publication_id.eq(row.id),
                moments::edge.eq(edge),
                moments::at.eq(at),
            )
        }));
    }
    each!(
        conn,
        diesel::insert_into(moments::table)
            .values(new)
            .execute(conn)
    )?;
    Ok(())
}

/// The moments that have come, in order.
macro_rules! due {
    ($now:expr) => {
        moments::table
            .inner_join(publications::table)
            .filter(moments::at.le($now))
            .order((moments::at, moments::id))
            .select((
                moments::id,
                moments::at,
                moments::edge,
                moments::publication_id,
                publications::post_id,
                publications::lang,
                publications::replaces_at,
            ))
    };
}

/// When the next moment comes or is to be tried again, or when it came.
///
/// # Errors
/// What the database reports.
pub fn next_due(conn: &mut Conn) -> Result<Option<Timestamp>> {
    let untried = moments::table
        .filter(moments::retry_at.is_null())
        .order((moments::at, moments::id));
    let failed = moments::table
        .filter(moments::retry_at.is_not_null())
        .order(moments::retry_at)
        .select(moments::retry_at.assume_not_null());
    let (first, again): (Option<Timestamp>, Option<Timestamp>) = each!(
        conn,
        (
            untried.select(moments::at).first(conn).optional()?,
            failed.first(conn).optional()?
        )
    );
    Ok(first.into_iter().chain(again).min())
}

/// Tells of what the clock has done to one language of a post by `now`, before somebody writes to it.
///
/// # Errors
/// What the database reports.
pub fn apply_due(conn: &mut Conn, post: Id, lang: &Lang, now: Timestamp) -> Result<()> {
    let its = due!(now).filter(
        publications::post_id
            .eq(post)
            .and(publications::lang.eq(lang)),
    );
    let come: Vec<Transition> = each!(conn, its.load(conn))?;
    come.into_iter().try_for_each(|one| apply(conn, one, now))
}

/// What became of the moments that had come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// The log has been told of so many.
    pub applied: usize,
    /// So many failed, and wait.
    pub failed: usize,
}

/// Tells of what the clock has done by `now`, in order, up to `most` moments. One of which it cannot tell waits for a
/// minute, with all others of its language, which come after it; the rest goes on.
///
/// # Errors
/// What the database reports, when it is away or busy: then no other would go better.
pub fn apply_all_due(conn: &mut Conn, now: Timestamp, most: usize) -> Result<Applied> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let due = due!(now).filter(moments::retry_at.is_null().or(moments::retry_at.le(now)));
    let come: Vec<Transition> = each!(conn, due.limit(most).load(conn))?;
    let mut applied = Applied::default();
    let mut failed: Vec<(Id, Lang)> = Vec::new();
    for one in come {
        let whose = (one.post, one.lang.clone());
        if failed.contains(&whose) {
            applied.failed += 1;
            continue;
        }
        let (edge, at) = (one.edge, one.at);
        match conn.savepoint(|conn| apply(conn, one, now)) {
            Ok(()) => applied.applied += 1,
            Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
            Err(error) => {
                let (post, lang) = &whose;
                log::error!(
                    "the log could not be told of the {edge:?} of post {post} in {lang} at {at}: {error}"
                );
                put_off(conn, *post, lang, now.plus_seconds(PUT_OFF))?;
                applied.failed += 1;
                failed.push(whose);
            }
        }
    }
    Ok(applied)
}

/// Nothing of one language is told of before `until`.
fn put_off(conn: &mut Conn, post: Id, lang: &Lang, until: Timestamp) -> Result<()> {
    let its = publications::table
        .filter(
            publications::post_id
                .eq(post)
                .and(publications::lang.eq(lang)),
        )
        .select(publications::id);
    let all = moments::table.filter(moments::publication_id.eq_any(its));
    let set = moments::retry_at.eq(until);
    each!(conn, diesel::update(all).set(set).execute(conn))?;
    Ok(())
}

fn apply(conn: &mut Conn, transition: Transition, now: Timestamp) -> Result<()> {
    each!(
        conn,
        diesel::delete(moments::table.find(transition.id)).execute(conn)
    )?;
    if transition.edge == Edge::Begin && transition.replaces_at.is_some() {
        take_place(conn, &transition)?;
    }
    let operation = match transition.edge {
        Edge::Begin => Operation::Publish,
        Edge::End => Operation::Unpublish,
    };
    let (by, facts) = (
        By::new(Actor::Clock, now),
        Facts::none().with("at", transition.at),
    );
    let kind = changes::Kind::Publication;
    changes::append_in(
        conn,
        by,
        kind,
        transition.post,
        &transition.lang,
        operation,
        facts,
    )?;
    log_lost_slugs(conn, by, transition.post, &transition.lang)
}

/// Tells of slugs that lead to this post by now, and led to others before.
///
/// # Errors
/// As [`By::require`].
pub fn log_lost_slugs(conn: &mut Conn, by: By, post: Id, lang: &Lang) -> Result<()> {
    by.require(Access::Editors)?;
    for (slug, former) in slugs::drop_superseded_redirects(conn, owner(post, lang), by.at)? {
        let facts = Facts::none().with("lost_slug", slug).with("to", post);
        let (kind, operation) = (changes::Kind::Post, Operation::Update);
        changes::append_in(conn, by, kind, former, lang, operation, facts)?;
    }
    Ok(())
}

/// The one that was replaced goes.
fn take_place(conn: &mut Conn, transition: &Transition) -> Result<()> {
    let replaced = publications::table.filter(
        publications::post_id
            .eq(transition.post)
            .and(publications::lang.eq(&transition.lang))
            .and(publications::id.ne(transition.publication)),
    );
    let never: Option<Timestamp> = None;
    let set = (
        publications::replaces_at.eq(never),
        publications::replaced_unpublish_at.eq(never),
    );
    each!(conn, {
        diesel::delete(replaced).execute(conn)?;
        diesel::update(publications::table.find(transition.publication))
            .set(set)
            .execute(conn)?;
    });
    mark_representatives(conn, transition.post)?;
    postings::enter(conn, &[transition.publication])
}
