//! Tests of how values of settings are read.

#![allow(clippy::unwrap_used)]

use super::super::setting::Accepts;
use super::*;

#[test]
fn numbers_are_plain_digits_within_their_bounds() {
    let row = Setting {
        accepts: Accepts::Whole("connections", 1, 200),
        ..Setting::BARE
    };
    assert_eq!(whole::<u32>(&row, "200"), Ok(200));
    for text in [
        "",
        "0",
        "201",
        "-1",
        "+8",
        "8.0",
        "8k",
        "99999999999999999999999",
    ] {
        assert!(whole::<u32>(&row, text).is_err(), "{text}");
    }
    assert_eq!(whole::<usize>(&row, "1"), Ok(1));
}

#[test]
fn a_quota_is_a_number_or_off() {
    for (text, number) in [("off", 0), ("0", 0), ("1", 1), ("100", 100)] {
        assert_eq!(number_or_off(100, text), Ok(number));
    }
    for text in ["", "OFF", "-1", "101", "1.5", "99999999999999999999999"] {
        assert!(number_or_off(100, text).is_err(), "{text}");
    }
}

#[test]
fn origins_become_what_browsers_send() {
    let found =
        origins("https://Desk.Example.org:443, http://localhost:3000/,http://localhost:3000")
            .unwrap();
    assert_eq!(found, ["https://desk.example.org", "http://localhost:3000"]);
    assert_eq!(origins("").unwrap(), Vec::<String>::new());
    for text in [
        "*",
        "null",
        "https://*.example.org",
        "https://a.org/x",
        "a.org",
        "ftp://a.org",
        "https://u@a.org",
    ] {
        assert!(origins(text).is_err(), "{text}");
    }
}

#[test]
fn providers_of_players_are_known() {
    let found = embed_providers("vimeo, youtube,vimeo").unwrap();
    let found: Vec<&str> = found.iter().map(Provider::as_str).collect();
    assert_eq!(found, ["youtube", "vimeo"]);
    for text in ["all", "YouTube", "youtube.com"] {
        assert!(embed_providers(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_said_of_the_site_is_valid() {
    assert_eq!(short(3, "äöü").as_deref(), Ok("äöü"));
    assert!(short(2, "äöü").is_err());
    let found = languages("fr, PT-br,fr").unwrap();
    let found: Vec<&str> = found.iter().map(Lang::as_str).collect();
    assert_eq!(found, ["fr", "pt-BR"]);
    assert!(languages("french").is_err());
    assert_eq!(licence("cc-by-4.0").as_deref(), Ok("CC-BY-4.0"));
    assert!(licence("https://example.org/licence").is_ok());
    for text in ["all rights", "https://", "https://a b", "-MIT", "CC-BY-4"] {
        assert!(licence(text).is_err(), "{text}");
    }
    for text in ["desk@example.org", "https://example.org/contact"] {
        assert!(contact(text).is_ok(), "{text}");
    }
    for text in ["mailto:desk@example.org", "desk", "ftp://example.org/"] {
        assert!(contact(text).is_err(), "{text}");
    }
    assert!(web_address("https:///x").is_ok() && web_address("/x").is_err());
}

#[test]
fn proxies_are_addresses_and_networks() {
    let found = networks("10.0.0.1, ::1,10.1.2.3/8,::ffff:172.16.0.0/108,fd00::/8").unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let expected = [
        "10.0.0.1/32",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "fd00::/8",
    ];
    assert_eq!(found, expected);
    for text in ["10.0.0.0/33", "proxy", "10.0.0.1:80", "10.0.0.0/", "/8"] {
        assert!(networks(text).is_err(), "{text}");
    }
}

#[test]
fn a_filter_that_would_silence_the_log_is_refused() {
    for text in [
        "info",
        "WARN",
        "off",
        "info,tribuna::access=off",
        "debug/needle",
        "tribuna",
        "diesel=trace,warn",
    ] {
        assert_eq!(log_filter(text).as_deref(), Ok(text));
    }
    for text in [
        "inof",
        "warning",
        "tribuna=loud",
        "a=b=c",
        "info/a/b",
        "",
        ",",
    ] {
        assert!(log_filter(text).is_err(), "{text}");
    }
}
