//! Times in requests: instants with an offset, or the time on the clocks of a time zone. Clocks that are set forward skip
//! times, and clocks that are set back show times twice; such times are refused unless an offset makes them definite.

use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use super::local_time::{offset, whole_minutes, written_offset};
use super::zone;
use crate::error::{self, Error, Fault};
use crate::timestamp::Timestamp;
use crate::written_time::{EPOCH, EXPECTED, PATTERN, WrittenOffset, WrittenTime};

/// A time in a request. It is an instant only together with the time zone of the publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTime {
    /// The date and time of day, in milliseconds since 1970 on the same clock.
    clock: i64,
    offset: Option<WrittenOffset>,
}

/// The rule that a time breaks.
pub struct BrokenRule {
    /// The code of the error.
    pub code: &'static str,
    /// The message, which says what to send.
    pub detail: String,
}

/// Returns the instants of `publish_at` and `unpublish_at` in the named time zone.
///
/// # Errors
/// [`Error::Invalid`] with the faults of both if they are not instants in this zone.
pub(super) fn instants(
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
    /// The rule that the time breaks: `needs_time_zone`, `wrong_offset`, `no_such_time`, `ambiguous_time` or `wrong_format`.
    pub fn instant(self, zone: Option<&TimeZone>) -> Result<Timestamp, BrokenRule> {
        match (self.offset, zone) {
            (Some(offset @ WrittenOffset::Utc), _) | (Some(offset), None) => {
                self.at_offset(offset.seconds())
            }
            (Some(WrittenOffset::Local(given)), Some(zone)) => self.with_offset_of(zone, given),
            (None, Some(zone)) => self.on_clocks_of(zone),
            (None, None) => Err(BrokenRule {
                code: "needs_time_zone",
                detail: "must have an offset, such as 2026-05-01T10:00:00+02:00, or come with time_zone, such as Europe/Paris".into(),
            }),
        }
    }

    fn with_offset_of(self, zone: &TimeZone, given: i64) -> Result<Timestamp, BrokenRule> {
        let offsets = self.offsets(zone)?;
        // A written offset has no seconds, but early local times differ from UTC by minutes and seconds.
        let alike = |offset: &&i64| whole_minutes(**offset) == whole_minutes(given);
        match offsets.iter().find(alike) {
            Some(offset) => self.at_offset(*offset),
            None => Err(self.wrong_offset(zone, &offsets, given)),
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
            detail: EXPECTED.into(),
        })
    }

    /// Returns the offsets with which the clocks of a time zone show this time: one or, if they are set back, two.
    ///
    /// # Errors
    /// `no_such_time` if the clocks skip this time.
    fn offsets(self, zone: &TimeZone) -> Result<Vec<i64>, BrokenRule> {
        match zone.to_ambiguous_timestamp(clock(self.clock)).offset() {
            AmbiguousOffset::Unambiguous { offset } => Ok(vec![offset.seconds().into()]),
            AmbiguousOffset::Fold { before, after } => {
                Ok(vec![before.seconds().into(), after.seconds().into()])
            }
            AmbiguousOffset::Gap { before, after } => {
                let offsets = (before.seconds().into(), after.seconds().into());
                Err(self.skipped(zone, offsets))
            }
        }
    }

    fn skipped(self, zone: &TimeZone, (before, after): (i64, i64)) -> BrokenRule {
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
        let sent = sent.map(|at| written(at.millis(), offset(zone, at)));
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

impl FromStr for PlannedTime {
    type Err = &'static str;

    /// Parses a date and time according to RFC 3339, with or without an offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = WrittenTime::read(text).ok_or(EXPECTED)?;
        let time = Self {
            clock: read.clock,
            offset: read.offset,
        };
        let seconds = read.offset.map_or(0, WrittenOffset::seconds);
        Timestamp::on_clock(read.clock, seconds).ok_or(EXPECTED)?;
        Ok(time)
    }
}

impl<'de> Deserialize<'de> for PlannedTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for PlannedTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .description(Some(
                "A time according to RFC 3339: with an offset from UTC, or the time on the clocks of `time_zone` without one. \
                 An offset must be the one that `time_zone` has at that time; `Z` goes with every time zone. A time without an \
                 offset may leave out the seconds. A time that the clocks skip, or show twice, is a 422 that says what to send.",
            ))
            .examples([
                "2035-05-15T09:00:00",
                "2035-05-15T09:00:00+02:00",
                "2035-05-15T07:00:00Z",
            ])
            .into()
    }
}

impl utoipa::ToSchema for PlannedTime {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn resolve(time: &str, zone: &str) -> Result<String, (&'static str, String)> {
        let zone = zone::find(zone);
        let instant = time.parse::<PlannedTime>().unwrap().instant(zone.as_ref());
        let instant = instant.map(|at| at.to_string().replace(".000Z", "Z"));
        instant.map_err(|rule| (rule.code, rule.detail))
    }

    #[test]
    fn a_time_is_an_instant_in_its_time_zone() {
        for (time, zone, instant) in [
            ("2027-07-01T09:00", "Europe/Paris", "2027-07-01T07:00:00Z"),
            (
                "2027-07-01T09:00:00+02:00",
                "Europe/Paris",
                "2027-07-01T07:00:00Z",
            ),
            (
                "2027-07-01T09:00:00Z",
                "Europe/Paris",
                "2027-07-01T09:00:00Z",
            ),
            (
                "2027-07-01T09:00:00-00:00",
                "Europe/Paris",
                "2027-07-01T09:00:00Z",
            ),
            (
                "2027-01-01T09:00:00+00:00",
                "Europe/London",
                "2027-01-01T09:00:00Z",
            ),
            ("2027-07-01T09:00:00+05:00", "", "2027-07-01T04:00:00Z"),
            (
                "2027-03-28T01:59:59",
                "Europe/Paris",
                "2027-03-28T00:59:59Z",
            ),
            (
                "2027-03-28T03:00:00",
                "Europe/Paris",
                "2027-03-28T01:00:00Z",
            ),
            (
                "2027-10-31T02:30:00+02:00",
                "Europe/Paris",
                "2027-10-31T00:30:00Z",
            ),
            (
                "2027-10-31T02:30:00+01:00",
                "Europe/Paris",
                "2027-10-31T01:30:00Z",
            ),
            (
                "2027-04-04T01:45:00+11:00",
                "Australia/Lord_Howe",
                "2027-04-03T14:45:00Z",
            ),
            (
                "2027-04-04T01:45:00+10:30",
                "Australia/Lord_Howe",
                "2027-04-03T15:15:00Z",
            ),
            (
                "1900-01-01T12:09:21+00:09",
                "Europe/Paris",
                "1900-01-01T12:00:00Z",
            ),
            ("9999-12-31T20:00:00", "Asia/Tokyo", "9999-12-31T11:00:00Z"),
        ] {
            assert_eq!(resolve(time, zone).unwrap(), instant, "{time} {zone}");
        }
    }

    #[test]
    fn other_times_are_refused_with_the_right_ones() {
        for (time, zone, code, right) in [
            (
                "2027-07-01T09:00:00+01:00",
                "Europe/Paris",
                "wrong_offset",
                "+02:00: send 2027-07-01T09:00:00+02:00; the instant that was sent is 2027-07-01T10:00:00+02:00 there",
            ),
            (
                "2027-10-31T02:30:00+00:00",
                "Europe/Paris",
                "wrong_offset",
                "+02:00 or +01:00: send 2027-10-31T02:30:00+02:00 or 2027-10-31T02:30:00+01:00; \
                 the instant that was sent is 2027-10-31T03:30:00+01:00 there",
            ),
            (
                "2027-03-28T02:30:00",
                "Europe/Paris",
                "no_such_time",
                "send 2027-03-28T01:59:59+01:00 or earlier, or 2027-03-28T03:00:00+02:00 or later",
            ),
            (
                "2027-03-28T02:30:00+01:00",
                "Europe/Paris",
                "no_such_time",
                "send 2027-03-28T01:59:59+01:00 or earlier, or 2027-03-28T03:00:00+02:00 or later",
            ),
            (
                "2027-03-14T02:00",
                "America/New_York",
                "no_such_time",
                "send 2027-03-14T01:59:59-05:00 or earlier, or 2027-03-14T03:00:00-04:00 or later",
            ),
            (
                "2027-10-03T02:15:00",
                "Australia/Lord_Howe",
                "no_such_time",
                "send 2027-10-03T01:59:59+10:30 or earlier, or 2027-10-03T02:30:00+11:00 or later",
            ),
            (
                "2011-12-30T12:00:00",
                "Pacific/Apia",
                "no_such_time",
                "send 2011-12-29T23:59:59-10:00 or earlier, or 2011-12-31T00:00:00+14:00 or later",
            ),
            (
                "2027-11-07T01:00:00",
                "America/New_York",
                "ambiguous_time",
                "send 2027-11-07T01:00:00-04:00 or 2027-11-07T01:00:00-05:00",
            ),
            (
                "2027-04-04T01:45:00.5",
                "Australia/Lord_Howe",
                "ambiguous_time",
                "send 2027-04-04T01:45:00.5+11:00 or 2027-04-04T01:45:00.5+10:30",
            ),
            (
                "2027-07-01T09:00",
                "",
                "needs_time_zone",
                "such as Europe/Paris",
            ),
            (
                "9999-12-31T20:00:00",
                "America/New_York",
                "wrong_format",
                "",
            ),
        ] {
            let (found, detail) = resolve(time, zone).unwrap_err();
            assert_eq!(found, code, "{time} {zone}");
            assert!(
                detail.ends_with(right) || code == "wrong_format",
                "{detail}"
            );
        }
    }
}
