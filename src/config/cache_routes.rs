//! Cache lifetimes for individual delivery routes.

use std::fmt;

use super::setting::{YEAR, listed};
use crate::kind::Kind;

/// Returns the routes that can have their own lifetimes. A route is the first segment after `/v1/`.
pub fn cache_routes() -> Vec<&'static str> {
    let kinds = Kind::all_public().map(Kind::plural);
    kinds
        .chain([
            "category-tree",
            "comments",
            "feeds",
            "oembed",
            "resolve",
            "site",
            "sitemap.xml",
            "sitemaps",
        ])
        .collect()
}

/// Describes the format of the setting.
pub(super) fn form() -> String {
    let routes = listed(cache_routes());
    format!(
        "route=max-age[/stale-while-revalidate[/stale-if-error]] in seconds, for any of {routes}, separated by commas, \
         such as posts=30/600/86400,resolve=300"
    )
}

/// The lifetimes of some routes, each at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheRoutes(Vec<CacheRoute>);

/// The lifetimes of one route, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheRoute {
    /// One of [`cache_routes`].
    pub route: &'static str,
    /// `max-age`.
    pub max_age: u32,
    /// `stale-while-revalidate`, if given.
    pub stale_while_revalidate: Option<u32>,
    /// `stale-if-error`, if given.
    pub stale_if_error: Option<u32>,
}

impl CacheRoutes {
    /// Parses a comma-separated list of `route=seconds[/seconds[/seconds]]`. The error completes "the value …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut routes: Vec<CacheRoute> = Vec::new();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            let route = CacheRoute::parse(part).map_err(|flaw| format!("has {part:?}, {flaw}"))?;
            if routes.iter().any(|other| other.route == route.route) {
                return Err(format!("has {} twice", route.route));
            }
            routes.push(route);
        }
        Ok(Self(routes))
    }

    /// Returns the routes in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = &CacheRoute> {
        self.0.iter()
    }
}

impl CacheRoute {
    fn parse(text: &str) -> Result<Self, String> {
        let (name, lifetimes) = text
            .split_once('=')
            .ok_or("which is not of the form route=seconds".to_owned())?;
        let name = name.trim();
        let routes = cache_routes();
        let route = routes.iter().copied().find(|route| *route == name);
        let route = route.ok_or_else(|| {
            format!(
                "which is not a known route; the routes are {}",
                routes.join(", ")
            )
        })?;
        let seconds: Vec<u32> = lifetimes
            .split('/')
            .map(seconds)
            .collect::<Result<_, _>>()?;
        let (max_age, more) = match seconds.as_slice() {
            [max_age, more @ ..] if more.len() <= 2 => (*max_age, more),
            _ => return Err("which has more than three numbers".to_owned()),
        };
        Ok(Self {
            route,
            max_age,
            stale_while_revalidate: more.first().copied(),
            stale_if_error: more.get(1).copied(),
        })
    }
}

fn seconds(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text
        .parse()
        .ok()
        .filter(|number| u64::from(*number) <= YEAR);
    number
        .filter(|_| digits)
        .ok_or_else(|| format!("where {text:?} is not a whole number of seconds from 0 to {YEAR}"))
}

impl fmt::Display for CacheRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}={}", one.route, one.max_age)?;
            let more = [one.stale_while_revalidate, one.stale_if_error];
            for seconds in more.into_iter().flatten() {
                write!(f, "/{seconds}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lifetimes_are_read_and_shown_as_they_were_written() {
        let text = "posts=30/600/86400,resolve=300,tags=5/0";
        let routes = CacheRoutes::parse(text).unwrap();
        assert_eq!(routes.to_string(), text);
        let read: Vec<_> = routes
            .iter()
            .map(|one| {
                (
                    one.route,
                    one.max_age,
                    one.stale_while_revalidate,
                    one.stale_if_error,
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                ("posts", 30, Some(600), Some(86400)),
                ("resolve", 300, None, None),
                ("tags", 5, Some(0), None)
            ]
        );
        let spaced = CacheRoutes::parse(" posts = 30 / 60 , ").unwrap();
        assert_eq!(spaced.to_string(), "posts=30/60");
        assert_eq!(CacheRoutes::parse("").unwrap(), CacheRoutes::default());
    }

    #[test]
    fn what_is_no_lifetime_is_refused_with_what_would_be_right() {
        for (text, flaw) in [
            ("posts", "the form route=seconds"),
            ("post=30", "posts, categories"),
            ("previews=30", "posts, categories"),
            ("posts=", "not a whole number"),
            ("posts=-1", "not a whole number"),
            ("posts=+1", "not a whole number"),
            ("posts=1.5", "not a whole number"),
            ("posts=31536001", "31536000"),
            ("posts=1/2/3/4", "more than three"),
            ("posts=1//3", "not a whole number"),
            ("posts=1,tags=2,posts=3", "posts twice"),
        ] {
            let refused = CacheRoutes::parse(text).unwrap_err();
            assert!(refused.contains(flaw), "{text}: {refused}");
        }
    }
}
