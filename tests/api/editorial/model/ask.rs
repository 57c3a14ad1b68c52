//! What is asked for, by whom, of what.

use tribuna::timestamp::Timestamp;

use super::{Lang, PersonNumber, PostNumber};

/// One request.
#[derive(Debug, Clone)]
pub struct Ask {
    pub who: PersonNumber,
    pub post: PostNumber,
    pub lang: Lang,
    pub verb: Verb,
    /// What is sent in `If-Match`.
    pub seen: Option<Seen>,
}

/// An `ETag` that was read some time ago.
#[derive(Debug, Clone)]
pub struct Seen {
    pub etag: String,
    /// Whether it was still the thing's own when the step began.
    pub is_current: bool,
}

#[derive(Debug, Clone)]
pub enum Verb {
    /// A new post; which one of the world it will be, its asker does not know.
    Create(Draft),
    /// `PUT` of a translation, there or not.
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
    /// `PATCH` of what will replace it.
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

/// What is sent of a text.
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
        let told = format!("{self:?}");
        told.chars().take_while(|c| c.is_alphabetic()).collect()
    }

    /// Forbidden to all others, whatever it is about.
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

    /// About the post as a whole, and not one language.
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

    /// Nothing has to be learnt from its answer, and it does the same in whatever company.
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

impl Ask {
    /// What an `ETag` belongs to.
    pub fn thing(&self) -> (PostNumber, Option<Lang>) {
        let lang = (!self.verb.is_of_the_post()).then_some(self.lang);
        (self.post, lang)
    }
}
