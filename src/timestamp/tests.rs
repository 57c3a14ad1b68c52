//! Tests of timestamps.

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
fn every_instant_of_the_years_1_to_9999_is_read_and_written() {
    for (given, written) in [
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-00:00", "9999-12-31T23:59:59.000Z"),
        ("2026-05-01t08:00:00.5z", "2026-05-01T08:00:00.500Z"),
        (
            "2026-05-01T08:00:00.123456789012345Z",
            "2026-05-01T08:00:00.123Z",
        ),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2026-04-30T18:30:00-13:30", "2026-05-01T08:00:00.000Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
        ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59.000Z"),
    ] {
        let read: Timestamp = given.parse().unwrap();
        assert_eq!(read.to_string(), written, "{given}");
    }
    for bad in [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "2026-05-01T08:00:00.Z",
        "2026-05-01T08:00:00+24:00",
        "2026-05-01T08:00:00+02",
        "2026-05-01T08:00Z",
        "2026-05-01T08:00:60Z",
        "2016-12-31T23:59:60+01:00",
        "2026-05-01T24:00:00Z",
        "+02026-05-1T08:00:00Z",
        "20260501T080000Z",
        "2026-05-01T08:00:00Zé",
        "2026-05-0é",
    ] {
        assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
    }
}

#[test]
fn a_bound_is_rounded_up_as_nothing_is_kept_that_exactly() {
    let bound = |text: &str| text.parse::<InstantOrDate>().unwrap().0.to_string();
    for (given, bounds) in [
        ("2026-05-01T08:00:00.1235Z", "2026-05-01T08:00:00.124Z"),
        (
            "2026-05-01T08:00:00.1230000000001Z",
            "2026-05-01T08:00:00.124Z",
        ),
        ("2026-05-01T08:00:00.1230Z", "2026-05-01T08:00:00.123Z"),
        ("9999-12-31", "9999-12-31T00:00:00.000Z"),
    ] {
        assert_eq!(bound(given), bounds, "{given}");
    }
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
