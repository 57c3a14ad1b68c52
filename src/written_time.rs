//! Dates and times as RFC 3339 writes them (section 5.6), with or without an offset from UTC.

use jiff::civil::{Date, DateTime};

/// 1970-01-01T00:00:00. Instants are computed with civil dates, because jiff's timestamps end some hours before the end of
/// the year 9999.
pub const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The regular expression of a date and time with or without seconds and an offset. Dates such as 30 February match it, too.
pub const PATTERN: &str = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$";
/// The description of what [`PATTERN`] matches, for errors.
pub const EXPECTED: &str = "must be a time with an offset, such as 2026-05-01T10:00:00+02:00 (RFC 3339), or without one, such as 2026-05-01T10:00:00, together with time_zone";

/// The error for a time that no response could show.
pub const BEYOND: &str = "must be in the years 0001 to 9999 in UTC";

/// Says what is wrong with a text that is no time: the year, the date, the hour, or else everything.
pub fn complaint(text: &str) -> String {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let unsigned = text.trim_start_matches(['+', '-']);
    if digits(unsigned) > 4 || unsigned.len() < text.len() && digits(unsigned) == 4 {
        return "must have a year of four digits: the last one is 9999".into();
    }
    let split = text.split_at_checked("0000-00-00".len());
    let (date, rest) = split.unwrap_or((text, ""));
    if is_like(date, "0000-00-00") && date.parse::<Date>().is_err() {
        return match days_of_month(date) {
            Some(days) => format!("must be a date that exists: that month has {days} days"),
            None => "must be a date that exists: months are 01 to 12".into(),
        };
    }
    let is_hour = |hour: &str| is_like(hour, "00") && hour >= "24";
    match rest.get(1..3).is_some_and(is_hour) {
        true => "must have an hour from 00 to 23: midnight is 00:00 of the day that begins".into(),
        false => EXPECTED.into(),
    }
}

/// Returns the number of days of the month of a date that is written like one.
fn days_of_month(date: &str) -> Option<i8> {
    let (month, _) = date.split_at_checked("0000-00-".len())?;
    let first: Date = format!("{month}01").parse().ok()?;
    Some(first.days_in_month())
}

/// A date and time that was read from a text, truncated to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenTime {
    /// The date and time of day, in milliseconds since 1970 on the same clock.
    pub clock: i64,
    /// True if digits beyond the millisecond were dropped.
    pub is_cut: bool,
    /// True if the text has seconds, which RFC 3339 requires.
    pub has_seconds: bool,
    /// True for the second 60, which `clock` has as 59.
    pub is_leap: bool,
    /// The offset; `None` if the text has none.
    pub offset: Option<WrittenOffset>,
}

/// The offset of a written time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenOffset {
    /// `Z` or `-00:00`: the time is in UTC, which says nothing about local clocks (RFC 9557 section 2).
    Utc,
    /// The seconds by which local clocks are ahead of UTC.
    Local(i64),
}

impl WrittenOffset {
    /// Returns the seconds by which the written clock is ahead of UTC.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Local(seconds) => seconds,
        }
    }
}

impl WrittenTime {
    /// Reads a date and time with any number of fractional digits. The seconds may be absent. Returns `None` if the text is
    /// none.
    pub fn read(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked("0000-00-00".len())?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (minutes, rest) = rest.split_at_checked("00:00".len())?;
        let (seconds, fraction, offset) = match rest.strip_prefix(':') {
            Some(rest) => {
                let (seconds, rest) = rest.split_at_checked("00".len())?;
                let (fraction, offset) = split_fraction(rest)?;
                (Some(seconds), fraction, offset)
            }
            None => (None, "0", rest),
        };
        let time = format!("{minutes}:{}", seconds.unwrap_or("00"));
        if !is_like(date, "0000-00-00") || !is_like(&time, "00:00:00") || fraction.is_empty() {
            return None;
        }
        let clock: DateTime = format!("{date}T{time}").parse().ok()?;
        let (thousandths, finer) = fraction.split_at_checked(3).unwrap_or((fraction, ""));
        let thousandths: i64 = format!("{thousandths:0<3}").parse().ok()?;
        let whole = clock.duration_since(EPOCH).as_secs();
        Some(Self {
            clock: whole.checked_mul(1000)?.checked_add(thousandths)?,
            is_cut: finer.bytes().any(|digit| digit != b'0'),
            has_seconds: seconds.is_some(),
            is_leap: seconds == Some("60"),
            offset: match offset {
                "" => None,
                offset => Some(read_offset(offset)?),
            },
        })
    }
}

/// Splits the digits of a fraction from what follows. Without a fraction, they are zero.
fn split_fraction(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('.') {
        Some(rest) => {
            let is_end = |c: char| !c.is_ascii_digit();
            rest.split_at_checked(rest.find(is_end).unwrap_or(rest.len()))
        }
        None => Some(("0", text)),
    }
}

fn read_offset(text: &str) -> Option<WrittenOffset> {
    if matches!(text, "Z" | "z" | "-00:00") {
        return Some(WrittenOffset::Utc);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':').filter(|_| is_like(rest, "00:00"))?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = sign * (hours * 60 + minutes) * 60;
    (hours < 24 && minutes < 60).then_some(WrittenOffset::Local(seconds))
}

/// Returns whether a text has digits where the pattern has zeros, and the characters of the pattern elsewhere.
fn is_like(text: &str, pattern: &str) -> bool {
    let alike = |(a, b): (u8, u8)| {
        if b == b'0' {
            a.is_ascii_digit()
        } else {
            a == b
        }
    };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, Option<WrittenOffset>)> {
        WrittenTime::read(text).map(|read| (read.clock, read.offset))
    }

    #[test]
    fn the_offset_and_the_seconds_may_be_absent() {
        let local = Some(WrittenOffset::Local(3600));
        assert_eq!(read("1970-01-01T00:01:00+01:00"), Some((60_000, local)));
        assert_eq!(read("1970-01-01T00:01:00.5"), Some((60_500, None)));
        assert_eq!(read("1970-01-01T00:01:00"), Some((60_000, None)));
        assert_eq!(read("1970-01-01 00:01"), Some((60_000, None)));
        assert_eq!(read("1970-01-01T00:01+01:00"), Some((60_000, local)));
        assert_eq!(
            read("1970-01-01T00:01Z"),
            Some((60_000, Some(WrittenOffset::Utc)))
        );
        for bad in [
            "",
            "1970-01-01",
            "1970-01-01T00",
            "1970-01-01T00:01:0",
            "1970-01-01T00:01:",
            "1970-01-01T00:01.5",
            "1970-01-01T00:01:61",
            "1970-01-01T00:01:00.",
            "1970-01-01T00:01:00 ",
            "1970-01-01T00:01:00+1:00",
            "1970-02-29T00:01",
            "1970-01-01T24:00",
            "1970-01-01T00é",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_complaint_says_what_is_wrong() {
        for (text, part) in [
            ("2031-02-29T09:00", "28 days"),
            ("2031-04-31T09:00:00Z", "30 days"),
            ("2031-02-00T09:00", "28 days"),
            ("2031-13-01T09:00", "months are 01 to 12"),
            ("2031-05-15T24:00", "midnight is 00:00"),
            ("2031-05-15T25:00:00+02:00", "from 00 to 23"),
            ("12031-05-15T09:00", "9999"),
            ("+12031-05-15T09:00", "9999"),
            ("-0001-05-15T09:00", "9999"),
            ("tomorrow", "RFC 3339"),
            ("2031-05-15T09:60", "RFC 3339"),
            ("2031-05-15", "RFC 3339"),
            ("", "RFC 3339"),
        ] {
            assert!(
                complaint(text).contains(part),
                "{text}: {}",
                complaint(text)
            );
        }
    }

    #[test]
    fn utc_is_no_local_offset() {
        for (text, offset) in [
            ("1970-01-01T00:00:00Z", WrittenOffset::Utc),
            ("1970-01-01T00:00:00z", WrittenOffset::Utc),
            ("1970-01-01T00:00:00-00:00", WrittenOffset::Utc),
            ("1970-01-01T00:00:00+00:00", WrittenOffset::Local(0)),
        ] {
            assert_eq!(read(text), Some((0, Some(offset))), "{text}");
        }
    }
}
