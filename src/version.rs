//! Versions of edited items, and the preconditions that prevent lost updates (RFC 9110 section 13.1).

use actix_web::http::header::{EntityTag, IfMatch, IfNoneMatch};

use crate::timestamp::Timestamp;

/// An item whose version grows with every change.
pub trait Versioned {
    /// Returns the version, which starts at 1.
    fn version(&self) -> i32;
}

/// An item that a save replaces by its next version.
pub trait Revised: Sized + PartialEq {
    /// Returns the item as the version after its present one, changed at `at`.
    fn revised(self, at: Timestamp) -> Self;

    /// Returns the next version of `old` that a save makes of it; `None` if the save changes nothing. Such a save has no
    /// effect: neither version nor times change, and the change log gets no entry. `self` is `old` with the new values, and
    /// with the old version and times.
    fn next(self, old: &Self, at: Timestamp) -> Option<Self> {
        (self != *old).then(|| self.revised(at))
    }
}

/// Implements [`Revised`] for types with the members `version` and `updated_at`.
macro_rules! revised {
    ($($Type:ty),+) => {$(
        impl $crate::version::Revised for $Type {
            fn revised(self, at: $crate::timestamp::Timestamp) -> Self {
                Self {
                    version: self.version + 1,
                    updated_at: at,
                    ..self
                }
            }
        }
    )+};
}
pub(crate) use revised;

/// Returns the strong entity tag of a version.
pub fn etag(version: i32) -> String {
    format!("\"{}\"", tag(version))
}

fn tag(version: i32) -> String {
    format!("v{version}")
}

/// The versions that a writer expects, from `If-Match` and `If-None-Match`. The default has no expectation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    any_of: Option<IfMatch>,
    none_of: Option<IfNoneMatch>,
}

/// The versions that a writer expects of a resource that the write creates if it does not exist. The writer may expect that
/// it does not: `If-None-Match: *`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeenOrNew(pub Seen);

impl Seen {
    /// Creates the expectation of a request from these headers; `None` stands for an absent header.
    pub fn new(any_of: Option<IfMatch>, none_of: Option<IfNoneMatch>) -> Self {
        Self { any_of, none_of }
    }

    /// Returns whether the write cannot overwrite another one unnoticed: it has `If-Match` or, if it may create the
    /// resource, `If-None-Match: *`.
    pub fn protects(&self, may_make: bool) -> bool {
        self.any_of.is_some() || may_make && self.none_of == Some(IfNoneMatch::Any)
    }

    /// Returns whether the expectation permits a write to this version. `If-Match` compares strongly, `If-None-Match`
    /// weakly.
    pub fn allows(&self, version: i32) -> bool {
        let current = EntityTag::new_strong(tag(version));
        let is_expected = match &self.any_of {
            None | Some(IfMatch::Any) => true,
            Some(IfMatch::Items(tags)) => tags.iter().any(|tag| tag.strong_eq(&current)),
        };
        let is_excluded = match &self.none_of {
            None => false,
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&current)),
        };
        is_expected && !is_excluded
    }

    /// Returns whether the expectation permits a write that creates the resource. It does not if there is an
    /// `If-Match`.
    pub fn allows_absent(&self) -> bool {
        self.any_of.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(tag: &str) -> Seen {
        let any_of = match tag {
            "*" => IfMatch::Any,
            tag => IfMatch::Items(tag.parse().into_iter().collect()),
        };
        Seen::new(Some(any_of), None)
    }

    fn unseen(tag: &str) -> Seen {
        let none_of = match tag {
            "*" => IfNoneMatch::Any,
            tag => IfNoneMatch::Items(tag.parse().into_iter().collect()),
        };
        Seen::new(None, Some(none_of))
    }

    #[test]
    fn a_write_goes_through_only_on_the_version_that_was_seen() {
        assert!(Seen::default().allows(3));
        assert!(seen("\"v3\"").allows(3));
        assert!(seen("*").allows(3));
        assert!(!seen("\"v2\"").allows(3));
        assert!(!seen("W/\"v3\"").allows(3));
        assert!(!seen("malformed").allows(3));
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
