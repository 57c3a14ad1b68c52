//! Who may do what with a post and each of its languages, and when: pure, and asked by the guard of every operation as
//! well as for `allowed_actions`, so that the two never disagree.

mod relationship;

pub use relationship::{Reach, Relationship, reach};

use crate::changes::actor::Access;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Code, Error};

/// One language of a post, as somebody stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslationContext {
    /// Who asks.
    pub relationship: Relationship,
    /// Whether the post is in the trash.
    pub trashed: bool,
    /// Whether it is the post's own language.
    pub original: bool,
    /// Where the working copy stands.
    pub stage: Stage,
    /// Whether it has a publication: live, to come or over.
    pub has_publication: bool,
    /// Whether who asks submitted it last.
    pub submitter: bool,
    /// Whether editors may decide about what they submitted themselves.
    pub reviews_own: bool,
}

/// A post as a whole, as somebody stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostContext {
    /// Who asks.
    pub relationship: Relationship,
    /// Whether it is in the trash.
    pub trashed: bool,
    /// Whether any language has a publication: live, to come or over.
    pub has_publication: bool,
    /// Whether any language is submitted or in review.
    pub under_review: bool,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// For them it is not there.
    NotFound,
    /// Their role does not allow it; what it would take.
    Role(&'static str),
    /// They submitted it themselves.
    OwnSubmission,
    /// The post is in the trash.
    InTrash,
    /// The original language stays.
    Original,
    /// Reviewers have it.
    UnderReview,
    /// It was put away.
    Archived,
    /// It does not stand where this begins.
    WrongStage,
}

const NEEDS_EDITOR: &str = Access::Editors.needs();
const DELETES_PUBLIC: &str = "Only an editor may delete what is published, scheduled or expired.";

impl PostContext {
    /// Change what holds for all languages: it becomes part of the revisions of each.
    ///
    /// # Errors
    /// Why not.
    pub fn may_edit(self) -> Result<(), Refusal> {
        self.relationship.may_write()?;
        refuse_if(self.trashed, Refusal::InTrash)?;
        refuse_if(
            self.under_review && !self.relationship.decides(),
            Refusal::UnderReview,
        )
    }

    /// Put it in the trash.
    ///
    /// # Errors
    /// Why not.
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
}

/// Whether this action is allowed: role first, then the trash, then the stage, then who submitted it.
///
/// # Errors
/// Why not.
pub fn check(action: Action, facts: &TranslationContext) -> Result<(), Refusal> {
    may(action, facts)?;
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

/// What of it depends on the person alone.
fn may(action: Action, facts: &TranslationContext) -> Result<(), Refusal> {
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
    refuse_if(!action.leads_from().contains(&stage), Refusal::WrongStage)
}

fn refuse_if(so: bool, refusal: Refusal) -> Result<(), Refusal> {
    if so { Err(refusal) } else { Ok(()) }
}

/// Whether reviewers have it.
pub fn is_under_review(stage: Stage) -> bool {
    matches!(stage, Stage::Submitted | Stage::InReview)
}

/// All that is allowed.
pub fn allowed_actions(facts: &TranslationContext) -> Vec<Action> {
    Action::ALL
        .into_iter()
        .filter(|action| check(*action, facts).is_ok())
        .collect()
}

/// The guard of an operation: [`check`], and what is told when it refuses.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::OwnSubmission`], `post_in_trash`, `original_language`,
/// `under_review`, `archived`, `wrong_stage`.
pub fn guard(action: Action, facts: &TranslationContext) -> Result<(), Error> {
    check(action, facts).map_err(|refusal| match refusal {
        Refusal::WrongStage => Error::conflict(Code::WrongStage, wrong_stage(action, facts)),
        other => other.into(),
    })
}

fn wrong_stage(action: Action, facts: &TranslationContext) -> String {
    let words = |words: Vec<&str>| words.join(", ");
    let from = words(
        action
            .leads_from()
            .iter()
            .map(|stage| stage.as_str())
            .collect(),
    );
    let possible = allowed_actions(facts);
    let possible = words(possible.into_iter().map(Action::as_str).collect());
    format!(
        "the stage is {}, and {action} is possible from {from}; possible for you now: {}",
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
                "the post is in the trash; restore it first",
            ),
            Refusal::Original => Self::conflict(
                Code::OriginalLanguage,
                "the original language cannot be deleted; delete the post instead",
            ),
            Refusal::UnderReview => Self::conflict(
                Code::UnderReview,
                "the translation is under review; withdraw the submission first, or ask an editor",
            ),
            Refusal::Archived => Self::conflict(
                Code::Archived,
                "the translation is archived; an editor can take it out by deleting its archive",
            ),
            Refusal::WrongStage => Self::conflict(Code::WrongStage, "not possible at this stage"),
        }
    }
}

#[cfg(test)]
mod tests;
