//! Versions of things that are edited, and what a caller who saw one expects (lost updates, RFC 9110 section 13.1.1).

use crate::error::{Error, Result};

/// A thing whose every change gives it a new number.
pub trait Versioned {
    /// From 1, up.
    fn version(&self) -> i32;
}

/// The strong validator of a version.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// Which versions the writer has seen: from `If-Match`, or none for writers who do not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Option<Vec<String>>);

impl Seen {
    /// From the entity tags of `If-Match`; none at all means that the caller does not ask.
    pub fn of(tags: Vec<String>) -> Self {
        Self((!tags.is_empty()).then_some(tags))
    }

    /// Lets the write through if this version was seen, or nothing was asked.
    ///
    /// # Errors
    /// [`Error::Stale`] with the current validator.
    pub fn check(&self, version: i32) -> Result<()> {
        let current = etag(version);
        match &self.0 {
            Some(seen) if !seen.iter().any(|seen| *seen == current || seen == "*") => {
                Err(Error::Stale(current))
            }
            _ => Ok(()),
        }
    }
}

impl Seen {
    /// Lets a write make what is not there yet: not for a caller who has seen it (RFC 9110 section 13.1.1).
    ///
    /// # Errors
    /// [`Error::Stale`], without a validator.
    pub fn check_absent(&self) -> Result<()> {
        match &self.0 {
            Some(_) => Err(Error::Stale(String::new())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_goes_through_only_on_the_version_that_was_seen() {
        let seen = |tag: &str| Seen::of(vec![tag.to_owned()]);
        assert!(Seen::default().check(3).is_ok());
        assert!(seen("\"v3\"").check(3).is_ok());
        assert!(seen("*").check(3).is_ok());
        assert!(matches!(seen("\"v2\"").check(3), Err(Error::Stale(tag)) if tag == "\"v3\""));
        assert!(seen("W/\"v3\"").check(3).is_err());
    }
}
