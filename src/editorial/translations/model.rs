//! The shapes of one language of a post, as editors see and write it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::content::Format;
use crate::db::sql_types::text_types;
use crate::editorial::publishing::model::PublicationState;
use crate::editorial::workflow::words::{Action, Status};
use crate::http::validation::error_at;
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

text_types!(Format);

/// One language of a post, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationSummary {
    /// The language.
    pub lang: Lang,
    /// Its slug.
    pub slug: Slug,
    /// Its title.
    pub title: String,
    /// How far it has come.
    pub status: Status,
    /// The number of the last revision.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The number of the revision that is published.
    pub published_revision: Option<i32>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A working copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Translation {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// Written by hand; else one is taken from the body when it is published.
    pub excerpt: Option<String>,
    /// The source of its text.
    pub body: BodySource,
    /// For search engines.
    pub seo: Seo,
    /// How far it has come. What the public sees meanwhile, `publication.status` says.
    pub status: Status,
    /// What the caller may do with it now.
    pub allowed_actions: Vec<Action>,
    /// The number of the last revision.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Whether it was changed since it was published.
    pub has_unpublished_changes: bool,
    /// What of it is, was or will be public.
    pub publication: Option<PublicationState>,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
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
    /// How it is written.
    pub format: Format,
    /// What is written.
    #[schema(max_length = 2097152)]
    pub source: String,
}

/// What search engines are told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seo {
    /// In place of the title.
    #[schema(min_length = 1, max_length = 200)]
    pub title: Option<String>,
    /// In place of the excerpt.
    #[schema(min_length = 1, max_length = 500)]
    pub description: Option<String>,
}

/// The first translation of a post, with its language.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "Self::has_slug"))]
pub struct FirstTranslation {
    /// The language.
    pub lang: Lang,
    /// Its title.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"\S",
        examples("The right to the city")
    )]
    pub title: String,
    /// Derived from the title when absent.
    pub slug: Option<Slug>,
    /// Its subtitle.
    #[schema(min_length = 1, max_length = 500)]
    pub subtitle: Option<String>,
    /// Plain text; taken from the body when absent.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S")]
    pub excerpt: Option<String>,
    /// The source of its text.
    pub body: BodySource,
    /// For search engines.
    pub seo: Option<Seo>,
    /// What this save is about; kept with its revision. A save that changes nothing makes none, and no note is kept.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub note: Option<String>,
    /// Takes the slug from a post that does not use it any more, and only redirects from it: that redirect ends when this is
    /// published, by the clock. Goes with `slug`.
    #[serde(default)]
    #[schema(default = false)]
    pub take_over: bool,
}

/// A translation to be written.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "Self::has_slug"))]
pub struct NewTranslation {
    /// Its title.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"\S",
        examples("The right to the city")
    )]
    pub title: String,
    /// Derived from the title when absent; an existing translation keeps its own.
    pub slug: Option<Slug>,
    /// Its subtitle.
    #[schema(min_length = 1, max_length = 500)]
    pub subtitle: Option<String>,
    /// Plain text; taken from the body when absent.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S")]
    pub excerpt: Option<String>,
    /// The source of its text.
    pub body: BodySource,
    /// For search engines.
    pub seo: Option<Seo>,
    /// What this save is about; kept with its revision. A save that changes nothing makes none, and no note is kept.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub note: Option<String>,
    /// Takes the slug from a post that does not use it any more, and only redirects from it: that redirect ends when this is
    /// published, by the clock. Goes with `slug`.
    #[serde(default)]
    #[schema(default = false)]
    pub take_over: bool,
}

impl From<FirstTranslation> for NewTranslation {
    fn from(first: FirstTranslation) -> Self {
        let FirstTranslation {
            title,
            slug,
            subtitle,
            excerpt,
            body,
            seo,
            note,
            take_over,
            ..
        } = first;
        Self {
            title,
            slug,
            subtitle,
            excerpt,
            body,
            seo,
            note,
            take_over,
        }
    }
}

impl NewTranslation {
    /// The same as the first of a post.
    pub fn first(self, lang: Lang) -> FirstTranslation {
        FirstTranslation {
            lang,
            title: self.title,
            slug: self.slug,
            subtitle: self.subtitle,
            excerpt: self.excerpt,
            body: self.body,
            seo: self.seo,
            note: self.note,
            take_over: self.take_over,
        }
    }
}

macro_rules! take_over_goes_with_slug { ($($shape:ty),+) => { $(
    impl $shape {
        fn has_slug(&self) -> Result<(), ValidationError> {
            if self.take_over && self.slug.is_none() {
                return Err(error_at("/take_over", "needs_slug", "says nothing without slug"));
            }
            Ok(())
        }
    }
)+ } }
take_over_goes_with_slug!(FirstTranslation, NewTranslation, TranslationPatch);

/// Changes to a translation: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "Self::has_slug"))]
pub struct TranslationPatch {
    /// Its title.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", nullable = false)]
    pub title: Option<String>,
    /// The old one goes on leading here if it was public.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// Its subtitle.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub subtitle: Patched<String>,
    /// Plain text.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300, pattern = r"\S")]
    pub excerpt: Patched<String>,
    /// The source of its text.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub body: Option<BodyPatch>,
    /// For search engines.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<SeoPatch>)]
    pub seo: Patched<SeoPatch>,
    /// What this save is about; kept with its revision. A save that changes nothing makes none, and no note is kept.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", nullable = false)]
    pub note: Option<String>,
    /// Takes the slug from a post that does not use it any more, and only redirects from it: that redirect ends when this is
    /// published, by the clock. Goes with `slug`.
    #[serde(default)]
    #[schema(default = false)]
    pub take_over: bool,
}

/// Changes to the source of a body.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyPatch {
    /// How it is written.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub format: Option<Format>,
    /// What is written.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_length = 2097152, nullable = false)]
    pub source: Option<String>,
}

/// Changes to what search engines are told.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeoPatch {
    /// In place of the title.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub title: Patched<String>,
    /// In place of the excerpt.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub description: Patched<String>,
}

impl TranslationPatch {
    /// The translation with the changes made.
    pub fn apply(self, to: &Translation) -> NewTranslation {
        let body = self.body.unwrap_or_default();
        let seo = match self.seo {
            None => to.seo.clone(),
            Some(None) => Seo::default(),
            Some(Some(patch)) => Seo {
                title: patch.title.unwrap_or_else(|| to.seo.title.clone()),
                description: patch
                    .description
                    .unwrap_or_else(|| to.seo.description.clone()),
            },
        };
        NewTranslation {
            title: self.title.unwrap_or_else(|| to.title.clone()),
            slug: Some(self.slug.unwrap_or_else(|| to.slug.clone())),
            subtitle: self.subtitle.unwrap_or_else(|| to.subtitle.clone()),
            excerpt: self.excerpt.unwrap_or_else(|| to.excerpt.clone()),
            body: BodySource {
                format: body.format.unwrap_or(to.body.format),
                source: body.source.unwrap_or_else(|| to.body.source.clone()),
            },
            seo: Some(seo),
            note: self.note,
            take_over: self.take_over,
        }
    }
}

/// From where to begin a language.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BeginQuery {
    /// The language whose text it begins with.
    #[param(inline)]
    pub from: Lang,
}
