//! The rules of who may do what with a whole post: with what all its languages share, and with the trash.

use super::relationship::Relationship;
use super::{DELETES_PUBLIC, NEEDS_EDITOR, Refusal, refuse_if};
use crate::editorial::workflow::words::PostAction;

/// The facts about a whole post and the caller that decide on an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostContext {
    /// The caller's relationship to the post.
    pub relationship: Relationship,
    /// True if the post is in the trash.
    pub trashed: bool,
    /// True if any language has a publication: live, scheduled or expired.
    pub has_publication: bool,
    /// True if any language is live, or is scheduled to be.
    pub is_live_or_scheduled: bool,
    /// True if such a language does not have the present shared properties.
    pub has_unpublished_changes: bool,
    /// True if any language is submitted or in review.
    pub under_review: bool,
}

impl PostContext {
    /// Checks that the caller may change the properties that all languages share. A change becomes part of the
    /// revisions of each language.
    ///
    /// # Errors
    /// Returns the same errors as [`Relationship::may_write`]; [`Refusal::InTrash`]; [`Refusal::UnderReview`] unless
    /// the caller is an editor.
    pub fn may_edit(self) -> Result<(), Refusal> {
        self.relationship.may_write()?;
        refuse_if(self.trashed, Refusal::InTrash)?;
        refuse_if(
            self.under_review && !self.relationship.decides(),
            Refusal::UnderReview,
        )
    }

    /// Checks that the caller may move the post to the trash.
    ///
    /// # Errors
    /// Returns the same errors as [`Relationship::may_write`]; [`Refusal::InTrash`]; unless the caller is an editor,
    /// [`Refusal::Role`] if any language has a publication, and [`Refusal::UnderReview`].
    pub fn may_trash(self) -> Result<(), Refusal> {
        self.relationship.may_write()?;
        refuse_if(self.trashed, Refusal::InTrash)?;
        let decides = self.relationship.decides();
        refuse_if(
            self.has_publication && !decides,
            Refusal::Role(DELETES_PUBLIC),
        )?;
        refuse_if(self.under_review && !decides, Refusal::UnderReview)
    }

    /// Checks that the caller may publish the properties that all languages share. Reviews do not stand in the way: they are
    /// about texts, which stay as they are.
    ///
    /// # Errors
    /// Returns the error of `Relationship::must_decide`; [`Refusal::InTrash`]; [`Refusal::NotPublished`] if no language
    /// is published or scheduled.
    pub fn may_publish_shared(self) -> Result<(), Refusal> {
        self.relationship.must_decide(NEEDS_EDITOR)?;
        refuse_if(self.trashed, Refusal::InTrash)?;
        refuse_if(!self.is_live_or_scheduled, Refusal::NotPublished)
    }

    /// Checks that the caller may take the post out of the trash.
    ///
    /// # Errors
    /// Returns the error of `Relationship::must_decide`; [`Refusal::NotInTrash`].
    fn may_restore(self) -> Result<(), Refusal> {
        self.relationship.must_decide(NEEDS_EDITOR)?;
        refuse_if(!self.trashed, Refusal::NotInTrash)
    }

    fn check(self, action: PostAction) -> Result<(), Refusal> {
        match action {
            PostAction::Edit => self.may_edit(),
            PostAction::PublishShared => self.may_publish_shared(),
            PostAction::Delete => self.may_trash(),
            PostAction::Restore => self.may_restore(),
            PostAction::Purge => self.relationship.may_purge(),
        }
    }

    /// Returns whether an action would change anything.
    fn is_useful(self, action: PostAction) -> bool {
        match action {
            PostAction::PublishShared => self.has_unpublished_changes,
            PostAction::Edit | PostAction::Delete | PostAction::Restore | PostAction::Purge => true,
        }
    }
}

/// Returns all actions on the whole post that are allowed and would change something.
pub fn post_actions(facts: PostContext) -> Vec<PostAction> {
    PostAction::ALL
        .into_iter()
        .filter(|action| facts.check(*action).is_ok() && facts.is_useful(*action))
        .collect()
}
