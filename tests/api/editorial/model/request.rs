//! The requests that people send.

use tribuna::timestamp::Timestamp;

use super::{Lang, PersonNumber, PostNumber};

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    pub who: PersonNumber,
    pub post: PostNumber,
    pub lang: Lang,
    pub verb: Verb,
    /// The value of `If-Match`, if one is sent.
    pub seen: Option<Seen>,
}

/// An `ETag` from an earlier answer.
#[derive(Debug, Clone)]
pub struct Seen {
    pub etag: String,
    /// True if it was still current when the step began.
    pub is_current: bool,
}

#[derive(Debug, Clone)]
pub enum Verb {
    /// Creates a post. The model learns the id from the answer.
    Create(Draft),
    /// `PUT` of a translation, which creates it if it does not exist.
    Put(Draft),
    /// `PATCH` of a translation.
    Patch(Draft),
    Delete,
    /// `PATCH` of the post.
    Feature(bool),
    Submit,
    Withdraw,
    Take,
    Approve,
    RequestChanges {
        with_note: bool,
    },
    HandBack,
    Publish {
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    },
    /// `PATCH` of the publication.
    Retime {
        from: Option<Timestamp>,
        until: Option<Option<Timestamp>>,
    },
    /// `PATCH` of the scheduled replacement.
    Postpone {
        from: Option<Timestamp>,
        until: Option<Option<Timestamp>>,
    },
    CancelReplacement,
    Unpublish,
    Archive,
    Unarchive,
    Trash,
    Restore,
    Purge,
    RestoreRevision(usize),
    CopyPost,
    StartFrom(Lang),
    MakeLink {
        ttl: Option<i64>,
    },
    Revoke(usize),
}

/// The fields of a text that a request sends.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub title: Option<String>,
    pub slug: Option<String>,
    pub word: Option<String>,
    pub take_over: bool,
}

/// The name of each verb.
pub const VERBS: [&str; 26] = [
    "Create",
    "Put",
    "Patch",
    "Delete",
    "Feature",
    "Submit",
    "Withdraw",
    "Take",
    "Approve",
    "RequestChanges",
    "HandBack",
    "Publish",
    "Retime",
    "Postpone",
    "CancelReplacement",
    "Unpublish",
    "Archive",
    "Unarchive",
    "Trash",
    "Restore",
    "Purge",
    "RestoreRevision",
    "CopyPost",
    "StartFrom",
    "MakeLink",
    "Revoke",
];

impl Verb {
    pub fn name(&self) -> String {
        let debug = format!("{self:?}");
        debug.chars().take_while(|c| c.is_alphabetic()).collect()
    }

    /// True for verbs that only editors and admins may use.
    pub fn is_for_editors(&self) -> bool {
        matches!(
            self,
            Self::Take
                | Self::Approve
                | Self::RequestChanges { .. }
                | Self::HandBack
                | Self::Publish { .. }
                | Self::Retime { .. }
                | Self::Postpone { .. }
                | Self::CancelReplacement
                | Self::Unpublish
                | Self::Archive
                | Self::Unarchive
                | Self::Restore
        )
    }

    /// True for verbs that concern the post as a whole, not one translation.
    pub fn is_of_the_post(&self) -> bool {
        matches!(
            self,
            Self::Feature(_) | Self::Trash | Self::Restore | Self::Purge | Self::CopyPost
        )
    }

    pub fn takes_if_match(&self) -> bool {
        !matches!(
            self,
            Self::Create(_)
                | Self::Restore
                | Self::Purge
                | Self::CopyPost
                | Self::StartFrom(_)
                | Self::MakeLink { .. }
                | Self::Revoke(_)
        )
    }

    /// True for verbs whose answer teaches the model nothing and whose effect does not depend on the clock.
    pub fn can_be_in_a_batch(&self) -> bool {
        match self {
            Self::Publish { from, .. } => from.is_none(),
            Self::Create(_)
            | Self::CopyPost
            | Self::MakeLink { .. }
            | Self::Revoke(_)
            | Self::Retime { .. }
            | Self::Postpone { .. }
            | Self::CancelReplacement => false,
            _ => true,
        }
    }
}

impl Request {
    /// The resource whose `ETag` the request uses.
    pub fn thing(&self) -> (PostNumber, Option<Lang>) {
        let lang = (!self.verb.is_of_the_post()).then_some(self.lang);
        (self.post, lang)
    }
}
