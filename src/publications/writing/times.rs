//! Other times for what is public, or to be; the text stays.

use diesel::prelude::*;

use super::store::{current, earlier, follow_up, owner, set_end};
use super::transitions;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::publications;
use crate::slugs;
use crate::timestamp::Timestamp;

/// Other times for a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retiming {
    /// From when on.
    pub published_at: Timestamp,
    /// Until when, if nothing takes its place before.
    pub unpublish_at: Option<Timestamp>,
    /// When the text was last published.
    pub updated_at: Timestamp,
    /// The IANA zone the editor meant.
    pub time_zone: Option<String>,
}

/// Gives what stands other times; its text, and what will take its place, stay.
///
/// # Errors
/// What the database reports.
pub fn retime(
    conn: &mut Conn,
    (post_id, lang): (Id, &Lang),
    times: &Retiming,
    now: Timestamp,
) -> Result<()> {
    transitions::apply_due(conn, post_id, lang, now)?;
    let before = current(conn, post_id, lang, now)?;
    let replaces_at = before
        .as_ref()
        .and_then(|before| before.replacement.as_ref())
        .map(|next| next.replaces_at);
    let end = match replaces_at {
        Some(at) => earlier(times.unpublish_at, at),
        None => times.unpublish_at,
    };
    // What is not live is published by it, and again if the world has seen the language; another date alone is no news.
    let is_live = before.as_ref().is_some_and(|before| before.is_live(now));
    let is_new = !is_live && before.is_some_and(|before| before.updated_at != times.updated_at);
    let again = match is_new {
        true => Some(slugs::was_public(conn, owner(post_id, lang), now)?),
        false => None,
    };
    let present = (
        again.map(|again| publications::republished.eq(again)),
        publications::published_at.eq(times.published_at),
        publications::unpublish_at.eq(end),
        publications::updated_at.eq(times.updated_at),
        publications::time_zone.eq(&times.time_zone),
    );
    // A correction is no news: it keeps the date.
    let next = (
        publications::published_at.eq(times.published_at),
        publications::replaced_unpublish_at.eq(times.unpublish_at),
    );
    let key = publications::post_id
        .eq(post_id)
        .and(publications::lang.eq(lang));
    each!(conn, {
        let row = publications::table.filter(key.and(publications::replaces_at.is_null()));
        diesel::update(row).set(present).execute(conn)?;
        let row = publications::table.filter(key.and(publications::replaces_at.is_not_null()));
        diesel::update(row).set(next).execute(conn)?;
    });
    follow_up(conn, (post_id, lang), None, now).map(drop)
}

/// Other times for what will take a publication's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postponement {
    /// From when on.
    pub replaces_at: Timestamp,
    /// Until when.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone the editor meant.
    pub time_zone: Option<String>,
}

/// Gives what will take a publication's place other times; what is there until then ends no later.
///
/// # Errors
/// What the database reports.
pub fn postpone(
    conn: &mut Conn,
    (post_id, lang): (Id, &Lang),
    times: &Postponement,
    now: Timestamp,
) -> Result<()> {
    transitions::apply_due(conn, post_id, lang, now)?;
    let former = current(conn, post_id, lang, now)?.and_then(|before| before.unpublish_at);
    let set = (
        publications::replaces_at.eq(times.replaces_at),
        publications::unpublish_at.eq(times.unpublish_at),
        publications::updated_at.eq(times.replaces_at),
        publications::time_zone.eq(&times.time_zone),
    );
    let waiting = publications::table
        .filter(
            publications::post_id
                .eq(post_id)
                .and(publications::lang.eq(lang)),
        )
        .filter(publications::replaces_at.is_not_null());
    each!(conn, diesel::update(waiting).set(set).execute(conn))?;
    set_end(conn, post_id, lang, earlier(former, times.replaces_at))?;
    follow_up(conn, (post_id, lang), None, now).map(drop)
}
