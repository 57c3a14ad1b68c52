//! The addresses to which webhooks may be sent. Whoever may enter a URL must not reach what only this machine or its
//! network reaches: other services, routers, metadata of clouds. So each address is checked, when a URL is saved and again
//! when it is connected to, because a name may lead elsewhere by then (DNS rebinding).

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::sync::Arc;

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// A function that resolves the name of a host and a port.
pub type Lookup = Arc<dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync>;

/// Returns the function that asks the system.
pub fn system_lookup() -> Lookup {
    Arc::new(|host, port| Ok(format!("{host}:{port}").to_socket_addrs()?.collect()))
}

/// The networks of IPv4 that are not the public internet (RFC 6890 and the IANA registry of special-purpose addresses).
const FORBIDDEN_V4: [(Ipv4Net, &str); 16] = [
    (v4([0, 0, 0, 0], 8), "this network, RFC 791"),
    (v4([10, 0, 0, 0], 8), "private, RFC 1918"),
    (v4([100, 64, 0, 0], 10), "shared with a carrier, RFC 6598"),
    (v4([127, 0, 0, 0], 8), "loopback, RFC 1122"),
    (v4([168, 63, 129, 16], 32), "metadata of a cloud"),
    (v4([169, 254, 0, 0], 16), "link-local, RFC 3927"),
    (v4([172, 16, 0, 0], 12), "private, RFC 1918"),
    (v4([192, 0, 0, 0], 24), "protocol assignments, RFC 6890"),
    (v4([192, 0, 2, 0], 24), "documentation, RFC 5737"),
    (v4([192, 88, 99, 0], 24), "6to4 relays, RFC 7526"),
    (v4([192, 168, 0, 0], 16), "private, RFC 1918"),
    (v4([198, 18, 0, 0], 15), "benchmarks, RFC 2544"),
    (v4([198, 51, 100, 0], 24), "documentation, RFC 5737"),
    (v4([203, 0, 113, 0], 24), "documentation, RFC 5737"),
    (v4([224, 0, 0, 0], 4), "multicast, RFC 5771"),
    (v4([240, 0, 0, 0], 4), "reserved or broadcast, RFC 1112"),
];

/// The networks within the global unicast addresses of IPv6 that are not the public internet.
const FORBIDDEN_V6: [(Ipv6Net, &str); 4] = [
    (v6([0x2001, 0], 23), "protocol assignments, RFC 2928"),
    (v6([0x2001, 0xdb8], 32), "documentation, RFC 3849"),
    (v6([0x2002, 0], 16), "6to4, RFC 7526"),
    (v6([0x3fff, 0], 20), "documentation, RFC 9637"),
];

/// The global unicast addresses (RFC 4291). All others are loopback, local, multicast, or in no use.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0], 3);
/// The prefix of IPv4 addresses behind NAT64 (RFC 6052).
const NAT64: Ipv6Net = v6([0x64, 0xff9b], 96);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b]: [u16; 2], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// The reason for which a URL or an address is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code for programs.
    pub code: &'static str,
    /// The message for people, which follows the name of the member.
    pub detail: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the URL {}", self.detail)
    }
}

impl std::error::Error for Refusal {}

/// Checks an address. Addresses of IPv4 within IPv6 are checked as what they lead to.
///
/// # Errors
/// Returns the reason for which the address is forbidden.
pub fn check(address: IpAddr) -> Result<(), Refusal> {
    let reason = match address {
        IpAddr::V4(address) => reason_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(embedded) => reason_v4(embedded),
            None => reason_v6(address),
        },
    };
    let is_own = || is_own(address).then_some("an address of this server");
    let reason = reason.or_else(is_own);
    match reason {
        None => Ok(()),
        Some(reason) => Err(Refusal {
            code: "forbidden_address",
            detail: format!("leads to {address}, which is not public ({reason})"),
        }),
    }
}

/// Returns whether an address is one of this machine. Requests to it would not pass the firewall in front of the machine.
fn is_own(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    // The system chooses the address from which it would send: to one of its own, from the same. Nothing is sent.
    let source = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((address, 443))?;
        socket.local_addr()
    });
    source.is_ok_and(|source| source.ip() == address)
}

fn reason_v4(address: Ipv4Addr) -> Option<&'static str> {
    let mut networks = FORBIDDEN_V4.iter();
    let found = networks.find(|(network, _)| network.contains(&address));
    found.map(|(_, reason)| *reason)
}

fn reason_v6(address: Ipv6Addr) -> Option<&'static str> {
    if !GLOBAL_V6.contains(&address) {
        return Some("not global unicast, RFC 4291");
    }
    let mut networks = FORBIDDEN_V6.iter();
    let found = networks.find(|(network, _)| network.contains(&address));
    found.map(|(_, reason)| *reason)
}

/// Returns the IPv4 address that an IPv6 address stands for: mapped (RFC 4291), or behind NAT64 (RFC 6052).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    let behind = NAT64.contains(&address).then(|| Ipv4Addr::new(a, b, c, d));
    address.to_ipv4_mapped().or(behind)
}

/// The hosts that are exempt: private addresses and plain http are allowed for them. A host is compared as URLs have it.
#[derive(Debug, Clone, Default)]
pub struct Exempt(Arc<[String]>);

impl Exempt {
    /// Creates the list from the setting.
    pub fn new(hosts: &[String]) -> Self {
        Self(hosts.into())
    }

    /// Returns whether a host is exempt.
    pub fn has(&self, host: &str) -> bool {
        self.0.iter().any(|exempt| exempt == host)
    }

    /// Checks whatever can be said of a URL without a look-up: its scheme, its form, and an address in any spelling.
    ///
    /// # Errors
    /// Returns the reason for which the URL is refused.
    pub fn check_url(&self, text: &str) -> Result<Url, Refusal> {
        let refuse = |code, detail: &str| Refusal {
            code,
            detail: detail.to_owned(),
        };
        let url = Url::parse(text)
            .map_err(|_| refuse("wrong_format", "must be an absolute https URL"))?;
        // Of special schemes, the parser turns every spelling of an IPv4 address into the one with four decimal numbers.
        let is_web = matches!(url.scheme(), "http" | "https");
        let (true, Some(host)) = (is_web, url.host()) else {
            return Err(refuse("wrong_format", "must be an absolute https URL"));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "wrong_format",
                "must not contain a user or a password",
            ));
        }
        if url.fragment().is_some() || url.port() == Some(0) {
            return Err(refuse(
                "wrong_format",
                "must not contain a fragment or the port 0",
            ));
        }
        if matches!(host, Host::Domain(name) if !is_possible(name)) {
            let detail = "must name a host: labels of 1 to 63 characters, 253 in all";
            return Err(refuse("wrong_format", detail));
        }
        if self.has(&host.to_string()) {
            return Ok(url);
        }
        if url.scheme() != "https" {
            let detail =
                "must begin with https:, unless the setting TRIBUNA_WEBHOOK_ALLOW has the host";
            return Err(refuse("not_https", detail));
        }
        match host {
            Host::Domain(_) => {}
            Host::Ipv4(address) => check(IpAddr::V4(address))?,
            Host::Ipv6(address) => check(IpAddr::V6(address))?,
        }
        Ok(url)
    }

    /// Returns the addresses of a host, if all of them are allowed.
    ///
    /// # Errors
    /// Returns the reason for which one of them is refused, and the error of the look-up.
    pub fn resolve(&self, lookup: &Lookup, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let found = lookup(host, port)?;
        if !self.has(host) {
            for address in &found {
                check(address.ip()).map_err(io::Error::other)?;
            }
        }
        Ok(found)
    }

    /// Checks a URL that is about to be saved. A name that does not lead anywhere is accepted: it may do so later, and is
    /// checked then. Waits for the look-up.
    ///
    /// # Errors
    /// Returns the reason for which the URL is refused.
    pub fn check_saved(&self, text: &str) -> Result<(), Refusal> {
        let url = self.check_url(text)?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Ok(());
        };
        match self.resolve(&system_lookup(), host, port) {
            Ok(_) => Ok(()),
            Err(error) => match error.downcast::<Refusal>() {
                Ok(refusal) => Err(refusal),
                Err(_) => Ok(()),
            },
        }
    }
}

/// Returns whether a name can be in the domain name system (RFC 1035 section 2.3.4).
fn is_possible(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| (1..=63).contains(&label.len());
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests;
