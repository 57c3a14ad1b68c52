//! Changes the times of a publication without changing its text.

use super::derived::{self, Rows};
use super::present::Publications;
use super::rows::earlier;
use crate::db::Conn;
use crate::error::Result;
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
    present: Publications,
    times: &Retiming,
    now: Timestamp,
) -> Result<Publications> {
    // A publication that is not live is published anew, and counts as republished if the language was public before. A
    // new date alone is not an update.
    let is_new = present
        .current(now)
        .is_some_and(|before| !before.is_live(now) && before.updated_at != times.updated_at);
    let replaced_at = present.rows.iter().find_map(|row| row.replaces_at);
    let mut rows = present.rows.clone();
    for row in &mut rows {
        row.published_at = times.published_at;
        row.may_represent = present.may_represent(times.published_at);
        if row.replaces_at.is_some() {
            // The waiting replacement takes over the new date, which is not an update either.
            row.replaced_unpublish_at = times.unpublish_at;
            continue;
        }
        row.unpublish_at = match replaced_at {
            Some(at) => Some(earlier(times.unpublish_at, at)),
            None => times.unpublish_at,
        };
        row.updated_at = times.updated_at;
        row.time_zone.clone_from(&times.time_zone);
        row.republished = if is_new {
            present.facts.was_public
        } else {
            row.republished
        };
    }
    let (kept, new) = (rows, None);
    derived::write(conn, present, Rows { kept, new }, now)
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
    present: Publications,
    times: &Postponement,
    now: Timestamp,
) -> Result<Publications> {
    let former_end = present.current(now).and_then(|before| before.unpublish_at);
    let mut rows = present.rows.clone();
    for row in &mut rows {
        if row.replaces_at.is_some() {
            row.replaces_at = Some(times.replaces_at);
            row.unpublish_at = times.unpublish_at;
            row.updated_at = times.replaces_at;
            row.time_zone.clone_from(&times.time_zone);
        } else {
            row.unpublish_at = Some(earlier(former_end, times.replaces_at));
        }
    }
    let (kept, new) = (rows, None);
    derived::write(conn, present, Rows { kept, new }, now)
}
