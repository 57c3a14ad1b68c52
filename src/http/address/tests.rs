//! Tests of the address of a client.

#![allow(clippy::unwrap_used)]

use actix_web::test::TestRequest;

use super::*;
use crate::config::{Config, Environment, Flags};

fn server(trusted: &[&str], header: ForwardedHeader) -> Server {
    let variables = [
        ("TRIBUNA_TRUSTED_PROXIES", trusted.join(",")),
        ("TRIBUNA_FORWARDED_HEADER", header.as_str().to_owned()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.into()));
    let environment = Environment::new(variables, "");
    let loaded = Config::load(&Flags::default(), &environment);
    loaded.unwrap().0.server
}

fn from(peer: &str, header: (&'static str, &str), server: &Server) -> String {
    let request = TestRequest::default()
        .peer_addr(peer.parse().unwrap())
        .insert_header(header)
        .to_http_request();
    client(&request, server).to_string()
}

fn behind_proxies(header: &str) -> String {
    let server = server(&["10.0.0.0/8", "fd00::/8"], ForwardedHeader::XForwardedFor);
    from("10.0.0.1:1000", ("x-forwarded-for", header), &server)
}

fn by_forwarded(header: &str) -> String {
    let server = server(&["10.0.0.0/8"], ForwardedHeader::Forwarded);
    from("10.0.0.1:1000", ("forwarded", header), &server)
}

#[test]
fn only_a_trusted_proxy_is_believed() {
    assert_eq!(behind_proxies("6.6.6.6, 1.2.3.4, 10.0.0.1"), "1.2.3.4");
    let nobody = server(&[], ForwardedHeader::XForwardedFor);
    let header = ("x-forwarded-for", "1.2.3.4");
    assert_eq!(from("10.0.0.1:1000", header, &nobody), "10.0.0.1");
    let others = server(&["10.0.0.2/32"], ForwardedHeader::XForwardedFor);
    assert_eq!(from("10.0.0.1:1000", header, &others), "10.0.0.1");
}

#[test]
fn only_the_header_of_the_setting_is_read() {
    let trusted = &["10.0.0.0/8"];
    let x = server(trusted, ForwardedHeader::XForwardedFor);
    let header = ("forwarded", "for=1.2.3.4");
    assert_eq!(from("10.0.0.1:1000", header, &x), "10.0.0.1");
    let standard = server(trusted, ForwardedHeader::Forwarded);
    let header = ("x-forwarded-for", "1.2.3.4");
    assert_eq!(from("10.0.0.1:1000", header, &standard), "10.0.0.1");
}

#[test]
fn addresses_may_have_ports_brackets_and_quotes() {
    for (header, client) in [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("\"[2001:db8::1]:443\"", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        (" 203.0.113.7 ,10.0.0.3:80,[fd00::1]:80", "203.0.113.7"),
    ] {
        assert_eq!(behind_proxies(header), client, "{header}");
    }
}

#[test]
fn forwarded_is_read_as_rfc_7239_writes_it() {
    for (header, client) in [
        ("for=192.0.2.43", "192.0.2.43"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        (
            "proto=http;by=\"a,b;for=1.1.1.1\";for=192.0.2.60",
            "192.0.2.60",
        ),
        ("by=\"a\\\",for=1.1.1.1\";for=192.0.2.60", "192.0.2.60"),
        ("for=6.6.6.6, for=192.0.2.43, for=10.0.0.7", "192.0.2.43"),
        ("for=6.6.6.6, for=unknown, for=10.0.0.7", "10.0.0.7"),
        ("for=6.6.6.6, for=_hidden", "10.0.0.1"),
        ("for=6.6.6.6, proto=http", "10.0.0.1"),
    ] {
        assert_eq!(by_forwarded(header), client, "{header}");
    }
}

#[test]
fn a_client_cannot_hide_what_a_proxy_appends() {
    for begun in [
        "for=6.6.6.6;x=\"b",
        "for=6.6.6.6;x=\"b\\\"",
        "for=6.6.6.6;x=\"\\",
        "for=6.6.6.6;x=\"b\";y=\"",
        "for=6.6.6.6;x=\\\"b",
        "for=\"7.7.7.9",
        "for=6.6.6.6, for=\"7.7.7.9",
    ] {
        assert_eq!(by_forwarded(begun), "10.0.0.1", "{begun}");
        for (appended, client) in [
            ("for=198.51.100.7", "198.51.100.7"),
            ("for=\"[2001:db8::1]:443\";proto=https", "2001:db8::1"),
            ("for=10.0.0.7", "10.0.0.7"),
            ("for=1.1.1.1;host=\"a,for=6.6.6.6\"", "10.0.0.1"),
        ] {
            let line = format!("{begun}, {appended}");
            assert_eq!(by_forwarded(&line), client, "{line}");
        }
    }
}

#[test]
fn the_walk_ends_at_the_first_untrusted_address_or_at_what_is_none() {
    assert_eq!(behind_proxies("1.1.1.1, 2.2.2.2, 10.0.0.9"), "2.2.2.2");
    assert_eq!(behind_proxies("1.1.1.1, nonsense, 10.0.0.9"), "10.0.0.9");
    assert_eq!(behind_proxies("1.1.1.1,, 10.0.0.9"), "10.0.0.9");
    assert_eq!(behind_proxies("10.1.1.1, 10.0.0.9"), "10.1.1.1");
    assert_eq!(behind_proxies(""), "10.0.0.1");
}

#[test]
fn a_mapped_address_of_the_peer_is_its_ipv4_address() {
    let server = server(&["10.0.0.0/8"], ForwardedHeader::XForwardedFor);
    let header = ("x-forwarded-for", "1.2.3.4");
    assert_eq!(from("[::ffff:10.0.0.1]:1000", header, &server), "1.2.3.4");
    assert_eq!(from("[::ffff:9.9.9.9]:1000", header, &server), "9.9.9.9");
}

#[test]
fn addresses_of_one_household_are_one_network() {
    let network = |text: &str| network(text.parse().unwrap()).to_string();
    assert_eq!(network("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::");
    assert_eq!(network("192.0.2.7"), "192.0.2.7");
    assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
}
