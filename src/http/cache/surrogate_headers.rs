//! `Surrogate-Key` and `Cache-Tag`: the keys of an answer for the CDN in front, so that it can purge by them.

use std::collections::BTreeMap;

use actix_web::http::header::{HeaderName, HeaderValue};

use super::surrogate_keys::SurrogateKeys;

/// What Fastly and Varnish read.
pub const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
/// What Cloudflare and others read.
pub const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");

/// In bytes, of each of the two: together they are 8 KB, and clients such as Node refuse a head of more than 16.
const LONGEST: usize = 4096;

/// Both headers; `None`: there is no key.
pub fn headers(keys: &SurrogateKeys) -> Option<[(HeaderName, HeaderValue); 2]> {
    let keys = bounded(keys);
    if keys.is_empty() {
        return None;
    }
    let value = |separator| HeaderValue::try_from(keys.join(separator)).ok();
    Some([(SURROGATE_KEY, value(" ")?), (CACHE_TAG, value(",")?)])
}

/// As many keys as fit: as long as they do not, all of the kind that takes most room become one, `post:any`.
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

/// `post` of `post:<id>`; those that name no single thing have none.
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
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn written(keys: &SurrogateKeys) -> (String, String) {
        let [surrogate, tag] = headers(keys).unwrap();
        let text = |value: HeaderValue| value.to_str().unwrap().to_owned();
        (text(surrogate.1), text(tag.1))
    }

    #[test]
    fn keys_are_listed_as_each_header_wants_them() {
        let keys = SurrogateKeys::new().with("posts").with("lang:fr");
        let (surrogate, tag) = written(&keys);
        assert_eq!(surrogate, "lang:fr posts");
        assert_eq!(tag, "lang:fr,posts");
        assert!(headers(&SurrogateKeys::new()).is_none());
    }

    #[test]
    fn what_does_not_fit_becomes_any_of_its_kind_the_longest_kind_first() {
        let many = |kind: &str, count: usize| -> Vec<String> {
            (0..count).map(|one| format!("{kind}:{one:036}")).collect()
        };
        let mut keys = SurrogateKeys::new().with("posts").with("posts:any");
        keys.extend(many("tag", 20));
        keys.extend(many("post", 90));
        let (surrogate, tag) = written(&keys);
        assert!(surrogate.len() <= LONGEST && tag.len() <= LONGEST);
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
        assert!(surrogate.len() <= LONGEST);
    }
}
