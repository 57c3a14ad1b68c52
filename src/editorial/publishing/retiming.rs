//! Changing the times of a publication or of its planned replacement. The text stays.

use super::instants::instants;
use super::model::{Publication, PublicationPatch, ReplacementPatch};
use super::record;
use super::store::{no_publication, no_replacement, publication, published};
use super::times::ends_later;
use crate::changes::Operation;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::editorial::workflow::words::Action;
use crate::error::{Code, Error, Result};
use crate::patch::Patched;
use crate::publications::writing::store::{CurrentPublication, Replacement};
use crate::publications::writing::times::{self, Postponement, Retiming};
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Changes the times of a publication. Its text and its planned replacement stay.
///
/// # Errors
/// Returns the same errors as [`super::publish::publish`]; [`Error::Missing`] if there is no publication;
/// `already_live` if the change would postpone a publication that is live or has a planned replacement;
/// [`Error::Invalid`] if a time is no instant in its time zone.
pub fn retime(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    patch: PublicationPatch,
) -> Result<Publication> {
    let found = published(conn, by, id, seen)?;
    let before = found.current(by).ok_or_else(|| no_publication(id))?;
    let times = patched(&before, patch, by.at)?;
    let operation = operation(&before, &times, by.at);
    let was_to_come = before.published_at > by.at;
    if operation == Operation::Publish || operation == Operation::Schedule && !was_to_come {
        found.guard(by, Action::Publish)?;
    }
    let after = times::retime(conn, found.publications.clone(), &times, by.at)?;
    let change = record::Change::new(after, operation);
    publication(&record::if_changed(conn, by, found, change)?, by)
}

/// Returns the operation that the change log records.
fn operation(before: &CurrentPublication, times: &Retiming, now: Timestamp) -> Operation {
    let is_over = times.unpublish_at.is_some_and(|at| at <= now);
    match before.is_live(now) || is_over {
        _ if times.published_at > now => Operation::Schedule,
        true => Operation::Update,
        false => Operation::Publish,
    }
}

fn patched(
    before: &CurrentPublication,
    patch: PublicationPatch,
    now: Timestamp,
) -> Result<Retiming> {
    let time_zone = patch.time_zone.unwrap_or(before.time_zone.clone());
    let ending = patch.unpublish_at.flatten();
    let (starting, ending) = instants(patch.publish_at, ending, time_zone.as_deref())?;
    let is_live = before.is_live(now);
    if starting.is_some_and(|at| at > now) && (is_live || before.replacement.is_some()) {
        let detail = "this language is live or has a planned replacement, so a date in the future would take it down until then; \
                      PUT schedules a replacement instead";
        return Err(Error::conflict_at("/publish_at", Code::AlreadyLive, detail));
    }
    let begin = starting.unwrap_or(before.published_at);
    let ending = patch.unpublish_at.map(|_| ending);
    let end = end(before.unpublish_at, ending, begin, now)?;
    // Changing the date of a live text does not publish it again, and neither do the times that it has.
    let is_same = begin == before.published_at && end == before.unpublish_at;
    let is_new = starting.is_some() && !is_live && !is_same;
    Ok(Retiming {
        published_at: begin,
        unpublish_at: end,
        updated_at: match is_new {
            true => begin.max(now),
            false => before.updated_at.max(begin),
        },
        time_zone,
    })
}

/// Changes the times of a planned replacement.
///
/// # Errors
/// Returns [`Error::Missing`] if none is planned; [`Error::Stale`] if `seen` does not match the current version;
/// [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`; [`Error::Invalid`] if it would start in the
/// past, or end before it starts, or if a time is no instant in its time zone.
pub fn retime_replacement(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    patch: ReplacementPatch,
) -> Result<Publication> {
    let found = published(conn, by, id, seen)?;
    let before = found.current(by);
    let next = before.and_then(|before| before.replacement);
    let times = postponed(&next.ok_or_else(no_replacement)?, patch, by.at)?;
    let after = times::postpone(conn, found.publications.clone(), &times, by.at)?;
    let change = record::Change::new(after, Operation::Schedule);
    publication(&record::if_changed(conn, by, found, change)?, by)
}

fn postponed(next: &Replacement, patch: ReplacementPatch, now: Timestamp) -> Result<Postponement> {
    let time_zone = patch.time_zone.unwrap_or(next.time_zone.clone());
    let ending = patch.unpublish_at.flatten();
    let (starting, ending) = instants(patch.publish_at, ending, time_zone.as_deref())?;
    let begin = starting.unwrap_or(next.replaces_at);
    if begin <= now {
        let detail =
            "must be in the future; to publish now, PUT the publication without publish_at";
        return Err(Error::invalid("/publish_at", "too_early", detail));
    }
    Ok(Postponement {
        replaces_at: begin,
        unpublish_at: end(
            next.unpublish_at,
            patch.unpublish_at.map(|_| ending),
            begin,
            now,
        )?,
        time_zone,
    })
}

/// Returns the end of the publication: the given one, which must be in the future, or else the existing one. Refuses
/// an end that is not later than `begin`.
fn end(
    was: Option<Timestamp>,
    given: Patched<Timestamp>,
    begin: Timestamp,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let end = match given {
        Some(end) => {
            ends_later(end, begin.max(now))?;
            end
        }
        None => was,
    };
    if end.is_some_and(|end| end <= begin) {
        let detail = "must be earlier than unpublish_at; change both, or send null for no end";
        return Err(Error::invalid("/publish_at", "too_late", detail));
    }
    Ok(end)
}
