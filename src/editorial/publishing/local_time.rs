//! Instants on the clocks of a time zone.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use super::zone;
use crate::timestamp::Timestamp;
use crate::written_time::EPOCH;

/// An instant on the clocks of a time zone, with their offset from UTC, according to RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LocalTime(String);

impl LocalTime {
    /// Returns the instant in the named time zone. Returns `None` without a time zone, if it is unknown, and if RFC 3339
    /// cannot express the year or the offset there.
    pub fn of(at: Timestamp, zone: Option<&str>) -> Option<Self> {
        let offset = offset(&zone::find(zone?)?, at);
        if !is_written_exactly(offset) {
            return None;
        }
        let since = SignedDuration::from_millis(at.millis() + offset * 1000);
        let clock = EPOCH.checked_add(since).ok();
        let clock = clock.filter(|clock| clock.year() >= 1)?;
        Some(Self(format!("{clock:.3}{}", written_offset(offset))))
    }
}

/// Returns the seconds by which the clocks of a time zone are ahead of UTC at an instant.
pub(super) fn offset(zone: &TimeZone, at: Timestamp) -> i64 {
    let at = jiff::Timestamp::from_millisecond(at.millis());
    zone.to_offset(at.unwrap_or(jiff::Timestamp::MAX))
        .seconds()
        .into()
}

/// Returns whether RFC 3339 can express an offset: it has no seconds. Clocks that showed the time of their own
/// meridian, before the time zones of the railways, differed from UTC by seconds, too.
pub(super) fn is_written_exactly(seconds: i64) -> bool {
    seconds % 60 == 0
}

/// Writes an offset of whole minutes.
pub(super) fn written_offset(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

impl utoipa::PartialSchema for LocalTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "An instant on the clocks of a time zone, with their offset from UTC (RFC 3339).",
            ))
            .examples(["2026-05-01T10:00:00.000+02:00"])
            .into()
    }
}

impl utoipa::ToSchema for LocalTime {}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(at: &str, zone: &str) -> Option<String> {
        let at = at.parse().ok()?;
        LocalTime::of(at, Some(zone)).map(|local| local.0)
    }

    #[test]
    fn an_instant_is_shown_on_the_clocks_of_its_zone() {
        for (at, zone, shown) in [
            (
                "2026-05-01T08:00:00Z",
                "Europe/Paris",
                "2026-05-01T10:00:00.000+02:00",
            ),
            (
                "2026-10-25T00:30:00Z",
                "Europe/Paris",
                "2026-10-25T02:30:00.000+02:00",
            ),
            (
                "2026-10-25T01:30:00Z",
                "Europe/Paris",
                "2026-10-25T02:30:00.000+01:00",
            ),
            (
                "2026-01-01T02:00:00Z",
                "America/St_Johns",
                "2025-12-31T22:30:00.000-03:30",
            ),
            (
                "2026-01-01T00:00:00Z",
                "Australia/Lord_Howe",
                "2026-01-01T11:00:00.000+11:00",
            ),
            (
                "2026-01-01T00:00:00.5Z",
                "UTC",
                "2026-01-01T00:00:00.500+00:00",
            ),
            (
                "1912-01-01T12:00:00Z",
                "Europe/Paris",
                "1912-01-01T12:00:00.000+00:00",
            ),
            (
                "9999-12-31T12:00:00Z",
                "America/New_York",
                "9999-12-31T07:00:00.000-05:00",
            ),
        ] {
            assert_eq!(local(at, zone).as_deref(), Some(shown), "{at} {zone}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_absent() {
        assert_eq!(local("9999-12-31T23:59:59Z", "Asia/Tokyo"), None);
        assert_eq!(local("1900-01-01T12:00:00Z", "Europe/Paris"), None);
        assert_eq!(local("0001-01-01T00:00:00Z", "America/New_York"), None);
        assert_eq!(local("2026-05-01T08:00:00Z", "Europe/Nowhere"), None);
    }
}
