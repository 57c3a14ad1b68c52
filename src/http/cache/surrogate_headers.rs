//! `Surrogate-Key` and `Cache-Tag`: the surrogate keys of a response, by which a CDN can purge it. A setting chooses the
//! headers.

use std::collections::BTreeMap;

use actix_web::http::header::{HeaderName, HeaderValue};

use crate::config::SurrogateHeaders;
use crate::surrogate_keys::{ALL, SurrogateKeys};

/// The header for Fastly and Varnish; keys are separated by spaces.
pub const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
/// The header for Cloudflare and others; keys are separated by commas.
pub const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");

/// The maximum length of each header. Together they have up to 8 KB; clients such as Node.js refuse more than 16 KB of
/// headers.
const LONGEST: usize = 4096 - (ALL.len() + 1);

/// Returns the chosen headers, with the key of all responses; none if there are no keys.
pub fn headers(keys: &SurrogateKeys, chosen: SurrogateHeaders) -> Vec<(HeaderName, HeaderValue)> {
    if chosen == SurrogateHeaders::Off || keys.is_empty() {
        return Vec::new();
    }
    let mut keys = bounded(keys);
    keys.insert(0, ALL.to_owned());
    let value = |separator| HeaderValue::try_from(keys.join(separator)).ok();
    [
        (SURROGATE_KEY, " ", chosen.has_surrogate_key()),
        (CACHE_TAG, ",", chosen.has_cache_tag()),
    ]
    .into_iter()
    .filter(|(.., is_chosen)| *is_chosen)
    .filter_map(|(name, separator, _)| Some((name, value(separator)?)))
    .collect()
}

/// Returns the keys, reduced to [`LONGEST`]: as long as they are too long, all keys of the kind that takes the most
/// space are replaced by a single key such as `post:any`.
fn bounded(keys: &SurrogateKeys) -> Vec<String> {
    let mut keys: Vec<String> = keys.iter().map(str::to_owned).collect();
    while length(&keys) > LONGEST {
        let Some(kind) = longest_kind(&keys) else {
            keys.clear();
            break;
        };
        keys.retain(|key| self::kind(key) != Some(kind.as_str()));
        keys.push(any(&kind));
    }
    keys
}

fn length<'a>(keys: impl IntoIterator<Item = &'a String>) -> usize {
    keys.into_iter().map(|key| key.len() + 1).sum()
}

/// Returns the kind of a key: `post` for `post:<id>`. A key that names no single resource has none.
fn kind(key: &str) -> Option<&str> {
    let (kind, one) = key.split_once(':')?;
    (one != "any").then_some(kind)
}

fn any(kind: &str) -> String {
    format!("{kind}:any")
}

fn longest_kind(keys: &[String]) -> Option<String> {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys {
        if let Some(kind) = kind(key) {
            *kinds.entry(kind).or_default() += key.len();
        }
    }
    let longest = kinds.into_iter().max_by_key(|(_, length)| *length);
    longest.map(|(kind, _)| kind.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn written(keys: &SurrogateKeys) -> (String, String) {
        let written = |chosen| {
            let headers = headers(keys, chosen);
            headers[0].1.to_str().unwrap().to_owned()
        };
        (
            written(SurrogateHeaders::SurrogateKey),
            written(SurrogateHeaders::CacheTag),
        )
    }

    #[test]
    fn a_header_is_written_only_where_it_was_chosen() {
        let keys = SurrogateKeys::new().with("posts");
        for (chosen, expected) in [
            (SurrogateHeaders::Off, vec![]),
            (SurrogateHeaders::SurrogateKey, vec![SURROGATE_KEY]),
            (SurrogateHeaders::CacheTag, vec![CACHE_TAG]),
            (SurrogateHeaders::Both, vec![SURROGATE_KEY, CACHE_TAG]),
        ] {
            let names: Vec<HeaderName> = headers(&keys, chosen)
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            assert_eq!(names, expected, "{chosen}");
        }
    }

    #[test]
    fn each_header_separates_keys_in_its_own_way() {
        let keys = SurrogateKeys::new().with("posts").with("lang:fr");
        let (surrogate, tag) = written(&keys);
        assert_eq!(surrogate, "all lang:fr posts");
        assert_eq!(tag, "all,lang:fr,posts");
        assert!(headers(&SurrogateKeys::new(), SurrogateHeaders::Both).is_empty());
    }

    #[test]
    fn keys_that_do_not_fit_become_one_key_for_their_kind_the_longest_kind_first() {
        let many = |kind: &str, count: usize| -> Vec<String> {
            (0..count).map(|one| format!("{kind}:{one:036}")).collect()
        };
        let mut keys = SurrogateKeys::new().with("posts").with("posts:any");
        keys.extend(many("tag", 20));
        keys.extend(many("post", 90));
        let (surrogate, tag) = written(&keys);
        assert!(surrogate.len() <= 4096 && tag.len() <= 4096);
        let left: Vec<&str> = surrogate.split(' ').collect();
        assert!(
            left.contains(&"post:any") && left.contains(&"posts") && left.contains(&"posts:any")
        );
        assert_eq!(
            left.iter().filter(|key| key.starts_with("post:")).count(),
            1
        );
        assert_eq!(
            left.iter().filter(|key| key.starts_with("tag:")).count(),
            20
        );
        keys.extend(many("tag", 500));
        let (surrogate, _) = written(&keys);
        assert!(surrogate.split(' ').any(|key| key == "tag:any"));
        assert!(surrogate.len() <= 4096);
    }
}
