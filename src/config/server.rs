//! The address of the server, and the limits and rules for its clients and proxies.

use std::net::SocketAddr;

use ipnet::IpNet;

use super::forwarded_header::ForwardedHeader;
use super::parse;
use super::public_url::PublicUrl;
use super::reader::{Bad, SettingsReader};
use super::setting::{Accepts, DefaultValue, Setting, true_or_false};
use super::table::settings;

settings! {
    "Server settings"
    /// The listen address of the server, and the rules for clients and proxies.
    pub struct Server {
        /// The address and port to listen on; `PORT`, which many hosting platforms set, replaces only the port, unless the
        /// address is given as the flag
        listen: SocketAddr {
            name: "listen",
            env: "TRIBUNA_LISTEN",
            further_env: Some(PORT),
            accepts: Accepts::Text(
                "ADDRESS:PORT",
                "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
            ),
            default: DefaultValue::Text("127.0.0.1:8080"),
            read: read_listen,
        }
        /// The public URL of this server, which is the issuer of tokens and the base of absolute links
        public_url: PublicUrl {
            name: "public-url",
            env: "TRIBUNA_PUBLIC_URL",
            accepts: Accepts::Text(
                "URL",
                "an absolute http or https address without user, query or fragment, such as https://api.example.org",
            ),
            default: DefaultValue::Computed("http:// and the listen address"),
            read: |r, s| read_public_url(r, s, listen.as_ref().ok()),
        }
        /// The number of threads that handle requests
        workers: usize {
            name: "workers",
            env: "TRIBUNA_WORKERS",
            accepts: Accepts::Whole("threads", 1, 1024),
            default: DefaultValue::Computed("one per available CPU"),
            read: read_workers,
        }
        /// The number of connections that each of these threads holds; further ones wait to be accepted
        max_connections: usize {
            name: "max-connections",
            env: "TRIBUNA_MAX_CONNECTIONS",
            accepts: Accepts::Whole("connections", 1, 1_000_000),
            default: DefaultValue::Text("25600"),
            read: SettingsReader::whole,
        }
        /// The number of clients that may listen to events at the same time; further ones are refused. The same number of
        /// sync requests may wait for changes; further ones are answered at once
        max_listeners: usize {
            name: "max-listeners",
            env: "TRIBUNA_MAX_LISTENERS",
            accepts: Accepts::Whole("clients", 0, 1_000_000),
            default: DefaultValue::Text("10000"),
            read: SettingsReader::whole,
        }
        /// The largest request body that the server accepts
        body_limit: usize {
            name: "body-limit",
            env: "TRIBUNA_BODY_LIMIT",
            accepts: Accepts::Whole("bytes", 1024, 67_108_864),
            default: DefaultValue::Text("2097152"),
            read: SettingsReader::whole,
        }
        /// Whether a change through the management API must name the version that it is based on, with `If-Match`
        require_if_match: bool {
            name: "require-if-match",
            env: "TRIBUNA_REQUIRE_IF_MATCH",
            accepts: Accepts::OneOf(true_or_false),
            default: DefaultValue::Text("false"),
            read: |r, s| r.read(s, parse::truth),
        }
        /// The web origins whose pages may call the management API from a browser; pages of every origin may call the
        /// delivery API
        cors_origins: Vec<String> {
            name: "cors-origins",
            env: "TRIBUNA_CORS_ORIGINS",
            accepts: Accepts::Text(
                "ORIGINS",
                "exact origins separated by commas, such as https://desk.example.org,http://localhost:3000",
            ),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, parse::origins),
        }
        /// The reverse proxies that the server trusts to report the addresses of clients
        trusted_proxies: Vec<IpNet> {
            name: "trusted-proxies",
            env: "TRIBUNA_TRUSTED_PROXIES",
            accepts: Accepts::Text(
                "NETWORKS",
                "IP addresses and networks separated by commas, such as 10.0.0.2,172.16.0.0/12,fd00::/8",
            ),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, parse::networks),
        }
        /// The header in which trusted proxies report the addresses of clients: `x-forwarded-for`, or `forwarded` as in RFC
        /// 7239
        forwarded_header: ForwardedHeader {
            name: "forwarded-header",
            env: "TRIBUNA_FORWARDED_HEADER",
            accepts: Accepts::OneOf(|| ForwardedHeader::ALL.map(ForwardedHeader::as_str).to_vec()),
            default: DefaultValue::Text("x-forwarded-for"),
            read: |r, s| r.read(s, |text| {
                let text = text.to_ascii_lowercase();
                parse::word(ForwardedHeader::ALL, ForwardedHeader::as_str, &text)
            }),
        }
    }
}

/// The environment variable, conventional on hosting platforms, that replaces the port of the listen address.
const PORT: &str = "PORT";

/// Reads the listen address. `PORT` replaces its port unless the address comes from a source with a higher precedence.
fn read_listen(r: &mut SettingsReader<'_>, setting: &Setting) -> Result<SocketAddr, Bad> {
    let found = r.find_or_default(setting);
    let port = r.find_name(PORT);
    let found = found?;
    let mut listen = r.parse(setting, &found, parse::listen)?;
    let mut source = found.origin.to_string();
    if let Some(port) = port?.filter(|port| port.origin.layer >= found.origin.layer) {
        let number = parse::port(port.text.trim());
        let number = number.map_err(|problem| {
            r.refuse(
                &port.origin,
                format!(
                    "{:?} {problem}; expected a number from 0 to 65535",
                    port.text
                ),
            )
        })?;
        listen.set_port(number);
        source = format!("{source}, port from {}", port.origin);
    }
    r.show(setting, Some(&listen), source);
    Ok(listen)
}

fn read_public_url(
    r: &mut SettingsReader<'_>,
    setting: &Setting,
    listen: Option<&SocketAddr>,
) -> Result<PublicUrl, Bad> {
    r.read_or(setting, PublicUrl::parse, || {
        listen
            .map(|listen| PublicUrl::of_listener(*listen))
            .ok_or(Bad)
    })
}

fn read_workers(r: &mut SettingsReader<'_>, setting: &Setting) -> Result<usize, Bad> {
    let cpus = || std::thread::available_parallelism().map_or(1, usize::from);
    r.read_or(setting, |text| parse::whole(setting, text), || Ok(cpus()))
}
