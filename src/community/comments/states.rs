//! The states of comments, and who may move a comment from one to another.

use crate::db::sql_types::words;

words! {
    /// The state of a comment.
    pub enum CommentState {
        /// It waits for a moderator.
        Pending = "pending",
        /// It is public.
        Approved = "approved",
        /// A moderator refused it.
        Rejected = "rejected",
        /// It is spam.
        Spam = "spam",
        /// It was deleted.
        Deleted = "deleted",
    }
}

words! {
    /// The way in which a comment was deleted.
    pub enum Deletion {
        /// By its writer. The text is gone.
        Writer = "writer",
        /// By a moderator. The text is kept, so that the decision can be undone.
        Moderator = "moderator",
        /// By a request to erase what is known about a person. The text is gone.
        Erasure = "erasure",
    }
}

/// Returns whether moderators may move a comment from one state to another. What the writer or an erasure deleted stays
/// deleted: its text is gone.
pub fn may_decide(from: CommentState, deletion: Option<Deletion>, to: CommentState) -> bool {
    use CommentState::{Approved, Deleted, Pending, Rejected, Spam};
    match (from, to) {
        (Pending, Pending)
        | (Approved, Approved)
        | (Rejected, Rejected)
        | (Spam, Spam)
        | (Deleted, Deleted) => false,
        (Pending | Approved | Rejected | Spam, Pending | Approved | Rejected | Spam | Deleted) => {
            true
        }
        (Deleted, Pending | Approved | Rejected | Spam) => match deletion {
            Some(Deletion::Moderator) => true,
            Some(Deletion::Writer | Deletion::Erasure) | None => false,
        },
    }
}

/// Returns whether writers may change or delete a comment in this state.
pub fn may_edit(state: CommentState) -> bool {
    match state {
        // Writers are not told that their comment was taken for spam.
        CommentState::Pending | CommentState::Approved | CommentState::Spam => true,
        CommentState::Rejected | CommentState::Deleted => false,
    }
}

/// Returns the state as the writer is told of it.
pub fn told(state: CommentState) -> CommentState {
    match state {
        CommentState::Spam => CommentState::Pending,
        CommentState::Pending
        | CommentState::Approved
        | CommentState::Rejected
        | CommentState::Deleted => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_moderators_deletions_can_be_undone() {
        for from in CommentState::ALL {
            for to in CommentState::ALL {
                let by = (from == CommentState::Deleted).then_some(Deletion::Moderator);
                assert_eq!(may_decide(from, by, to), from != to, "{from} {to}");
                for by in [Deletion::Writer, Deletion::Erasure] {
                    assert!(!may_decide(CommentState::Deleted, Some(by), to));
                }
            }
        }
    }
}
