//! The representations of work lists.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::state::TranslationState;
use crate::db::sql_types::words;
use crate::editorial::posts::query::PostFilter;
use crate::editorial::workflow::words::Action;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::timestamp::{InstantOrDate, Timestamp};
use crate::user_ref::UserRef;

words! {
    /// The kind of a task.
    pub enum TaskKind {
        /// Review a submission.
        Review = "review",
        /// Make the changes that a review requested.
        Correct = "correct",
        /// Publish an approved translation.
        Publish = "publish",
        /// Translate a published original, or update an outdated translation.
        Translate = "translate",
    }
}

/// A task that waits for the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Task {
    /// The kind of the task.
    pub kind: TaskKind,
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language of the translation.
    pub lang: Lang,
    /// The original language of the post.
    pub original_lang: Lang,
    /// The title in the language of the task or, if that translation is missing, in the original language.
    pub title: String,
    /// The state of the translation.
    pub status: TranslationState,
    /// The time since which the task has been waiting.
    pub since: Timestamp,
    /// The number of the last revision; null if the translation is missing.
    pub revision: Option<i32>,
    /// The note of the last workflow step; null if there is none, and for the kind `translate`.
    pub note: Option<String>,
    /// The user who last submitted the translation; null if nobody did, or the user has been deleted.
    pub submitted_by: Option<UserRef>,
    /// The user who reviews the translation, or reviewed it last; null if nobody did, or the user has been deleted.
    pub reviewed_by: Option<UserRef>,
    /// The actions that the caller may take now. For a missing translation, `edit` means creating it.
    pub allowed_actions: Vec<Action>,
}

/// The filters of the list of tasks.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Only tasks of these kinds, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub kind: Vec<TaskKind>,
    /// Only tasks in these languages, comma-separated. Absent: all languages; for the kind `translate`, the caller's
    /// own `languages`.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub lang: Vec<Lang>,
    /// Only tasks on posts of any of these types, comma-separated; of both types when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// The authors, organizations and terms that the posts must refer to.
    #[serde(flatten)]
    #[param(ignore)]
    #[validate(nested)]
    pub filter: PostFilter,
    /// The order: by the time since which each has been waiting, or by title. `-` means descending. `since` when
    /// absent. A translation that is missing has the title of the original. Titles in all languages are sorted
    /// together, by the Unicode Collation Algorithm.
    #[param(inline)]
    pub sort: Option<WorkSort>,
}

/// A language of a post, and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationLine {
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The state of this language of the post.
    pub state: TranslationState,
    /// The original language of the post.
    pub original_lang: Lang,
    /// The title in the original language. For a key that is limited to other languages, the title in the first of them
    /// that the post has.
    pub original_title: String,
    /// The title in this language; null if the translation is missing.
    pub title: Option<String>,
    /// The slug in this language; null if the translation is missing.
    pub slug: Option<Slug>,
    /// The number of the last revision; null if the translation is missing.
    pub revision: Option<i32>,
    /// The number of the revision in the current publication, which may be scheduled or expired; null without a
    /// publication.
    pub published_revision: Option<i32>,
    /// The user who last submitted the translation; null if nobody did, or the user has been deleted.
    pub submitted_by: Option<UserRef>,
    /// The user who reviews the translation, or reviewed it last; null if nobody did, or the user has been deleted.
    pub reviewed_by: Option<UserRef>,
    /// The time since which the language has been in this state. For `missing`, the creation of the post; for
    /// `outdated`, the latest publication of the original.
    pub since: Timestamp,
}

/// The filters of the list of translations.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = names_a_language))]
pub struct TranslationQuery {
    /// Only translations in these languages, comma-separated. May be repeated. Required with `missing` and `outdated`.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub lang: Vec<Lang>,
    /// Only translations in these states, comma-separated. May be repeated. Absent: all translations and, with `lang`, also
    /// the posts without one in those languages.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub state: Vec<TranslationState>,
    /// Only translations of posts of any of these types, comma-separated; of both types when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// Evaluates states at this instant, or at the start of this date, instead of now, as planned today.
    #[param(inline)]
    pub at: Option<InstantOrDate>,
    /// The authors, organizations and terms that the posts must refer to.
    #[serde(flatten)]
    #[param(ignore)]
    #[validate(nested)]
    pub filter: PostFilter,
    /// The order: by the time since which each has been in its state, or by title. `-` means descending. `since` when
    /// absent. A translation that is missing has the title of the original. Titles in all languages are sorted
    /// together, by the Unicode Collation Algorithm.
    #[param(inline)]
    pub sort: Option<WorkSort>,
}

words! {
    /// The order of a work list. Lines with equal values are ordered by post and language, in the same direction.
    pub enum WorkSort {
        /// The lines with the longest time first.
        Longest = "since",
        /// The lines with the shortest time first.
        Shortest = "-since",
        /// From A to Z.
        Title = "title",
        /// From Z to A.
        TitleBackwards = "-title",
    }
}

impl WorkSort {
    /// Returns whether the list is ordered by title.
    pub fn is_by_title(self) -> bool {
        matches!(self, Self::Title | Self::TitleBackwards)
    }

    /// Returns whether the greatest comes first.
    pub fn is_descending(self) -> bool {
        matches!(self, Self::Shortest | Self::TitleBackwards)
    }
}

fn names_a_language(query: &TranslationQuery) -> Result<(), ValidationError> {
    use TranslationState::{Missing, Outdated};
    let needs_lang = |state: &TranslationState| matches!(state, Missing | Outdated);
    match query.state.iter().any(needs_lang) && query.lang.is_empty() {
        true => {
            let detail = "is required with state=missing and state=outdated";
            Err(crate::http::validation::error_at(
                "/lang",
                "needs_lang",
                detail,
            ))
        }
        false => Ok(()),
    }
}

/// The number of posts in each state, for one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LanguageStates {
    /// The language tag (BCP 47).
    #[schema(value_type = Lang)]
    pub lang: String,
    /// Posts without a translation in this language.
    #[schema(minimum = 0)]
    pub missing: i64,
    /// Posts whose translation is published, but whose original has been published again since.
    #[schema(minimum = 0)]
    pub outdated: i64,
    /// Posts whose translation is a draft and not published.
    #[schema(minimum = 0)]
    pub draft: i64,
    /// Posts whose translation is submitted for review.
    #[schema(minimum = 0)]
    pub submitted: i64,
    /// Posts whose translation is being reviewed.
    #[schema(minimum = 0)]
    pub in_review: i64,
    /// Posts whose translation was sent back to its writer.
    #[schema(minimum = 0)]
    pub changes_requested: i64,
    /// Posts whose translation is approved for publication.
    #[schema(minimum = 0)]
    pub approved: i64,
    /// Posts whose translation is scheduled for publication.
    #[schema(minimum = 0)]
    pub scheduled: i64,
    /// Posts whose translation is published and not outdated.
    #[schema(minimum = 0)]
    pub published: i64,
    /// Posts whose translation was published until its end, which has passed.
    #[schema(minimum = 0)]
    pub expired: i64,
    /// Posts whose translation is archived.
    #[schema(minimum = 0)]
    pub archived: i64,
}

/// The number of posts by language and state, for each language in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationMatrix {
    /// The counts of each language, ordered by language tag.
    pub data: Vec<LanguageStates>,
    /// The total number of posts, in any language.
    #[schema(minimum = 0)]
    pub posts: i64,
}

/// The filters of the matrix of translations.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MatrixQuery {
    /// Only posts of any of these types, comma-separated; of both types when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// Evaluates states at this instant, or at the start of this date, instead of now, as planned today.
    #[param(inline)]
    pub at: Option<InstantOrDate>,
    /// The authors, organizations and terms that the posts must refer to.
    #[serde(flatten)]
    #[param(ignore)]
    #[validate(nested)]
    pub filter: PostFilter,
}
