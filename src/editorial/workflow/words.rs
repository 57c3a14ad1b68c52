//! The words of the workflow: status, stage, action.

use crate::db::sql_types::words;

words! {
    /// How far a translation has come.
    pub enum Status {
        /// With its writer, and not published.
        Draft = "draft",
        /// Waits for a reviewer.
        Submitted = "submitted",
        /// With a reviewer.
        InReview = "in_review",
        /// Back with its writer, with a note.
        ChangesRequested = "changes_requested",
        /// May be published.
        Approved = "approved",
        /// Will be public at `publish_at`.
        Scheduled = "scheduled",
        /// Public.
        Published = "published",
        /// Was public until `unpublish_at`.
        Expired = "expired",
        /// Put away.
        Archived = "archived",
    }
}

words! {
    /// Where a working copy stands between its writer and its reviewer.
    pub enum Stage {
        /// With its writer.
        Draft = "draft",
        /// Waits for a reviewer.
        Submitted = "submitted",
        /// With a reviewer.
        InReview = "in_review",
        /// Back with its writer, with a note.
        ChangesRequested = "changes_requested",
        /// May be published.
        Approved = "approved",
        /// Put away.
        Archived = "archived",
    }
}

words! {
    /// What may be done with one language of a post.
    pub enum Action {
        /// Change its working copy.
        Edit = "edit",
        /// Delete it.
        Delete = "delete",
        /// Hand it to the reviewers.
        Submit = "submit",
        /// Take it back from them.
        Withdraw = "withdraw",
        /// Take it into review.
        Review = "review",
        /// Let it pass.
        Approve = "approve",
        /// Send it back to its writer.
        RequestChanges = "request_changes",
        /// Give it back to the other reviewers.
        HandBack = "hand_back",
        /// Make it public now.
        Publish = "publish",
        /// Make it public later.
        Schedule = "schedule",
        /// Take it down.
        Unpublish = "unpublish",
        /// Put it away.
        Archive = "archive",
        /// Take it out again.
        Unarchive = "unarchive",
        /// Make a link to it for somebody without a login.
        Preview = "preview",
    }
}

impl Action {
    /// The stages from which it leads on.
    pub(super) fn leads_from(self) -> &'static [Stage] {
        use Stage::{Approved, Archived, ChangesRequested, Draft, InReview, Submitted};
        match self {
            Self::Submit => &[Draft, ChangesRequested],
            Self::Withdraw => &[Submitted, InReview, ChangesRequested, Approved],
            Self::Review => &[Submitted],
            Self::Approve | Self::RequestChanges => &[Submitted, InReview],
            Self::HandBack => &[InReview],
            Self::Publish | Self::Schedule => &[Draft, Approved],
            Self::Archive => &[Draft, Submitted, InReview, ChangesRequested, Approved],
            Self::Unarchive => &[Archived],
            Self::Edit | Self::Delete | Self::Unpublish | Self::Preview => &Stage::ALL,
        }
    }
}
