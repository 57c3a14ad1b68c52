//! Transitions: the times at which a publication appears, replaces another one or ends.
//!
//! The visibility of publications depends only on the current time. Applying a due transition records it in the change
//! log and deletes the replaced publication, in one transaction. The table `transitions` holds those that have
//! not been applied.

use diesel::prelude::*;

use super::rows::{PublicationRow, in_translation, mark_representatives};
use crate::changes::actor::{Access, Actor, By};
use crate::changes::{self, Facts, Operation};
use crate::db::sql_types::words;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::postings;
use crate::schema::{publications, transitions};
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

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

impl Transition {
    fn translation(&self) -> TranslationId {
        TranslationId::new(self.post, self.lang.clone())
    }
}

/// Schedules the transitions after `now` of the rows that one language has now, instead of those that it had. Of the latter,
/// only `kept` are still there.
///
/// # Errors
/// Returns database errors.
pub(super) fn reschedule(
    conn: &mut Conn,
    had: &[PublicationRow],
    has: &[PublicationRow],
    kept: &[i64],
    now: Timestamp,
) -> Result<()> {
    let (mut old, mut new) = (to_come(had, now), to_come(has, now));
    // Those of rows that are gone were deleted with them.
    old.retain(|(id, _, _)| kept.contains(id));
    if old == new {
        return Ok(());
    }
    if old.iter().all(|one| new.contains(one)) {
        new.retain(|one| !old.contains(one));
    } else {
        let all: Vec<i64> = old.iter().map(|one| one.0).collect();
        let outdated = transitions::table.filter(transitions::publication_id.eq_any(all));
        each!(conn, diesel::delete(outdated).execute(conn))?;
    }
    let new: Vec<_> = new
        .into_iter()
        .map(|(publication, edge, at)| {
            (
                transitions::publication_id.eq(publication),
                transitions::edge.eq(edge),
                transitions::at.eq(at),
            )
        })
        .collect();
    if !new.is_empty() {
        let new = diesel::insert_into(transitions::table).values(new);
        each!(conn, new.execute(conn))?;
    }
    Ok(())
}

/// The transitions after `now` of the rows of one language.
fn to_come(rows: &[PublicationRow], now: Timestamp) -> Vec<(i64, Edge, Timestamp)> {
    let replaced_at = rows.iter().find_map(|row| row.replaces_at);
    let mut found = Vec::new();
    for row in rows {
        let mut edges = row.span().edges();
        let begin = edges.next().map(|at| (row.id, Edge::Begin, at));
        // A publication that is replaced at its end does not end by itself.
        let is_replaced = |end: &Timestamp| row.replaces_at.is_none() && Some(*end) == replaced_at;
        let end = edges.next().filter(|end| !is_replaced(end));
        found.extend(begin);
        found.extend(end.map(|at| (row.id, Edge::End, at)));
    }
    found.retain(|(_, _, at)| *at > now);
    found
}

/// Selects the transitions that are due at `now`, in order.
#[diesel::dsl::auto_type(no_type_alias)]
fn due(now: Timestamp) -> _ {
    transitions::table
        .inner_join(publications::table)
        .filter(transitions::at.le(now))
        .order((transitions::at, transitions::id))
        .select((
            transitions::id,
            transitions::at,
            transitions::edge,
            transitions::publication_id,
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
    let untried = transitions::table
        .filter(transitions::retry_at.is_null())
        .order((transitions::at, transitions::id));
    let failed = transitions::table
        .filter(transitions::retry_at.is_not_null())
        .order(transitions::retry_at)
        .select(transitions::retry_at.assume_not_null());
    let (first, again): (Option<Timestamp>, Option<Timestamp>) = each!(
        conn,
        (
            untried.select(transitions::at).first(conn).optional()?,
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
pub fn apply_due(conn: &mut Conn, id: &TranslationId, now: Timestamp) -> Result<()> {
    let due = due(now).filter(in_translation(id));
    let due: Vec<Transition> = each!(conn, due.load(conn))?;
    due.into_iter().try_for_each(|one| apply(conn, one, now))
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
    let due = due(now).filter(
        transitions::retry_at
            .is_null()
            .or(transitions::retry_at.le(now)),
    );
    let due: Vec<Transition> = each!(conn, due.limit(most).load(conn))?;
    let mut applied = Applied::default();
    let mut failed: Vec<TranslationId> = Vec::new();
    for transition in due {
        let id = transition.translation();
        if failed.contains(&id) {
            applied.failed += 1;
            continue;
        }
        let (edge, at) = (transition.edge, transition.at);
        match conn.savepoint(|conn| apply(conn, transition, now)) {
            Ok(()) => applied.applied += 1,
            Err(
                error @ (Error::Unavailable(_) | Error::OutcomeUnknown(_) | Error::Unwritable(..)),
            ) => return Err(error),
            Err(error) => {
                log::error!(
                    "the {edge:?} of {id} at {at} could not be written to the log: {error}"
                );
                postpone(conn, &id, now.plus_seconds(RETRY_AFTER))?;
                applied.failed += 1;
                failed.push(id);
            }
        }
    }
    Ok(applied)
}

/// Postpones the transitions of one language until `until`.
fn postpone(conn: &mut Conn, id: &TranslationId, until: Timestamp) -> Result<()> {
    let rows = publications::table
        .filter(in_translation(id))
        .select(publications::id);
    let all = transitions::table.filter(transitions::publication_id.eq_any(rows));
    let set = transitions::retry_at.eq(until);
    each!(conn, diesel::update(all).set(set).execute(conn))?;
    Ok(())
}

fn apply(conn: &mut Conn, transition: Transition, now: Timestamp) -> Result<()> {
    each!(
        conn,
        diesel::delete(transitions::table.find(transition.id)).execute(conn)
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
    let id = transition.translation();
    changes::append_in(conn, by, Kind::Publication, &id, operation, facts)?;
    log_lost_slugs(conn, by, &id)
}

/// Ends redirects to former owners of the slugs that the post now holds publicly, and logs each loss for the former
/// owner.
///
/// # Errors
/// Returns the same errors as [`By::require`], and database errors.
pub fn log_lost_slugs(conn: &mut Conn, by: By, id: &TranslationId) -> Result<()> {
    by.require(Access::Editors)?;
    for (slug, former) in slugs::drop_superseded_redirects(conn, Owner::translation(id), by.at)? {
        let facts = Facts::none().with("lost_slug", slug).with("to", id.post);
        let loser = TranslationId::new(former, id.lang.clone());
        changes::append_in(conn, by, Kind::Post, &loser, Operation::Update, facts)?;
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
