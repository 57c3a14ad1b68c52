//! Tests of instants in time zones, above all where clocks are set forward and back.

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
