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
mod tests;
