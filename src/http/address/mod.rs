//! The IP address of a client: that of the peer, or the one that trusted proxies report. IPv4-mapped IPv6 addresses are
//! treated as the IPv4 addresses that they contain.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::config::{ForwardedHeader, Server};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns the client's address. The header of the setting is used only if the peer is one of the trusted proxies. It is
/// read from the right, where each proxy adds the address that it has seen: the first address that is no trusted proxy is
/// the client's. An entry that is no address ends the walk, because whoever wrote the entries before it is unknown.
pub fn client(request: &HttpRequest, server: &Server) -> IpAddr {
    let peer = request.peer_addr();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let peer = peer.to_canonical();
    if !is_trusted(peer, &server.trusted_proxies) {
        return peer;
    }
    let reported = match server.forwarded_header {
        ForwardedHeader::XForwardedFor => x_forwarded_for(request.headers()),
        ForwardedHeader::Forwarded => forwarded(request.headers()),
    };
    let mut client = peer;
    for address in reported.into_iter().rev() {
        let Some(address) = address else { break };
        client = address;
        if !is_trusted(address, &server.trusted_proxies) {
            break;
        }
    }
    client
}

/// Returns the network for which failures and requests are counted: a single IPv4 address, or the /64 of an IPv6 address,
/// which is usually assigned to one household or machine.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Returns the entries of `X-Forwarded-For`; `None` for one that is no address.
fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR);
    let lines = lines.map(|line| line.to_str().unwrap_or_default());
    lines.flat_map(|line| line.split(',')).map(node).collect()
}

/// Returns the `for` parameters of `Forwarded` (RFC 7239 section 4); `None` for an element without an address.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(FORWARDED);
    let lines = lines.map(|line| line.to_str().unwrap_or_default());
    lines.flat_map(forwarded_by_line).collect()
}

/// Returns the `for` parameters of a line. A client can begin a quoted string that hides what the proxy appends to the line.
/// Of a line that is not well-formed, only the element after the last comma counts, and nothing before it.
fn forwarded_by_line(line: &str) -> Vec<Option<IpAddr>> {
    if is_well_formed(line) {
        let elements = split_unquoted(line, ',').into_iter();
        return elements.map(for_parameter).collect();
    }
    let last = line.rsplit(',').next();
    let last = last.filter(|element| is_well_formed(element));
    vec![None, last.and_then(for_parameter)]
}

/// Returns whether every quoted string of a line is the whole value of a parameter (RFC 7239 section 4), and ends.
fn is_well_formed(line: &str) -> bool {
    enum Place {
        Unquoted,
        Quoted,
        Escaped,
        Closed,
    }
    let (mut place, mut before) = (Place::Unquoted, ' ');
    for c in line.chars() {
        place = match (place, c) {
            (Place::Unquoted, '"') if before == '=' => Place::Quoted,
            (Place::Quoted, '\\') => Place::Escaped,
            (Place::Quoted, '"') => Place::Closed,
            (Place::Quoted | Place::Escaped, _) => Place::Quoted,
            (Place::Closed, ' ' | '\t') => Place::Closed,
            (Place::Closed, ',' | ';') => Place::Unquoted,
            (Place::Unquoted, '"') | (Place::Closed, _) => return false,
            (Place::Unquoted, _) => Place::Unquoted,
        };
        before = c;
    }
    matches!(place, Place::Unquoted | Place::Closed)
}

fn for_parameter(element: &str) -> Option<IpAddr> {
    let mut pairs = split_unquoted(element, ';').into_iter();
    pairs.find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_for = name.trim().eq_ignore_ascii_case("for");
        is_for.then(|| node(value))
    })?
}

/// Splits a text at each separator that does not stand in a quoted string.
fn split_unquoted(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let at_separator = |c: char| {
        let splits = c == separator && !is_quoted;
        if c == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = is_quoted && c == '\\' && !is_escaped;
        splits
    };
    text.split(at_separator).collect()
}

/// Reads an address with or without a port, quotes and, around IPv6, brackets (RFC 7239 section 6). `unknown` and obfuscated
/// identifiers are no addresses.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    let address = match text.strip_prefix('[') {
        Some(bracketed) => {
            let (address, port) = bracketed.split_once(']')?;
            (port.is_empty() || port.starts_with(':')).then_some(address)?
        }
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => address,
            _ => text,
        },
    };
    // A zone belongs to the proxy's own interface.
    let address = address.split('%').next()?;
    address
        .parse()
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
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
}
