//! Why publications ended, by the entries of the log that say so. Editors and copies elsewhere are told the same.

use serde_json::Value;

use super::reading::Entry;
use crate::db::sql_types::{Json, words};

words! {
    /// The reason for which a language of a post is no longer public.
    pub enum EndReason {
        /// An editor took it down.
        Unpublished = "unpublished",
        /// It expired.
        Expired = "expired",
        /// The post was deleted.
        Deleted = "deleted",
        /// An editor took it down because it is wrong.
        Error = "error",
        /// An editor took it down because somebody does not consent to it.
        Consent = "consent",
        /// An editor took it down for legal reasons.
        Legal = "legal",
    }
}

/// The facts of an entry by which a publication ended.
#[derive(Debug, Clone, Copy)]
pub struct EndFacts<'a> {
    /// The facts before.
    pub before: Option<&'a Json<Value>>,
    /// The facts afterwards.
    pub after: Option<&'a Json<Value>>,
}

impl<'a> From<&'a Entry> for EndFacts<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            before: entry.before.as_ref(),
            after: entry.after.as_ref(),
        }
    }
}

impl EndFacts<'_> {
    /// Returns the reason that the editor gave. Whoever keeps a copy has to know it, whatever happened to the post later.
    pub fn given(self) -> Option<EndReason> {
        self.after?.0.get("reason")?.as_str()?.parse().ok()
    }

    /// Returns the reason. `is_deleted` says that the post was deleted then or later.
    pub fn reason(self, is_deleted: bool) -> EndReason {
        // The entries of the clock say nothing of what was before.
        let is_by_clock = self.before.is_none();
        match self.given() {
            Some(reason) => reason,
            None if is_deleted => EndReason::Deleted,
            None if is_by_clock => EndReason::Expired,
            None => EndReason::Unpublished,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reason_that_was_given_comes_before_any_other() {
        let (before, at) = (Json(json!({ "slug": "a" })), Json(json!({ "at": "now" })));
        let legal = Json(json!({ "reason": "legal" }));
        for (before, after, is_deleted, expected) in [
            (Some(&before), None, false, EndReason::Unpublished),
            (Some(&before), None, true, EndReason::Deleted),
            (None, Some(&at), false, EndReason::Expired),
            (None, Some(&at), true, EndReason::Deleted),
            (Some(&before), Some(&legal), false, EndReason::Legal),
            (Some(&before), Some(&legal), true, EndReason::Legal),
        ] {
            assert_eq!(EndFacts { before, after }.reason(is_deleted), expected);
        }
    }
}
