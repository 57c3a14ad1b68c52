//! The rules of who may do what with a post and each of its languages, and when. They are pure functions. The guard
//! of every operation and `allowed_actions` both use them, so that the two never disagree.

mod relationship;
mod stages;
mod whole_post;

pub use relationship::{Reach, Relationship, reach};
use stages::stages_before;
pub use stages::{is_under_review, stage_after};
pub use whole_post::{PostContext, post_actions};

use crate::changes::actor::Access;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Code, Error};

/// The facts about one language of a post and the caller that decide on an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslationContext {
    /// The caller's relationship to the post.
    pub relationship: Relationship,
    /// True if the post is in the trash.
    pub trashed: bool,
    /// True if this is the original language of the post.
    pub original: bool,
    /// The stage of the working copy.
    pub stage: Stage,
    /// True if the language has a publication: live, scheduled or expired.
    pub has_publication: bool,
    /// True if the caller last submitted the translation.
    pub submitter: bool,
    /// True if editors may decide on their own submissions.
    pub reviews_own: bool,
}

/// The reason for a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The post or its publication does not exist for the caller.
    NotFound,
    /// The role or key does not allow it. The text says what is required.
    Role(&'static str),
    /// The caller submitted the translation.
    OwnSubmission,
    /// The post is in the trash.
    InTrash,
    /// The original language cannot be deleted.
    Original,
    /// The translation, or one of the post's, is submitted or in review.
    UnderReview,
    /// The translation is archived.
    Archived,
    /// The action is not possible in the current stage.
    WrongStage,
    /// No language of the post is published or scheduled.
    NotPublished,
    /// The post is not in the trash.
    NotInTrash,
}

const NEEDS_EDITOR: &str = Access::Editors.needs();
const DELETES_PUBLIC: &str = "Only an editor may delete what is published, scheduled or expired.";

impl TranslationContext {
    /// Checks that the caller may publish an earlier revision, whose text is not that of the working copy. That leaves
    /// the stage as it is, so it is possible while the working copy is under review.
    ///
    /// # Errors
    /// Returns the error of `Relationship::must_decide`; [`Refusal::InTrash`]; [`Refusal::Archived`].
    pub fn may_publish_earlier(&self) -> Result<(), Refusal> {
        self.relationship.must_decide(NEEDS_EDITOR)?;
        refuse_if(self.trashed, Refusal::InTrash)?;
        refuse_if(self.stage == Stage::Archived, Refusal::Archived)
    }
}

/// Checks that an action is allowed: first the role, then the trash, then the stage, then the submitter.
///
/// # Errors
/// Returns the first [`Refusal`] that applies.
pub fn check(action: Action, facts: &TranslationContext) -> Result<(), Refusal> {
    check_caller(action, facts)?;
    refuse_if(facts.trashed, Refusal::InTrash)?;
    let (decides, under_review) = (facts.relationship.decides(), is_under_review(facts.stage));
    match action {
        Action::Edit => {
            refuse_if(facts.stage == Stage::Archived, Refusal::Archived)?;
            refuse_if(under_review && !decides, Refusal::UnderReview)
        }
        Action::Delete => {
            refuse_if(facts.original, Refusal::Original)?;
            refuse_if(
                facts.has_publication && !decides,
                Refusal::Role(DELETES_PUBLIC),
            )?;
            refuse_if(under_review && !decides, Refusal::UnderReview)
        }
        Action::Publish | Action::Schedule => {
            refuse_if(facts.stage == Stage::Archived, Refusal::Archived)?;
            check_stage(action, facts.stage)
        }
        Action::Unpublish => refuse_if(!facts.has_publication, Refusal::NotFound),
        Action::Review | Action::Approve | Action::RequestChanges => {
            check_stage(action, facts.stage)?;
            refuse_if(
                facts.submitter && !facts.reviews_own,
                Refusal::OwnSubmission,
            )
        }
        Action::Submit
        | Action::Withdraw
        | Action::HandBack
        | Action::Archive
        | Action::Unarchive
        | Action::Preview => check_stage(action, facts.stage),
    }
}

/// Checks the part of the rules that depends on the caller alone.
fn check_caller(action: Action, facts: &TranslationContext) -> Result<(), Refusal> {
    let relationship = facts.relationship;
    match action {
        Action::Edit | Action::Delete | Action::Submit => relationship.may_write(),
        Action::Preview => relationship.may_preview(),
        Action::Withdraw => relationship.may_withdraw(facts.submitter),
        Action::Review
        | Action::Approve
        | Action::RequestChanges
        | Action::HandBack
        | Action::Publish
        | Action::Schedule
        | Action::Unpublish
        | Action::Archive
        | Action::Unarchive => relationship.must_decide(NEEDS_EDITOR),
    }
}

fn check_stage(action: Action, stage: Stage) -> Result<(), Refusal> {
    refuse_if(!stages_before(action).contains(&stage), Refusal::WrongStage)
}

fn refuse_if(so: bool, refusal: Refusal) -> Result<(), Refusal> {
    if so { Err(refusal) } else { Ok(()) }
}

/// Returns all actions that are allowed.
pub fn allowed_actions(facts: &TranslationContext) -> Vec<Action> {
    Action::ALL
        .into_iter()
        .filter(|action| check(*action, facts).is_ok())
        .collect()
}

/// Guards an operation: applies [`check`], and turns a refusal into an error.
///
/// # Errors
/// Returns [`Error::NotFound`], [`Error::Forbidden`], [`Error::OwnSubmission`], `post_in_trash`, `original_language`,
/// `under_review`, `archived` or `wrong_stage`, for the corresponding [`Refusal`].
pub fn guard(action: Action, facts: &TranslationContext) -> Result<(), Error> {
    check(action, facts).map_err(|refusal| match refusal {
        Refusal::WrongStage => Error::conflict(Code::WrongStage, wrong_stage(action, facts)),
        other => other.into(),
    })
}

fn wrong_stage(action: Action, facts: &TranslationContext) -> String {
    let words = |words: Vec<&str>| words.join(", ");
    let from = stages_before(action).iter();
    let from = words(from.map(|stage| stage.as_str()).collect());
    let possible = allowed_actions(facts);
    let possible = words(possible.into_iter().map(Action::as_str).collect());
    format!(
        "The stage is {}, and {action} is possible from {from}; possible for you now: {}.",
        facts.stage,
        if possible.is_empty() {
            "nothing"
        } else {
            &possible
        }
    )
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Role(needs) => Self::Forbidden(needs),
            Refusal::OwnSubmission => Self::OwnSubmission,
            Refusal::InTrash => Self::conflict(
                Code::PostInTrash,
                "The post is in the trash; restore it first.",
            ),
            Refusal::Original => Self::conflict(
                Code::OriginalLanguage,
                "The original language cannot be deleted; delete the post instead.",
            ),
            Refusal::UnderReview => Self::conflict(
                Code::UnderReview,
                "The translation is under review; withdraw the submission first, or ask an editor.",
            ),
            Refusal::Archived => Self::conflict(
                Code::Archived,
                "The translation is archived; an editor can take it out by deleting its archive.",
            ),
            Refusal::WrongStage => {
                Self::conflict(Code::WrongStage, "This is not possible at this stage.")
            }
            Refusal::NotPublished => Self::conflict(
                Code::NotPublished,
                "No language of the post is published or scheduled; publish one first.",
            ),
            Refusal::NotInTrash => {
                Self::conflict(Code::NotInTrash, "The post is not in the trash.")
            }
        }
    }
}

#[cfg(test)]
mod tests;
