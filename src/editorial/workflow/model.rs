//! The representations of workflow steps, and the requests to take one.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::words::{Action, Status};
use crate::changes::Operation;
use crate::db::sql_types::words;
use crate::http::validation::error_at;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::workflow_steps;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::Versioned;

words! {
    /// The kind of a workflow step.
    pub enum Step {
        /// Submitted the translation for review.
        Submit = "submit",
        /// Withdrew the submission.
        Withdraw = "withdraw",
        /// Took the translation into review.
        Take = "take",
        /// Handed the review back, undecided.
        HandBack = "hand_back",
        /// Approved the translation.
        Approve = "approve",
        /// Sent the translation back to its writer.
        RequestChanges = "request_changes",
        /// Archived the translation.
        Archive = "archive",
        /// Took the translation out of the archive.
        Unarchive = "unarchive",
    }
}

impl Step {
    /// Returns the action that the caller must be allowed to take.
    pub fn action(self) -> Action {
        match self {
            Self::Submit => Action::Submit,
            Self::Withdraw => Action::Withdraw,
            Self::Take => Action::Review,
            Self::HandBack => Action::HandBack,
            Self::Approve => Action::Approve,
            Self::RequestChanges => Action::RequestChanges,
            Self::Archive => Action::Archive,
            Self::Unarchive => Action::Unarchive,
        }
    }

    /// Returns the operation that the change log records.
    pub fn operation(self) -> Operation {
        match self {
            Self::Submit => Operation::Submit,
            Self::Withdraw => Operation::Withdraw,
            Self::Take => Operation::Take,
            Self::HandBack => Operation::HandBack,
            Self::Approve => Operation::Approve,
            Self::RequestChanges => Operation::RequestChanges,
            Self::Archive => Operation::Archive,
            Self::Unarchive => Operation::Unarchive,
        }
    }
}

words! {
    /// The result of a review.
    pub enum Verdict {
        /// The translation may be published.
        Approved = "approved",
        /// The translation goes back to its writer, with a note.
        ChangesRequested = "changes_requested",
    }
}

/// A workflow step that was taken.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = workflow_steps)]
pub struct WorkflowStep {
    /// The id of the step. Ids increase in the order in which steps are taken.
    #[serde(skip)]
    pub id: i64,
    /// The kind of the step.
    pub step: Step,
    /// The number of the revision that the step was about.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The note given with the step.
    pub note: Option<String>,
    /// The user who took the step; null if that was no user, or the user has been deleted.
    #[diesel(embed)]
    pub created_by: Option<UserRef>,
    /// The time at which the step was taken.
    pub created_at: Timestamp,
}

/// The submission of a translation for review. Its ETag is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Submission {
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The current status of the translation.
    pub status: Status,
    /// The number of the revision that was submitted.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The note to the reviewers.
    pub note: Option<String>,
    /// The user who submitted the translation; null if the user has been deleted.
    pub submitted_by: Option<UserRef>,
    /// The time of the submission.
    pub submitted_at: Timestamp,
    /// The actions that the caller may take on the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version number of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

/// The review of a translation, in progress or decided. Its ETag is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Review {
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The current status of the translation.
    pub status: Status,
    /// The number of the revision that is or was reviewed.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The result of the review; null while it is in progress.
    pub verdict: Option<Verdict>,
    /// The note to the writer.
    pub note: Option<String>,
    /// The user who took the translation into review or, with a verdict, decided; null if the user has been deleted.
    pub reviewed_by: Option<UserRef>,
    /// The time at which the review started or, with a verdict, was decided.
    pub reviewed_at: Timestamp,
    /// The actions that the caller may take on the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version number of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

/// The archive entry of a translation. Its ETag is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Archive {
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The current status of the translation.
    pub status: Status,
    /// The number of the revision at the time of archiving.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The reason given for archiving.
    pub note: Option<String>,
    /// The user who archived the translation; null if the user has been deleted.
    pub archived_by: Option<UserRef>,
    /// The time at which the translation was archived.
    pub archived_at: Timestamp,
    /// The actions that the caller may take on the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version number of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

macro_rules! versioned { ($($shape:ty),+) => { $(
    impl Versioned for $shape {
        fn version(&self) -> i32 {
            self.version
        }
    }
)+ } }
versioned!(Submission, Review, Archive);

/// A translation to submit for review.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SubmissionInput)]
pub struct NewSubmission {
    /// A note to the reviewers.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub note: Option<String>,
}

/// A translation to take into review, or a review to decide.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = says_what_to_change))]
#[schema(as = ReviewInput)]
pub struct NewReview {
    /// The result of the review. Absent: the caller takes the translation into review.
    pub verdict: Option<Verdict>,
    /// A note to the writer. Required with `changes_requested`.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"\S",
        examples("Who says so? Please name the source.")
    )]
    pub note: Option<String>,
}

fn says_what_to_change(new: &NewReview) -> Result<(), ValidationError> {
    match (new.verdict, &new.note) {
        (Some(Verdict::ChangesRequested), None) => {
            let detail = "is required with changes_requested, and must say what to change";
            Err(error_at("/note", "required", detail))
        }
        _ => Ok(()),
    }
}

/// A translation to archive.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArchiveInput)]
pub struct NewArchive {
    /// The reason for archiving.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub note: Option<String>,
}
