//! The representations of a translation, one language of a post, for editors.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::content::Format;
use crate::db::sql_types::{text_types, words};
use crate::editorial::publishing::model::PublicationState;
use crate::editorial::workflow::words::{Action, Status};
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::model::Translator;
use crate::slug::Slug;
use crate::text;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

text_types!(Format);

/// A translation without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationSummary {
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The slug of the working copy.
    pub slug: Slug,
    /// The title of the working copy.
    pub title: String,
    /// The status of the translation.
    pub status: Status,
    /// The number of the last revision.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The number of the revision in the current publication, which may be scheduled or expired; null without a
    /// publication.
    pub published_revision: Option<i32>,
    /// The version number; the `ETag` of version 7 is `"v7"`.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time at which the text was last saved.
    pub updated_at: Timestamp,
}

/// The working copy of a post in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Translation {
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The title.
    pub title: String,
    /// The slug of the working copy.
    pub slug: Slug,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The excerpt, if one was written. Otherwise publishing takes one from the body.
    pub excerpt: Option<String>,
    /// The source of the body.
    pub body: BodySource,
    /// The title and description for search engines.
    pub seo: Seo,
    /// The ids of the authors who translated the text, in order.
    pub translators: Vec<Id>,
    /// The status of the translation. `publication.status` says what the public sees meanwhile.
    pub status: Status,
    /// The actions that the caller may take on the translation now.
    pub allowed_actions: Vec<Action>,
    /// The number of the last revision.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// True if the working copy differs from the current publication: in its text, or in what all languages share. False
    /// without a publication.
    pub has_unpublished_changes: bool,
    /// The current publication, whether live, scheduled or expired.
    pub publication: Option<PublicationState>,
    /// The version number, which every change increases.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time at which the text was last saved.
    pub updated_at: Timestamp,
    /// The names of what the translation refers to; present only with `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<IncludedInTranslation>,
}

/// The names of what a translation refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IncludedInTranslation {
    /// The translators, in the order of the member with the same name.
    pub translators: Vec<Translator>,
}

words! {
    /// The names that `include` adds to a translation.
    pub enum TranslationIncludable {
        /// The names of its translators.
        Translators = "translators",
    }
}

/// The choice of names that a response adds to the ids in a translation.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TranslationInclusion {
    /// Adds `included` with the names of the translators.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 1)]
    pub include: Vec<TranslationIncludable>,
}

impl Versioned for Translation {
    fn version(&self) -> i32 {
        self.version
    }
}

/// The source of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodySource {
    /// The markup format of the source.
    pub format: Format,
    /// The text in that format.
    #[schema(max_length = 2097152)]
    pub source: String,
}

/// The title and description for search engines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seo {
    /// Replaces the title for search engines. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub title: Option<String>,
    /// Replaces the excerpt for search engines. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub description: Option<String>,
}

/// The options of beginning a translation.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BeginQuery {
    /// The language whose text the new translation starts with.
    #[param(inline, example = "en")]
    pub from: Lang,
}
