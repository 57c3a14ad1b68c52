//! Changes the times of a publication without changing its text.

use diesel::prelude::*;

use super::current::current;
use super::rows::{earlier, in_translation, owner, set_end};
use super::store::follow_up;
use super::transitions;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::publications;
use crate::slugs;
use crate::timestamp::Timestamp;

/// New times for a current publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retiming {
    /// The time from which the publication is public.
    pub published_at: Timestamp,
    /// The time at which the publication ends, unless a replacement takes over earlier.
    pub unpublish_at: Option<Timestamp>,
    /// The time at which a new text was last published.
    pub updated_at: Timestamp,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
}

/// Changes the times of the current publication. Its text and its replacement are kept.
///
/// # Errors
/// Returns database errors.
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
    // A publication that is not live is published anew, and counts as republished if the language was public before. A
    // new date alone is not an update.
    let is_live = before.as_ref().is_some_and(|before| before.is_live(now));
    let is_new = !is_live && before.is_some_and(|before| before.updated_at != times.updated_at);
    let again = if is_new {
        Some(slugs::was_public(conn, owner(post_id, lang), now)?)
    } else {
        None
    };
    let present = (
        again.map(|again| publications::republished.eq(again)),
        publications::published_at.eq(times.published_at),
        publications::unpublish_at.eq(end),
        publications::updated_at.eq(times.updated_at),
        publications::time_zone.eq(&times.time_zone),
    );
    // The waiting replacement takes over the new date, which is not an update either.
    let next = (
        publications::published_at.eq(times.published_at),
        publications::replaced_unpublish_at.eq(times.unpublish_at),
    );
    each!(conn, {
        let row = publications::table
            .filter(in_translation(post_id, lang).and(publications::replaces_at.is_null()));
        diesel::update(row).set(present).execute(conn)?;
        let row = publications::table
            .filter(in_translation(post_id, lang).and(publications::replaces_at.is_not_null()));
        diesel::update(row).set(next).execute(conn)?;
    });
    follow_up(conn, (post_id, lang), None, now).map(drop)
}

/// New times for a waiting replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postponement {
    /// The time at which it replaces the current publication.
    pub replaces_at: Timestamp,
    /// The time at which it ends.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
}

/// Changes the times of the waiting replacement. The current publication ends no later than the replacement begins.
///
/// # Errors
/// Returns database errors.
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
        .filter(in_translation(post_id, lang))
        .filter(publications::replaces_at.is_not_null());
    each!(conn, diesel::update(waiting).set(set).execute(conn))?;
    set_end(conn, post_id, lang, earlier(former, times.replaces_at))?;
    follow_up(conn, (post_id, lang), None, now).map(drop)
}
