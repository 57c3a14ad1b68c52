//! The shapes of what is to be done.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::db::sql_types::words;
use crate::editorial::workflow::words::Action;
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::timestamp::{InstantOrDate, Timestamp};

words! {
    /// How far a language of a post has come: its status, or that it is missing, or public but behind the original.
    pub enum TranslationState {
        /// The post has no such language.
        Missing = "missing",
        /// Public, and the original was published again since.
        Outdated = "outdated",
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
        /// Will be public.
        Scheduled = "scheduled",
        /// Public.
        Published = "published",
        /// Was public until its end.
        Expired = "expired",
        /// Put away.
        Archived = "archived",
    }
}

words! {
    /// What somebody is to do.
    pub enum TaskKind {
        /// Review what was submitted.
        Review = "review",
        /// Correct what came back from review.
        Correct = "correct",
        /// Publish what was approved.
        Publish = "publish",
        /// Translate, or translate again, what is public in its own language.
        Translate = "translate",
    }
}

/// Something that waits for the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Task {
    /// What to do.
    pub kind: TaskKind,
    /// With which post.
    pub post: Id,
    /// In which language.
    pub lang: Lang,
    /// The post's own language.
    pub original_lang: Lang,
    /// Its title in that language or, where that is missing, in the post's own.
    pub title: String,
    /// How far it has come.
    pub status: TranslationState,
    /// Since when it waits.
    pub since: Timestamp,
    /// The number of its last revision; null where it is missing.
    pub revision: Option<i32>,
    /// What was said with the last step; null where there is none, and with `translate`.
    pub note: Option<String>,
    /// What the caller may do now; with a missing language, `edit` makes it.
    pub allowed_actions: Vec<Action>,
}

/// Which tasks to list.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Only of this kind.
    #[param(inline)]
    pub kind: Option<TaskKind>,
    /// Only in these languages, with commas between. Absent: in all, and translations in the caller's own `languages`.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub lang: Vec<Lang>,
}

/// One language of a post, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationLine {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// How far it has come.
    pub state: TranslationState,
    /// The post's own language.
    pub original_lang: Lang,
    /// Its title in that.
    pub original_title: String,
    /// Its title; null where it is missing.
    pub title: Option<String>,
    /// Its slug; null where it is missing.
    pub slug: Option<Slug>,
    /// The number of its last revision; null where it is missing.
    pub revision: Option<i32>,
    /// The number of the revision that is published.
    pub published_revision: Option<i32>,
    /// Since when it has been so: missing, since the post was made; outdated, since the original was published again.
    pub since: Timestamp,
}

/// Which translations to list.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = names_a_language))]
pub struct TranslationQuery {
    /// In this language; required with `missing` and `outdated`.
    pub lang: Option<Lang>,
    /// That have come so far. Absent: all there are, and with `lang` those that are missing, too.
    #[param(inline)]
    pub state: Option<TranslationState>,
    /// As of this instant, or the first of this date, in place of now: as planned today.
    #[param(inline)]
    pub at: Option<InstantOrDate>,
}

fn names_a_language(query: &TranslationQuery) -> Result<(), ValidationError> {
    use TranslationState::{Missing, Outdated};
    match (query.state, &query.lang) {
        (Some(Missing | Outdated), None) => {
            let detail = "is required with state=missing and state=outdated";
            Err(crate::http::validation::error_at(
                "/lang",
                "needs_lang",
                detail,
            ))
        }
        _ => Ok(()),
    }
}

/// How many posts have come how far in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LanguageStates {
    /// The language.
    #[schema(value_type = Lang)]
    pub lang: String,
    /// Posts without it.
    #[schema(minimum = 0)]
    pub missing: i64,
    /// Public, and the original was published again since.
    #[schema(minimum = 0)]
    pub outdated: i64,
    /// With their writers, and not published.
    #[schema(minimum = 0)]
    pub draft: i64,
    /// Waiting for a reviewer.
    #[schema(minimum = 0)]
    pub submitted: i64,
    /// With a reviewer.
    #[schema(minimum = 0)]
    pub in_review: i64,
    /// Back with their writers.
    #[schema(minimum = 0)]
    pub changes_requested: i64,
    /// May be published.
    #[schema(minimum = 0)]
    pub approved: i64,
    /// Will be public.
    #[schema(minimum = 0)]
    pub scheduled: i64,
    /// Public, and not outdated.
    #[schema(minimum = 0)]
    pub published: i64,
    /// Were public until their end.
    #[schema(minimum = 0)]
    pub expired: i64,
    /// Put away.
    #[schema(minimum = 0)]
    pub archived: i64,
}

/// How many posts have come how far, for each language in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationMatrix {
    /// For each language, by its tag.
    pub data: Vec<LanguageStates>,
    /// How many posts there are, in any language.
    #[schema(minimum = 0)]
    pub posts: i64,
}

/// As of when to count.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MatrixQuery {
    /// As of this instant, or the first of this date, in place of now: as planned today.
    #[param(inline)]
    pub at: Option<InstantOrDate>,
}
