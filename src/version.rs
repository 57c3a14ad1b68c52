//! Versions of things that are edited, and what a caller who saw one expects (lost updates, RFC 9110 section 13.1).

/// A thing whose every change gives it a new number.
pub trait Versioned {
    /// From 1, up.
    fn version(&self) -> i32;
}

/// The strong validator of a version.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// What a writer expects to find: from `If-Match` and `If-None-Match`; nothing, for writers who do not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    any_of: Option<Vec<String>>,
    none_of: Option<Vec<String>>,
}

impl Seen {
    /// From the entity tags of `If-Match` and of `If-None-Match`; none at all means that the caller does not ask.
    pub fn of(any_of: Vec<String>, none_of: Vec<String>) -> Self {
        let given = |tags: Vec<String>| (!tags.is_empty()).then_some(tags);
        Self {
            any_of: given(any_of),
            none_of: given(none_of),
        }
    }

    /// Whether a write of others cannot be overwritten unseen: `If-Match` was sent or, with what may make something new,
    /// `If-None-Match: *`.
    pub fn protects(&self, may_make: bool) -> bool {
        let only_new = |tags: &[String]| tags.iter().any(|tag| tag == "*");
        self.any_of.is_some() || may_make && self.none_of.as_deref().is_some_and(only_new)
    }

    /// Whether a write on this version is what the caller meant: `If-Match` compares strongly, `If-None-Match` weakly.
    pub fn allows(&self, version: i32) -> bool {
        let current = etag(version);
        let seen = |tags: &[String]| tags.iter().any(|tag| *tag == current || tag == "*");
        let unwanted = |tags: &[String]| {
            tags.iter()
                .any(|tag| tag.trim_start_matches("W/") == current || tag == "*")
        };
        self.any_of.as_deref().is_none_or(seen) && !self.none_of.as_deref().is_some_and(unwanted)
    }

    /// Whether making what is not there yet is what the caller meant: not if it was seen.
    pub fn allows_absent(&self) -> bool {
        self.any_of.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(tag: &str) -> Seen {
        Seen::of(vec![tag.to_owned()], Vec::new())
    }

    fn unseen(tag: &str) -> Seen {
        Seen::of(Vec::new(), vec![tag.to_owned()])
    }

    #[test]
    fn a_write_goes_through_only_on_the_version_that_was_seen() {
        assert!(Seen::default().allows(3));
        assert!(seen("\"v3\"").allows(3));
        assert!(seen("*").allows(3));
        assert!(!seen("\"v2\"").allows(3));
        assert!(!seen("W/\"v3\"").allows(3));
        assert!(!seen("*").allows_absent());
    }

    #[test]
    fn what_must_not_be_there_is_only_made() {
        assert!(unseen("*").allows_absent());
        assert!(!unseen("*").allows(1));
        assert!(!unseen("\"v1\"").allows(1));
        assert!(!unseen("W/\"v1\"").allows(1));
        assert!(unseen("\"v1\"").allows(2));
    }
}
