//! The freshness lifetime of answers in downstream caches (`Cache-Control`), which never exceeds the time at which the
//! clock changes the answer.

use std::time::Duration;

use actix_web::http::header::HeaderValue;

use crate::config::Config;

/// The freshness lifetime of an answer (RFC 9111 section 4.2) and the time for which it may be served stale (RFC 5861),
/// in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    max_age: u32,
    while_revalidate: u32,
    if_error: u32,
}

/// The lifetimes by route.
pub struct Lifetimes {
    default: Lifetime,
    routes: Vec<(&'static str, Lifetime)>,
}

impl Lifetimes {
    /// Reads the lifetimes from the settings.
    pub fn new(config: &Config) -> Self {
        let default = Lifetime {
            max_age: config.cache.max_age,
            while_revalidate: config.cache.stale_while_revalidate,
            if_error: config.cache.stale_if_error,
        };
        let routes = config.cache.routes.iter().map(|own| {
            let lifetime = Lifetime {
                max_age: own.max_age,
                while_revalidate: own
                    .stale_while_revalidate
                    .unwrap_or(default.while_revalidate),
                if_error: own.stale_if_error.unwrap_or(default.if_error),
            };
            (own.route, lifetime)
        });
        Self {
            default,
            routes: routes.collect(),
        }
    }

    /// Returns the lifetime for a path: that of its route, or the default.
    pub fn of(&self, path: &str) -> Lifetime {
        let route = path.strip_prefix("/v1/").unwrap_or_default();
        let route = route.split('/').next().unwrap_or_default();
        let own = self.routes.iter().find(|(own, _)| *own == route);
        own.map_or(self.default, |(_, lifetime)| *lifetime)
    }
}

impl Lifetime {
    /// Returns `Cache-Control` for an answer that stays unchanged for `left` seconds, or indefinitely. The time for
    /// which the answer may be served stale ends with `left` too.
    pub fn cache_control(self, left: Option<i64>) -> HeaderValue {
        let within = |seconds: u32, most: Option<i64>| {
            let seconds = i64::from(seconds);
            most.map_or(seconds, |most| seconds.min(most))
        };
        let left = left.map(|left| left.max(0));
        let fresh = within(self.max_age, left);
        let stale = left.map(|left| left - fresh);
        let written = if left.is_some_and(|left| left <= i64::from(self.max_age)) {
            format!("public, max-age={fresh}")
        } else {
            format!(
                "public, max-age={fresh}, stale-while-revalidate={}, stale-if-error={}",
                within(self.while_revalidate, stale),
                within(self.if_error, stale),
            )
        };
        HeaderValue::try_from(written).unwrap_or(HeaderValue::from_static("no-cache"))
    }

    /// Returns the time for which an answer may be served while the cache cannot determine whether it is fresh.
    pub fn max_stale(self) -> Duration {
        Duration::from_secs(u64::from(self.max_age) + u64::from(self.if_error))
    }

    /// Returns the maximum time in seconds for which another cache may use the answer, fresh or stale.
    pub fn longest(self) -> i64 {
        i64::from(self.max_age) + i64::from(self.while_revalidate.max(self.if_error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Lifetime = Lifetime {
        max_age: 60,
        while_revalidate: 600,
        if_error: 86_400,
    };

    #[test]
    fn no_cache_may_keep_an_answer_past_its_end() {
        let whole = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";
        for (left, expected) in [
            (None, whole),
            (Some(86_460), whole),
            (
                Some(86_459),
                "public, max-age=60, stale-while-revalidate=600, stale-if-error=86399",
            ),
            (
                Some(300),
                "public, max-age=60, stale-while-revalidate=240, stale-if-error=240",
            ),
            (Some(60), "public, max-age=60"),
            (Some(29), "public, max-age=29"),
            (Some(0), "public, max-age=0"),
            (Some(-5), "public, max-age=0"),
        ] {
            assert_eq!(LIFETIME.cache_control(left), expected, "{left:?}");
        }
        assert_eq!(LIFETIME.longest(), 86_460);
    }

    #[test]
    fn a_route_may_have_a_lifetime_of_its_own() {
        let own = Lifetime {
            max_age: 5,
            ..LIFETIME
        };
        let lifetimes = Lifetimes {
            default: LIFETIME,
            routes: vec![("posts", own)],
        };
        assert_eq!(lifetimes.of("/v1/posts"), own);
        assert_eq!(lifetimes.of("/v1/posts/a/related"), own);
        assert_eq!(lifetimes.of("/v1/postscript"), LIFETIME);
        assert_eq!(lifetimes.of("/v1/tags"), LIFETIME);
    }
}
