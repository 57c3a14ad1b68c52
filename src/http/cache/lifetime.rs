//! How long others may keep an answer: `Cache-Control`, never past the moment at which time makes it another.

use std::time::Duration;

use actix_web::http::header::HeaderValue;

use crate::config::Config;

/// RFC 9111 and RFC 5861, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    max_age: u32,
    while_revalidate: u32,
    if_error: u32,
}

/// That of each route.
pub struct Lifetimes {
    general: Lifetime,
    routes: Vec<(&'static str, Lifetime)>,
}

impl Lifetimes {
    /// As the settings say.
    pub fn new(config: &Config) -> Self {
        let general = Lifetime {
            max_age: config.cache.max_age,
            while_revalidate: config.cache.stale_while_revalidate,
            if_error: config.cache.stale_if_error,
        };
        let own = config.cache.routes.iter().map(|own| {
            let lifetime = Lifetime {
                max_age: own.max_age,
                while_revalidate: own
                    .stale_while_revalidate
                    .unwrap_or(general.while_revalidate),
                if_error: own.stale_if_error.unwrap_or(general.if_error),
            };
            (own.route, lifetime)
        });
        Self {
            general,
            routes: own.collect(),
        }
    }

    /// That of a path.
    pub fn of(&self, path: &str) -> Lifetime {
        let route = path.strip_prefix("/v1/").unwrap_or_default();
        let route = route.split('/').next().unwrap_or_default();
        let own = self.routes.iter().find(|(own, _)| *own == route);
        own.map_or(self.general, |(_, lifetime)| *lifetime)
    }
}

impl Lifetime {
    /// The header of an answer that stays as it is for `left` seconds, or for good. One that ends soon may not be served
    /// stale either.
    pub fn control(self, left: Option<i64>) -> HeaderValue {
        let within = |seconds: u32, most: Option<i64>| {
            let seconds = i64::from(seconds);
            most.map_or(seconds, |most| seconds.min(most))
        };
        let left = left.map(|left| left.max(0));
        let fresh = within(self.max_age, left);
        let spare = left.map(|left| left - fresh);
        let written = if left.is_some_and(|left| left <= i64::from(self.max_age)) {
            format!("public, max-age={fresh}")
        } else {
            format!(
                "public, max-age={fresh}, stale-while-revalidate={}, stale-if-error={}",
                within(self.while_revalidate, spare),
                within(self.if_error, spare),
            )
        };
        HeaderValue::try_from(written).unwrap_or(HeaderValue::from_static("no-cache"))
    }

    /// How long an answer may be served that nobody can confirm.
    pub fn stale_at_most(self) -> Duration {
        Duration::from_secs(u64::from(self.max_age) + u64::from(self.if_error))
    }

    /// The seconds after which no header of it speaks of the answer any more.
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
    fn nobody_may_keep_an_answer_past_its_end() {
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
            assert_eq!(LIFETIME.control(left), expected, "{left:?}");
        }
        assert_eq!(LIFETIME.longest(), 86_460);
    }

    #[test]
    fn a_route_has_its_own_where_it_was_given_one() {
        let own = Lifetime {
            max_age: 5,
            ..LIFETIME
        };
        let lifetimes = Lifetimes {
            general: LIFETIME,
            routes: vec![("posts", own)],
        };
        assert_eq!(lifetimes.of("/v1/posts"), own);
        assert_eq!(lifetimes.of("/v1/posts/a/related"), own);
        assert_eq!(lifetimes.of("/v1/postscript"), LIFETIME);
        assert_eq!(lifetimes.of("/v1/tags"), LIFETIME);
    }
}
