//! Surrogate keys name the content that a response shows. A change invalidates the responses that have its keys.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The key of every response that has keys. Only headers have it, so that a CDN can purge everything by a key.
pub const ALL: &str = "all";

/// A set of surrogate keys, such as `posts`, `post:<id>`, `category:<id>` and `lang:fr`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SurrogateKeys(BTreeSet<String>);

impl SurrogateKeys {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns this set with one more key.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>) -> Self {
        self.add(key);
        self
    }

    /// Adds a key.
    pub fn add(&mut self, key: impl Into<String>) {
        self.0.insert(key.into());
    }

    /// Returns the keys in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a 64-bit hash of each key, sorted. The hashes are stable within one process.
    pub fn digests(&self) -> Box<[u64]> {
        let digest = |key: &String| {
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            hasher.finish()
        };
        let mut digests: Vec<u64> = self.0.iter().map(digest).collect();
        digests.sort_unstable();
        digests.into()
    }
}

impl FromIterator<String> for SurrogateKeys {
    fn from_iter<I: IntoIterator<Item = String>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl Extend<String> for SurrogateKeys {
    fn extend<I: IntoIterator<Item = String>>(&mut self, keys: I) {
        self.0.extend(keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_a_set_and_their_digests_are_sorted_and_do_not_change() {
        let mut keys = SurrogateKeys::new()
            .with("posts")
            .with("lang:fr")
            .with("posts");
        keys.extend(["category:1".to_owned()]);
        assert_eq!(
            keys.iter().collect::<Vec<_>>(),
            ["category:1", "lang:fr", "posts"]
        );
        let digests = keys.digests();
        assert_eq!(digests.len(), 3);
        assert!(digests.is_sorted());
        assert_eq!(digests, keys.clone().digests());
        let of_one = SurrogateKeys::new().with("posts").digests();
        assert!(of_one.iter().all(|digest| digests.contains(digest)));
        assert!(SurrogateKeys::new().is_empty() && !keys.is_empty());
    }
}
