//! The public address of the server.

use std::fmt;
use std::net::SocketAddr;

use url::Url;

/// An absolute http or https URL without user, path, query, fragment and trailing slash. Addresses in responses start
/// at the root of its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Parses the URL and removes a trailing slash. The error completes "the value …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not an absolute URL ({error})"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("is neither http nor https".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user or a password".to_owned());
        }
        if url.path() != "/" {
            return Err(
                "holds a path: addresses in answers begin at the root of the host".to_owned(),
            );
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("holds a query or a fragment".to_owned());
        }
        Ok(PublicUrl(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// Returns the address under which a browser on this machine reaches a server that listens on `listen`. The
    /// unspecified address, which stands for all addresses, becomes `localhost`.
    pub fn of_listener(listen: SocketAddr) -> Self {
        if listen.ip().is_unspecified() {
            PublicUrl(format!("http://localhost:{}", listen.port()))
        } else {
            PublicUrl(format!("http://{listen}"))
        }
    }

    /// Returns the URL, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_trailing_slash_is_dropped() {
        assert_eq!(
            PublicUrl::parse("https://Example.org/").unwrap().as_str(),
            "https://example.org"
        );
    }

    #[test]
    fn what_cannot_be_a_base_is_refused() {
        for text in [
            "example.org",
            "/api",
            "ftp://example.org",
            "https://u:p@example.org",
            "https://a.org?x=1",
            "https://a.org#x",
            "https://a.org/api",
            "",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_server_on_all_addresses_is_found_on_localhost() {
        let of = |listen: &str| PublicUrl::of_listener(listen.parse().unwrap()).to_string();
        assert_eq!(of("0.0.0.0:80"), "http://localhost:80");
        assert_eq!(of("[::]:8080"), "http://localhost:8080");
        assert_eq!(of("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(of("[::1]:8080"), "http://[::1]:8080");
    }
}
