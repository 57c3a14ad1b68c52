//! The vocabulary of the workflow: status, stage and action.

use crate::db::sql_types::words;

words! {
    /// The status of a translation.
    pub enum Status {
        /// A draft that is not published.
        Draft = "draft",
        /// Submitted for review.
        Submitted = "submitted",
        /// Being reviewed.
        InReview = "in_review",
        /// Sent back to its writer, with a note.
        ChangesRequested = "changes_requested",
        /// Approved for publication.
        Approved = "approved",
        /// To be published at `publish_at`.
        Scheduled = "scheduled",
        /// Published.
        Published = "published",
        /// Published until `unpublish_at`, which has passed.
        Expired = "expired",
        /// Archived.
        Archived = "archived",
    }
}

words! {
    /// The stage of a working copy in the workflow. Unlike the status, it does not depend on the publication.
    pub enum Stage {
        /// A draft.
        Draft = "draft",
        /// Submitted for review.
        Submitted = "submitted",
        /// Being reviewed.
        InReview = "in_review",
        /// Sent back to its writer, with a note.
        ChangesRequested = "changes_requested",
        /// Approved for publication.
        Approved = "approved",
        /// Archived.
        Archived = "archived",
    }
}

words! {
    /// An action on one language of a post.
    pub enum Action {
        /// Change the working copy.
        Edit = "edit",
        /// Delete the translation.
        Delete = "delete",
        /// Submit the translation for review.
        Submit = "submit",
        /// Withdraw the submission.
        Withdraw = "withdraw",
        /// Take the translation into review.
        Review = "review",
        /// Approve the translation.
        Approve = "approve",
        /// Send the translation back to its writer.
        RequestChanges = "request_changes",
        /// Hand the review back, undecided.
        HandBack = "hand_back",
        /// Publish the translation now.
        Publish = "publish",
        /// Publish the translation at a later time.
        Schedule = "schedule",
        /// Take the publication down.
        Unpublish = "unpublish",
        /// Archive the translation.
        Archive = "archive",
        /// Take the translation out of the archive.
        Unarchive = "unarchive",
        /// Create a preview link, which works without a login.
        Preview = "preview",
    }
}

words! {
    /// An action on a whole post.
    pub enum PostAction {
        /// Change what all languages share.
        Edit = "edit",
        /// Publish what all languages share, without their texts.
        PublishShared = "publish_shared",
        /// Move the post to the trash.
        Delete = "delete",
        /// Take the post out of the trash.
        Restore = "restore",
        /// Delete the post permanently.
        Purge = "purge",
    }
}
