//! Times in requests, as they are written: with an offset, or as the clocks of a time zone show them.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::timestamp::Timestamp;
use crate::written_time::{BEYOND, PATTERN, WrittenOffset, WrittenTime, complaint};

/// A time in a request. It is an instant only together with the time zone of the publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTime {
    /// The date and time of day, in milliseconds since 1970 on the same clock.
    pub(super) clock: i64,
    pub(super) offset: Option<WrittenOffset>,
}

impl FromStr for PlannedTime {
    type Err = String;

    /// Parses a date and time according to RFC 3339, with or without an offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = WrittenTime::read(text).filter(|read| !read.is_leap);
        let read = read.ok_or_else(|| complaint(text))?;
        let time = Self {
            clock: read.clock,
            offset: read.offset,
        };
        let seconds = read.offset.map_or(0, WrittenOffset::seconds);
        match Timestamp::on_clock(read.clock, seconds) {
            Some(_) => Ok(time),
            None => Err(BEYOND.into()),
        }
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
                 An offset must be the one that `time_zone` has at that time; `Z` and `-00:00` mean UTC, which goes with every time zone. \
                 The seconds may be absent, and a space may replace the `T`. A time that the clocks skip, or show twice, is \
                 a 422 that says what to send.",
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
