//! Instants: UTC, milliseconds, written as RFC 3339 with `Z`.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{AnyOfBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::db::sql_types;

/// Milliseconds since 1970-01-01T00:00:00Z. Rounded here and nowhere else: the databases would round differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Instant)]
pub struct Timestamp(i64);

/// The last instant that is accepted: the end of the year 9999, what RFC 3339 can write.
const LATEST: i64 = 253_402_300_799_999;
/// The first instant that is accepted: the start of the year 0001.
const EARLIEST: i64 = -62_135_596_800_000;

impl Timestamp {
    /// From milliseconds since 1970, held within the years 1 to 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(EARLIEST, LATEST))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The next instant there is: a millisecond later.
    pub fn next(self) -> Self {
        Self::from_millis(self.0.saturating_add(1))
    }

    /// This instant and `seconds` more.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant =
            jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{instant:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = &'static str;

    /// RFC 3339 with a zone (`Z` or an offset).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| EXPECTED)?;
        let millis = instant.as_millisecond();
        if (EARLIEST..=LATEST).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(EXPECTED)
        }
    }
}

const EXPECTED: &str = "must be an RFC 3339 instant with a zone, such as 2026-05-01T08:00:00Z";

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "An instant, RFC 3339 with a zone; answers are in UTC with milliseconds.",
            ))
            .examples(["2026-05-01T08:00:00.000Z"])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

/// An instant, or a date that stands for its first instant in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstantOrDate(pub Timestamp);

impl FromStr for InstantOrDate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let midnight = || format!("{text}T00:00:00Z").parse();
        let is_date = text.len() == DATE_LENGTH;
        let instant = if is_date { midnight() } else { text.parse() };
        instant.map(Self).map_err(|_| EXPECTED_EITHER)
    }
}

const DATE_LENGTH: usize = "2026-05-01".len();
const EXPECTED_EITHER: &str = "must be a date, such as 2026-05-01, or an RFC 3339 instant with a zone, such as 2026-05-01T08:00:00Z";

impl<'de> Deserialize<'de> for InstantOrDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for InstantOrDate {
    fn schema() -> RefOr<Schema> {
        let text = |format| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(format)))
        };
        AnyOfBuilder::new()
            .item(text(KnownFormat::DateTime))
            .item(text(KnownFormat::Date))
            .description(Some(
                "An RFC 3339 instant with a zone, or a date, which is its first instant in UTC.",
            ))
            .examples(["2026-05-01", "2026-05-01T08:00:00Z"])
            .into()
    }
}

impl utoipa::ToSchema for InstantOrDate {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn instants_are_written_in_utc_with_milliseconds() {
        let instant: Timestamp = "2026-05-01T10:00:00.1239+02:00".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-05-01T08:00:00.123Z");
        assert_eq!(
            Timestamp::from_millis(0).to_string(),
            "1970-01-01T00:00:00.000Z"
        );
    }

    #[test]
    fn an_instant_without_a_zone_is_refused() {
        assert!("2026-05-01T10:00:00".parse::<Timestamp>().is_err());
        assert!("2026-05-01".parse::<Timestamp>().is_err());
    }

    #[test]
    fn a_date_is_its_first_instant_in_utc() {
        let start = |text: &str| {
            text.parse::<InstantOrDate>()
                .map(|given| given.0.to_string())
        };
        assert_eq!(start("2026-05-01").unwrap(), "2026-05-01T00:00:00.000Z");
        assert_eq!(start("2026-05-01T02:00:00+02:00"), start("2026-05-01"));
        for bad in [
            "2026-02-30",
            "2026-5-1",
            "20260501",
            "yesterday",
            "2026-05-01T08:00:00",
            "",
        ] {
            assert!(start(bad).is_err(), "{bad}");
        }
    }
}
