//! The state machine of a working copy: the stages in which an action is possible, and the stage after each step.

use crate::editorial::workflow::model::Step;
use crate::editorial::workflow::words::{Action, Stage};

/// Returns the stages in which an action is possible.
pub(super) fn stages_before(action: Action) -> &'static [Stage] {
    use Stage::{Approved, Archived, ChangesRequested, Draft, InReview, Submitted};
    match action {
        Action::Submit => &[Draft, ChangesRequested],
        Action::Withdraw => &[Submitted, InReview, ChangesRequested, Approved],
        Action::Review => &[Submitted],
        Action::Approve | Action::RequestChanges => &[Submitted, InReview],
        Action::HandBack => &[InReview],
        Action::Publish | Action::Schedule => &[Draft, Approved],
        Action::Archive => &[Draft, Submitted, InReview, ChangesRequested, Approved],
        Action::Unarchive => &[Archived],
        Action::Edit | Action::Delete | Action::Unpublish | Action::Preview => &Stage::ALL,
    }
}

/// Returns the stage after a step.
pub fn stage_after(step: Step) -> Stage {
    match step {
        Step::Submit | Step::HandBack => Stage::Submitted,
        Step::Withdraw | Step::Unarchive => Stage::Draft,
        Step::Take => Stage::InReview,
        Step::Approve => Stage::Approved,
        Step::RequestChanges => Stage::ChangesRequested,
        Step::Archive => Stage::Archived,
    }
}

/// Returns whether the stage is submitted or in review.
pub fn is_under_review(stage: Stage) -> bool {
    matches!(stage, Stage::Submitted | Stage::InReview)
}
