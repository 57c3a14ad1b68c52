//! Tests of addresses.

#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn the_addresses_of_this_machine_are_known() {
    assert!(is_own(Ipv4Addr::LOCALHOST.into()));
    assert!(!is_own([192, 0, 2, 1].into()));
    // The address with which this machine reaches others, if it reaches any.
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    if socket.connect(("192.0.2.1", 443)).is_ok() {
        assert!(is_own(socket.local_addr().unwrap().ip()));
    }
}

/// Hosts that must not be reached, in every spelling.
#[rustfmt::skip]
const REFUSED: [&str; 48] = [
    "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0x7f000001", "127.0.0.1.", "0.0.0.0", "0",
    "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::]", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[100::1]", "[2001::1]", "[2001:db8::1]", "[2002:7f00:1::]",
    "[2002:808:808::]", "[3fff::1]", "[5f00::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]",
    "[ff02::1]",
];
/// Hosts of the public internet.
#[rustfmt::skip]
const ALLOWED: [&str; 8] = [
    "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "[2606:4700::1111]", "[64:ff9b::8.8.8.8]",
    "[::ffff:8.8.8.8]", "example.org",
];

#[test]
fn what_is_not_public_is_refused_in_every_spelling() {
    let exempt = Exempt::default();
    for host in REFUSED {
        let refused = exempt.check_url(&format!("https://{host}/hook"));
        assert_eq!(refused.unwrap_err().code, "forbidden_address", "{host}");
    }
    for host in ALLOWED {
        let checked = exempt.check_url(&format!("https://{host}/hook"));
        assert!(checked.is_ok(), "{host}");
    }
}

#[test]
fn the_form_of_a_url_is_checked_and_hosts_may_be_exempt() {
    let exempt = Exempt::new(&[
        "127.0.0.1".to_owned(),
        "[::1]".to_owned(),
        "builder".to_owned(),
    ]);
    for (url, code) in [
        ("http://example.org/", "not_https"),
        ("ftp://127.0.0.1/", "wrong_format"),
        ("file:///etc/passwd", "wrong_format"),
        ("gopher://example.org/", "wrong_format"),
        ("/hook", "wrong_format"),
        ("https://", "wrong_format"),
        ("https://user:pass@example.org/", "wrong_format"),
        ("https://[fe80::1%25eth0]/", "wrong_format"),
        ("https://example.org/#hook", "wrong_format"),
        ("https://example.org:0/", "wrong_format"),
        ("https://a..example.org/", "wrong_format"),
        ("https://127.0.0.2/", "forbidden_address"),
        ("http://builder.example.org/", "not_https"),
    ] {
        assert_eq!(exempt.check_url(url).unwrap_err().code, code, "{url}");
    }
    let long = format!("https://{}.example.org/", "a".repeat(64));
    assert_eq!(exempt.check_url(&long).unwrap_err().code, "wrong_format");
    for url in [
        "http://127.0.0.1:8080/",
        "http://2130706433/",
        "http://[::1]/",
        "http://builder/",
        "https://example.org",
    ] {
        assert!(exempt.check_url(url).is_ok(), "{url}");
    }
}

#[test]
fn every_address_of_a_name_is_checked() {
    let both: Lookup = Arc::new(|_, port| {
        let address = |text: &str| SocketAddr::new(text.parse().unwrap(), port);
        Ok(vec![address("8.8.8.8"), address("10.0.0.1")])
    });
    let refused = Exempt::default()
        .resolve(&both, "example.org", 443)
        .unwrap_err();
    assert!(refused.to_string().contains("10.0.0.1"), "{refused}");
    let exempt = Exempt::new(&["example.org".to_owned()]);
    assert_eq!(exempt.resolve(&both, "example.org", 443).unwrap().len(), 2);
}
