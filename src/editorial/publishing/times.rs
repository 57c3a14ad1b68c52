//! The times at which a publication begins, replaces another and ends.

use super::instants::{NEEDS_TIME_ZONE, instants};
use super::model::NewPublication;
use super::planned_time::PlannedTime;
use crate::error::{Error, Fault, Result};
use crate::publications::writing::store::CurrentPublication;
use crate::timestamp::Timestamp;

/// The times of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// The start of the publication.
    pub begin: Timestamp,
    /// The time at which it replaces the live publication; `None` if it replaces none.
    pub replaces: Option<Timestamp>,
    /// The end of the publication; `None` if it has none.
    pub end: Option<Timestamp>,
    /// The time at which the text becomes public, never before `begin`.
    pub updated: Timestamp,
    /// The IANA time zone in which the editor gave the times.
    pub zone: Option<String>,
}

/// Returns the times of a new publication, given the one before it.
///
/// # Errors
/// Returns [`Error::Invalid`] if it would end before it starts, or in the past, or if a time is no instant in its time
/// zone.
pub(super) fn times(
    new: &NewPublication,
    before: Option<&CurrentPublication>,
    now: Timestamp,
) -> Result<Times> {
    let zone = new.time_zone.as_deref();
    if zone.is_none() {
        check_not_local(new, before)?;
    }
    let (given, end) = instants(new.publish_at, new.unpublish_at, zone)?;
    let live = before.filter(|before| before.is_live(now));
    let replaces = live.and(given).filter(|at| *at > now);
    // A correction is no news: a replacement, or a live text that is published again, keeps its date.
    let begin = match (live, replaces) {
        (Some(live), Some(_)) => live.published_at,
        _ => given.unwrap_or_else(|| live.map_or(now, |live| live.published_at)),
    };
    let updated = now.max(replaces.unwrap_or(begin));
    ends_later(end, updated)?;
    // A request without times keeps the date, and with it the time zone.
    let kept = live.filter(|_| given.is_none() && end.is_none());
    let zone = zone.or_else(|| kept.and_then(|live| live.time_zone.as_deref()));
    Ok(Times {
        begin,
        replaces,
        end,
        updated,
        zone: zone.map(str::to_owned),
    })
}

/// Refuses times without an offset if the request has no time zone but the publication has: `PUT` does not keep it.
fn check_not_local(new: &NewPublication, before: Option<&CurrentPublication>) -> Result<()> {
    let next = before.and_then(|before| before.replacement.as_ref()?.time_zone.as_ref());
    let own = before.and_then(|before| before.time_zone.as_ref());
    let Some(stored) = next.or(own) else {
        return Ok(());
    };
    let times = [
        ("/publish_at", new.publish_at),
        ("/unpublish_at", new.unpublish_at),
    ];
    let is_local = |time: PlannedTime| time.offset.is_none();
    let local = times
        .into_iter()
        .filter(|(_, time)| time.is_some_and(is_local));
    let fault = |(pointer, _): (&str, _)| {
        let detail = format!(
            "must have an offset, or come with `time_zone`: the publication has {stored}, and `PUT` needs it again"
        );
        Fault::pointer(pointer, NEEDS_TIME_ZONE, detail)
    };
    let faults: Vec<Fault> = local.map(fault).collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(faults)),
    }
}

/// Refuses an end that is not later than this instant.
///
/// # Errors
/// Returns [`Error::Invalid`] for an end that is not later.
pub(super) fn ends_later(end: Option<Timestamp>, than: Timestamp) -> Result<()> {
    match end {
        Some(end) if end <= than => Err(Error::invalid(
            "/unpublish_at",
            "too_early",
            "must be later than publish_at and in the future",
        )),
        _ => Ok(()),
    }
}
