//! The shapes of the steps of a translation on its way, and of what is sent to take one.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::words::{Action, Stage, Status};
use crate::changes::Operation;
use crate::db::sql_types::words;
use crate::http::validation::error_at;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::workflow_steps;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

words! {
    /// A step of a translation on its way.
    pub enum Step {
        /// Submitted for review.
        Submit = "submit",
        /// Taken back by its writer.
        Withdraw = "withdraw",
        /// Taken into review.
        Take = "take",
        /// Given back to the other reviewers.
        HandBack = "hand_back",
        /// Approved.
        Approve = "approve",
        /// Sent back to its writer.
        RequestChanges = "request_changes",
        /// Put away.
        Archive = "archive",
        /// Taken out again.
        Unarchive = "unarchive",
    }
}

impl Step {
    /// What one must be allowed to take it.
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

    /// Where it leads.
    pub fn leads_to(self) -> Stage {
        match self {
            Self::Submit | Self::HandBack => Stage::Submitted,
            Self::Withdraw | Self::Unarchive => Stage::Draft,
            Self::Take => Stage::InReview,
            Self::Approve => Stage::Approved,
            Self::RequestChanges => Stage::ChangesRequested,
            Self::Archive => Stage::Archived,
        }
    }

    /// The word for it in the change log.
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
    /// What a review comes to.
    pub enum Verdict {
        /// May be published.
        Approved = "approved",
        /// Goes back to its writer, with a note.
        ChangesRequested = "changes_requested",
    }
}

/// A step that was taken.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = workflow_steps)]
pub struct WorkflowStep {
    /// Its place among all steps.
    #[serde(skip)]
    pub id: i64,
    /// Which.
    pub step: Step,
    /// The revision it was about.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// What was said.
    pub note: Option<String>,
    /// Who took it.
    pub created_by: Option<Id>,
    /// When.
    pub created_at: Timestamp,
}

/// A translation handed to the reviewers; its validator is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Submission {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// How far the translation has come since.
    pub status: Status,
    /// The revision that was submitted.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// What was said to the reviewers.
    pub note: Option<String>,
    /// Who submitted it.
    pub submitted_by: Option<Id>,
    /// When.
    pub submitted_at: Timestamp,
    /// What the caller may do with the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

/// A translation with a reviewer, or what came of it; its validator is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Review {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// How far the translation has come since.
    pub status: Status,
    /// The revision that is or was reviewed.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// What it came to; null while it goes on.
    pub verdict: Option<Verdict>,
    /// What was said to the writer.
    pub note: Option<String>,
    /// Who reviews it, or did.
    pub reviewed_by: Option<Id>,
    /// Since when; with a verdict, when it was given.
    pub reviewed_at: Timestamp,
    /// What the caller may do with the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

/// A translation that was put away; its validator is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Archive {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// How far the translation has come.
    pub status: Status,
    /// The revision that was put away.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Why.
    pub note: Option<String>,
    /// Who did it.
    pub archived_by: Option<Id>,
    /// When.
    pub archived_at: Timestamp,
    /// What the caller may do with the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version of the translation.
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

/// To be handed to the reviewers.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubmission {
    /// What reviewers should know.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub note: Option<String>,
}

/// To be taken into review, or decided.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = says_what_to_change))]
pub struct NewReview {
    /// Absent: the caller takes it into review.
    pub verdict: Option<Verdict>,
    /// What the writer should know; with `changes_requested` there must be one.
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

/// To be put away.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewArchive {
    /// Why.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub note: Option<String>,
}
