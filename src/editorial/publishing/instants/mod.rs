//! The instants of times in requests. Clocks that are set forward skip times, and clocks that are set back show times twice;
//! such times are refused unless an offset makes them definite.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::editorial::publishing::local_time::{is_written_exactly, offset, written_offset};
use crate::editorial::publishing::planned_time::PlannedTime;
use crate::editorial::publishing::zone;
use crate::error::{self, Error, Fault};
use crate::timestamp::Timestamp;
use crate::written_time::{BEYOND, EPOCH, WrittenOffset};

/// The rule that a time breaks.
pub struct BrokenRule {
    /// The code of the error.
    pub code: &'static str,
    /// The message, which says what to send.
    pub detail: String,
}

/// The code of the error for a time on clocks of an unknown time zone.
pub(in crate::editorial::publishing) const NEEDS_TIME_ZONE: &str = "needs_time_zone";

/// Returns the instants of `publish_at` and `unpublish_at` in the named time zone.
///
/// # Errors
/// Returns [`Error::Invalid`] with the faults of both if they are not instants in this zone.
pub(in crate::editorial::publishing) fn instants(
    begin: Option<PlannedTime>,
    end: Option<PlannedTime>,
    zone: Option<&str>,
) -> error::Result<(Option<Timestamp>, Option<Timestamp>)> {
    let zone = zone.and_then(zone::find);
    let mut faults = Vec::new();
    let mut instant = |pointer: &str, time: Option<PlannedTime>| {
        let found = time?.instant(zone.as_ref());
        found
            .map_err(|rule| faults.push(Fault::pointer(pointer, rule.code, rule.detail)))
            .ok()
    };
    let found = (instant("/publish_at", begin), instant("/unpublish_at", end));
    match faults.is_empty() {
        true => Ok(found),
        false => Err(Error::Invalid(faults)),
    }
}

impl PlannedTime {
    /// Returns the instant. A local offset must be one that the time zone has at that time; UTC goes with every time zone.
    ///
    /// # Errors
    /// Returns the rule that the time breaks: `needs_time_zone`, `wrong_offset`, `no_such_time`, `ambiguous_time` or
    /// `wrong_format`.
    pub fn instant(self, zone: Option<&TimeZone>) -> Result<Timestamp, BrokenRule> {
        match (self.offset, zone) {
            (Some(offset @ WrittenOffset::Utc), _) | (Some(offset), None) => {
                self.at_offset(offset.seconds())
            }
            (Some(WrittenOffset::Local(given)), Some(zone)) => self.with_offset_of(zone, given),
            (None, Some(zone)) => self.on_clocks_of(zone),
            (None, None) => Err(BrokenRule {
                code: NEEDS_TIME_ZONE,
                detail: "must have an offset, such as 2026-05-01T10:00:00+02:00, or come with time_zone, such as Europe/Paris".into(),
            }),
        }
    }

    fn with_offset_of(self, zone: &TimeZone, given: i64) -> Result<Timestamp, BrokenRule> {
        let offsets = self.offsets(zone)?;
        match offsets.contains(&given) {
            true => self.at_offset(given),
            false => Err(self.wrong_offset(zone, &offsets, given)),
        }
    }

    fn on_clocks_of(self, zone: &TimeZone) -> Result<Timestamp, BrokenRule> {
        match self.offsets(zone)?.as_slice() {
            [offset] => self.at_offset(*offset),
            offsets => Err(BrokenRule {
                code: "ambiguous_time",
                detail: format!(
                    "exists twice in {}: send {}",
                    name(zone),
                    self.choices(offsets)
                ),
            }),
        }
    }

    fn at_offset(self, seconds: i64) -> Result<Timestamp, BrokenRule> {
        Timestamp::on_clock(self.clock, seconds).ok_or_else(|| BrokenRule {
            code: "wrong_format",
            detail: BEYOND.into(),
        })
    }

    /// Returns the offsets with which the clocks of a time zone show this time: one or, if they are set back, two.
    ///
    /// # Errors
    /// Returns `inexact_offset` if one of the offsets has seconds, which no response could show; `no_such_time` if the
    /// clocks skip this time.
    fn offsets(self, zone: &TimeZone) -> Result<Vec<i64>, BrokenRule> {
        let found = zone.to_ambiguous_timestamp(clock(self.clock)).offset();
        let (before, after) = match found {
            AmbiguousOffset::Unambiguous { offset } => (offset, offset),
            AmbiguousOffset::Fold { before, after } | AmbiguousOffset::Gap { before, after } => {
                (before, after)
            }
        };
        let (before, after) = (before.seconds().into(), after.seconds().into());
        if !is_written_exactly(before) || !is_written_exactly(after) {
            return Err(self.inexact(zone, before));
        }
        match found {
            AmbiguousOffset::Unambiguous { .. } => Ok(vec![before]),
            AmbiguousOffset::Fold { .. } => Ok(vec![before, after]),
            AmbiguousOffset::Gap { .. } => Err(self.skipped(zone, before, after)),
        }
    }

    fn inexact(self, zone: &TimeZone, offset: i64) -> BrokenRule {
        let utc = Timestamp::on_clock(self.clock, offset);
        let utc = utc.map(|at| format!(", {at}")).unwrap_or_default();
        let detail = format!(
            "must be in UTC{utc}: the clocks of {} then differed from UTC by minutes and seconds, and offsets have no seconds",
            name(zone)
        );
        BrokenRule {
            code: "inexact_offset",
            detail,
        }
    }

    fn skipped(self, zone: &TimeZone, before: i64, after: i64) -> BrokenRule {
        let name = name(zone);
        let detail = match self.end_of_gap(zone, after) {
            Some(end) => format!(
                "does not exist in {name}, because clocks are set forward: send {} or earlier, or {} or later",
                written(end - 1000, before),
                written(end, after)
            ),
            None => format!("does not exist in {name}, because clocks are set forward"),
        };
        BrokenRule {
            code: "no_such_time",
            detail,
        }
    }

    /// Returns the instant at which clocks skip this time, in milliseconds since 1970 in UTC. `after` is their next offset.
    fn end_of_gap(self, zone: &TimeZone, after: i64) -> Option<i64> {
        let earlier = jiff::Timestamp::from_millisecond(self.clock - after * 1000).ok()?;
        let mut transitions = zone.following(earlier);
        let transition = transitions.find(|next| i64::from(next.offset().seconds()) == after);
        transition.map(|transition| transition.timestamp().as_millisecond())
    }

    fn wrong_offset(self, zone: &TimeZone, offsets: &[i64], given: i64) -> BrokenRule {
        let held: Vec<String> = offsets.iter().map(|held| written_offset(*held)).collect();
        let sent = Timestamp::on_clock(self.clock, given);
        let sent = sent.map(|at| match offset(zone, at) {
            held if is_written_exactly(held) => written(at.millis(), held),
            _ => at.to_string(),
        });
        BrokenRule {
            code: "wrong_offset",
            detail: format!(
                "must have the offset of {} at that time, {}: send {}; the instant that was sent is {} there",
                name(zone),
                held.join(" or "),
                self.choices(offsets),
                sent.unwrap_or_default()
            ),
        }
    }

    fn choices(self, offsets: &[i64]) -> String {
        let choices = offsets
            .iter()
            .map(|offset| written(self.clock - offset * 1000, *offset));
        choices.collect::<Vec<_>>().join(" or ")
    }
}

/// Writes an instant with an offset.
fn written(millis: i64, offset: i64) -> String {
    let clock = clock(millis + offset * 1000);
    format!("{clock}{}", written_offset(offset))
}

/// Returns the date and time of a clock, given the milliseconds since 1970 on it.
fn clock(millis: i64) -> DateTime {
    EPOCH.saturating_add(SignedDuration::from_millis(millis))
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("this time zone")
}

#[cfg(test)]
mod tests;
