//! Transitions: the times at which a publication appears, replaces another one or ends.
//!
//! The visibility of publications depends only on the current time. Applying a due transition records it in the change
//! log and deletes the replaced publication, in one transaction. A row of `moments` is a transition that has not been
//! applied yet.

use diesel::prelude::*;

use super::rows::{PublicationRow, in_translation, mark_representatives, owner};
use crate::changes::actor::{Access, Actor, By};
use crate::changes::{self, Facts, Operation};
use crate::db::sql_types::words;
use crate::db::{Conn, each};
use crate::delivery::postings;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::{moments, publications};
use crate::slugs;
use crate::timestamp::Timestamp;

/// The number of seconds after which a failed transition is retried.
const RETRY_AFTER: i64 = 60;

words! {
    /// The edge of a publication that a transition is about.
    pub enum Edge {
        /// A publication appears, or replaces another.
        Begin = "begin",
        /// A publication ends.
        End = "end",
    }
}

/// A transition that is due.
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

/// Deletes the scheduled transitions of publications.
///
/// # Errors
/// Returns database errors.
pub(super) fn cancel(conn: &mut Conn, publications: &[i64]) -> Result<()> {
    if publications.is_empty() {
        return Ok(());
    }
    let old = moments::table.filter(moments::publication_id.eq_any(publications.to_vec()));
    each!(conn, diesel::delete(old).execute(conn))?;
    Ok(())
}

/// Schedules the transitions after `now` of the publications of one language.
///
/// # Errors
/// Returns database errors.
pub(super) fn schedule(conn: &mut Conn, rows: &[PublicationRow], now: Timestamp) -> Result<()> {
    let replaced_at = rows.iter().find_map(|row| row.replaces_at);
    let mut new = Vec::new();
    for row in rows {
        let mut edges = row.span().edges();
        let begin = edges.next().map(|at| (Edge::Begin, at));
        // A publication that is replaced when it ends has no end transition of its own.
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
    if !new.is_empty() {
        let new = diesel::insert_into(moments::table).values(new);
        each!(conn, new.execute(conn))?;
    }
    Ok(())
}

/// Selects the transitions that are due at `now`, in order.
#[diesel::dsl::auto_type(no_type_alias)]
fn due(now: Timestamp) -> _ {
    moments::table
        .inner_join(publications::table)
        .filter(moments::at.le(now))
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
}

/// Returns the time of the next transition to apply or retry, which may be in the past.
///
/// # Errors
/// Returns database errors.
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

/// Applies the transitions of one language of a post that are due at `now`. Every write to the language does this
/// first.
///
/// # Errors
/// Returns database errors.
pub fn apply_due(conn: &mut Conn, post: Id, lang: &Lang, now: Timestamp) -> Result<()> {
    let its = due(now).filter(in_translation(post, lang));
    let come: Vec<Transition> = each!(conn, its.load(conn))?;
    come.into_iter().try_for_each(|one| apply(conn, one, now))
}

/// The numbers of transitions that were applied and that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// The number of transitions that were recorded in the log.
    pub applied: usize,
    /// The number of transitions that failed and will be retried.
    pub failed: usize,
}

/// Applies at most `most` transitions that are due at `now`, in order. If one fails, all transitions of its language
/// are postponed by a minute, and the others are applied.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database is unavailable or busy, and [`Error::Unwritable`] if it accepts no
/// writes, because other transitions would fail too.
pub fn apply_all_due(conn: &mut Conn, now: Timestamp, most: usize) -> Result<Applied> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let due = due(now).filter(moments::retry_at.is_null().or(moments::retry_at.le(now)));
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
            Err(error @ (Error::Unavailable(_) | Error::Unwritable(..))) => return Err(error),
            Err(error) => {
                let (post, lang) = &whose;
                log::error!(
                    "the {edge:?} of post {post} in {lang} at {at} could not be written to the log: {error}"
                );
                postpone(conn, *post, lang, now.plus_seconds(RETRY_AFTER))?;
                applied.failed += 1;
                failed.push(whose);
            }
        }
    }
    Ok(applied)
}

/// Postpones the transitions of one language until `until`.
fn postpone(conn: &mut Conn, post: Id, lang: &Lang, until: Timestamp) -> Result<()> {
    let its = publications::table
        .filter(in_translation(post, lang))
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
        replace(conn, &transition)?;
    }
    let operation = match transition.edge {
        Edge::Begin => Operation::Publish,
        Edge::End => Operation::Unpublish,
    };
    let (by, facts) = (
        By::new(Actor::Clock, now),
        Facts::none().with("at", transition.at),
    );
    let kind = Kind::Publication;
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

/// Ends redirects to former owners of the slugs that the post now holds publicly, and logs each loss for the former
/// owner.
///
/// # Errors
/// Returns the same errors as [`By::require`], and database errors.
pub fn log_lost_slugs(conn: &mut Conn, by: By, post: Id, lang: &Lang) -> Result<()> {
    by.require(Access::Editors)?;
    for (slug, former) in slugs::drop_superseded_redirects(conn, owner(post, lang), by.at)? {
        let facts = Facts::none().with("lost_slug", slug).with("to", post);
        let (kind, operation) = (Kind::Post, Operation::Update);
        changes::append_in(conn, by, kind, former, lang, operation, facts)?;
    }
    Ok(())
}

/// Deletes the replaced publication.
fn replace(conn: &mut Conn, transition: &Transition) -> Result<()> {
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
