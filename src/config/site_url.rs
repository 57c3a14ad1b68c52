//! The absolute address of the site that displays the content.

use std::fmt;

use url::Url;

/// An absolute http or https URL without user, query, fragment and trailing slash. The paths of the site follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrl(String);

impl SiteUrl {
    /// Parses the URL and removes a trailing slash. The error completes "the value …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not an absolute URL ({error})"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("is neither http nor https".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user or a password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("holds a query or a fragment".to_owned());
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// Returns the URL, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the absolute URL of a path of the site, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Returns the path of an absolute URL of the site, without query and fragment; `None` for a URL elsewhere. The scheme
    /// does not matter.
    pub fn path_of(&self, url: &Url) -> Option<String> {
        let own = Url::parse(&self.0).ok()?;
        let is_here = url.host() == own.host()
            && (url.port() == own.port() || url.scheme() != own.scheme())
            && matches!(url.scheme(), "http" | "https");
        let below = own.path().trim_end_matches('/');
        let path = url.path().strip_prefix(below)?;
        (is_here && path.starts_with('/')).then(|| path.to_owned())
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_follow_the_address_and_are_found_in_it() {
        for (address, url, path) in [
            ("https://a.org/", "https://a.org/en/x", Some("/en/x")),
            ("https://A.org", "http://a.org/en/x?y#z", Some("/en/x")),
            ("https://a.org/n/", "https://a.org/n/en/x", Some("/en/x")),
            ("https://a.org/n", "https://a.org/news/en/x", None),
            ("https://a.org", "https://b.org/en/x", None),
            ("https://a.org", "https://a.org:81/en/x", None),
            ("https://a.org", "ftp://a.org/en/x", None),
        ] {
            let site = SiteUrl::parse(address).unwrap();
            let found = site.path_of(&Url::parse(url).unwrap());
            assert_eq!(found.as_deref(), path, "{address} {url}");
            assert!(!site.join("/en").contains("//en"));
        }
        for text in [
            "a.org",
            "ftp://a.org",
            "https://u@a.org",
            "https://a.org?x",
            "https://a.org#x",
        ] {
            assert!(SiteUrl::parse(text).is_err(), "{text}");
        }
    }
}
