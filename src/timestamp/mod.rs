//! Instants in UTC with millisecond precision, written according to RFC 3339 with `Z`.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{AnyOfBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::db::sql_types;
use crate::written_time::{EPOCH, WrittenTime};

/// An instant in milliseconds since 1970-01-01T00:00:00Z. Instants are rounded only here, because the databases would
/// round differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Instant)]
pub struct Timestamp(i64);

/// The latest instant: the end of the year 9999, which is the last year in RFC 3339.
const LATEST: i64 = 253_402_300_799_999;
/// The earliest instant: the start of the year 1.
const EARLIEST: i64 = -62_135_596_800_000;

impl Timestamp {
    /// Creates an instant from milliseconds since 1970, clamped to the years 1 to 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(EARLIEST, LATEST))
    }

    /// Returns the instant at which a clock shows `clock`, in milliseconds since 1970, if the clock is `offset` seconds
    /// ahead of UTC. Returns `None` for instants outside the years 1 to 9999.
    pub fn on_clock(clock: i64, offset: i64) -> Option<Self> {
        let millis = clock.checked_sub(offset.checked_mul(1000)?)?;
        (EARLIEST..=LATEST)
            .contains(&millis)
            .then_some(Self(millis))
    }

    /// Returns the milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Returns the next instant, one millisecond later.
    pub fn next(self) -> Self {
        Self::from_millis(self.0.saturating_add(1))
    }

    /// Returns the instant `seconds` later.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = SignedDuration::from_millis(self.0);
        write!(f, "{:.3}Z", EPOCH.saturating_add(since))
    }
}

impl FromStr for Timestamp {
    type Err = &'static str;

    /// Parses an RFC 3339 instant with a zone (`Z` or an offset).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Read::new(text).map(|read| read.at).ok_or(EXPECTED)
    }
}

/// A parsed instant, truncated to the millisecond.
struct Read {
    at: Timestamp,
    /// True if digits beyond the millisecond were dropped.
    is_cut: bool,
}

impl Read {
    /// Parses an instant according to RFC 3339 section 5.6, with any number of fractional digits.
    fn new(text: &str) -> Option<Self> {
        let read = WrittenTime::read(text).filter(|read| read.has_seconds)?;
        let at = Timestamp::on_clock(read.clock, read.offset?.seconds())?;
        // Leap seconds end a day in UTC (RFC 3339 section 5.7). Clocks of computers show the second before them twice.
        let ends_a_day = at.millis().rem_euclid(DAY) >= DAY - 1000;
        if read.is_leap && !ends_a_day {
            return None;
        }
        Some(Self {
            at,
            is_cut: read.is_cut,
        })
    }
}

/// The milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

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

/// The milliseconds from 1970 to 2000, which is the epoch of PostgreSQL.
const POSTGRES_EPOCH: i64 = 946_684_800_000;

impl ToSql<sql_types::Instant, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.millis());
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Instant, Sqlite> for Timestamp {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_millis(
            <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?,
        ))
    }
}

impl ToSql<sql_types::Instant, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = (self.millis() - POSTGRES_EPOCH) * 1000;
        out.write_all(&micros.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Instant, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Ok(Self::from_millis(micros.div_euclid(1000) + POSTGRES_EPOCH))
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "An RFC 3339 instant with a zone. Instants in responses are in UTC, with milliseconds.",
            ))
            .examples(["2026-05-01T08:00:00.000Z"])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

/// A bound: an instant, or a date, which stands for its first instant in UTC. Fractions of a millisecond are rounded
/// up. Stored instants are whole milliseconds, so both "from" and "before" the bound are then exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstantOrDate(pub Timestamp);

impl FromStr for InstantOrDate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_date = text.len() == DATE_LENGTH;
        let read = if is_date {
            Read::new(&format!("{text}T00:00:00Z"))
        } else {
            Read::new(text)
        };
        let Read { at, is_cut } = read.ok_or(EXPECTED_EITHER)?;
        Ok(Self(if is_cut { at.next() } else { at }))
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
                "An RFC 3339 instant with a zone, or a date, which stands for its first instant in UTC.",
            ))
            .examples(["2026-05-01", "2026-05-01T08:00:00Z"])
            .into()
    }
}

impl utoipa::ToSchema for InstantOrDate {}

#[cfg(test)]
mod tests;
