//! The shapes of a post, as editors see and write it.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::content::Format;
use crate::db::sql_types::{text_types, words};
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::resources::rules::{self, error, error_at};
use crate::schema::{posts, translations};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

text_types!(Format);

words! {
    /// How far a translation has come.
    pub enum Status {
        /// Not published.
        Draft = "draft",
        /// Will be public at `publish_at`.
        Scheduled = "scheduled",
        /// Public.
        Published = "published",
        /// Was public until `unpublish_at`.
        Expired = "expired",
    }
}

/// A post with what holds for all its languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostSummary {
    /// Its id.
    pub id: Id,
    /// The language it was first written in.
    pub original_lang: Lang,
    /// Who wrote it, in order.
    pub authors: Vec<PostByline>,
    /// Its categories.
    pub categories: Vec<Id>,
    /// Its tags.
    pub tags: Vec<Id>,
    /// Whether editors put it forward.
    pub featured: bool,
    /// SPDX id or URL of its licence.
    pub licence: Option<String>,
    /// Where it first appeared, if elsewhere.
    pub canonical_url: Option<String>,
    /// Its languages.
    pub translations: Vec<TranslationSummary>,
    /// The user who made it.
    pub created_by: Option<Id>,
    /// Grows with every change, of a translation too.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was put in the trash.
    pub deleted_at: Option<Timestamp>,
}

/// A post with the translation in its original language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Post {
    /// What holds for all languages.
    #[serde(flatten)]
    pub summary: PostSummary,
    /// The working copy in the original language.
    pub translation: Translation,
}

impl Versioned for Post {
    fn version(&self) -> i32 {
        self.summary.version
    }
}

/// An author on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostByline {
    /// The author's id.
    pub author: Id,
    /// For whom the author speaks here, whoever that is today.
    pub organization: Option<Id>,
    /// What the author is there.
    pub role: Option<String>,
}

/// An author to be put on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewByline {
    /// The author's id.
    pub author: Id,
    /// For whom the author speaks here; null for nobody. Absent: as before on this post, else the author's current
    /// organization, kept from then on.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// What the author is there.
    #[schema(min_length = 1, max_length = 200, examples("Mayor"))]
    pub role: Option<String>,
}

impl From<PostByline> for NewByline {
    /// The same again, its affiliation kept.
    fn from(byline: PostByline) -> Self {
        Self {
            author: byline.author,
            organization: Some(byline.organization),
            role: byline.role,
        }
    }
}

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
    /// How far it has come.
    pub status: Status,
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

/// What of a translation is, was or will be public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicationState {
    /// How far it has come.
    pub status: Status,
    /// From when on it is public.
    pub publish_at: Timestamp,
    /// Until when.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone in which the editor meant the times.
    pub time_zone: Option<String>,
    /// The revision that is public.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Its public slug.
    pub slug: Slug,
    /// When the text was last published.
    pub updated_at: Timestamp,
}

/// A publication on its own; its validator is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Publication {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// What is public.
    #[serde(flatten)]
    pub state: PublicationState,
    /// The version of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

impl Versioned for Publication {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A post to be made, with its first translation; or to stand in the place of another.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// Its text in one language: the original one, when the post is made.
    #[validate(nested)]
    pub translation: FirstTranslation,
    /// Who wrote it, in order.
    #[serde(default)]
    #[schema(max_items = 50)]
    #[validate(custom(function = authors_once))]
    pub authors: Vec<NewByline>,
    /// Its categories.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub categories: Vec<Id>,
    /// Its tags.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub tags: Vec<Id>,
    /// Whether editors put it forward.
    #[serde(default)]
    #[schema(default = false)]
    pub featured: bool,
    /// SPDX id or URL of its licence.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$",
        examples("CC-BY-4.0")
    )]
    pub licence: Option<String>,
    /// Where it first appeared, if elsewhere: http or https.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = rules::web_address))]
    pub canonical_url: Option<String>,
}

/// Changes to what holds for all languages of a post: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostPatch {
    /// Who wrote it, in order; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 50, nullable = false)]
    #[validate(custom(function = authors_once))]
    pub authors: Option<Vec<NewByline>>,
    /// Its categories; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 200, nullable = false)]
    pub categories: Option<Vec<Id>>,
    /// Its tags; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 200, nullable = false)]
    pub tags: Option<Vec<Id>>,
    /// Whether editors put it forward.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub featured: Option<bool>,
    /// SPDX id or URL of its licence.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$")]
    pub licence: Patched<String>,
    /// Where it first appeared, if elsewhere: http or https.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000)]
    #[validate(custom(function = rules::web_address))]
    pub canonical_url: Patched<String>,
}

/// The first translation of a post, with its language.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
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
}

/// A translation to be written.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
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
            ..
        } = first;
        Self {
            title,
            slug,
            subtitle,
            excerpt,
            body,
            seo,
        }
    }
}

/// Changes to a translation: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
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
        }
    }
}

/// When to publish; without times, now.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = ends_after_it_begins))]
pub struct NewPublication {
    /// From when on it is public. Absent: now; a live publication keeps its date.
    pub publish_at: Option<Timestamp>,
    /// Until when. Absent: for good.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone in which you mean the times; kept and shown back.
    #[schema(min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = iana_zone))]
    pub time_zone: Option<String>,
}

fn ends_after_it_begins(new: &NewPublication) -> Result<(), ValidationError> {
    match (new.publish_at, new.unpublish_at) {
        (Some(begin), Some(end)) if end <= begin => {
            let detail = "must be later than publish_at";
            Err(error_at("/unpublish_at", "too_early", detail))
        }
        _ => Ok(()),
    }
}

fn iana_zone(name: &str) -> Result<(), ValidationError> {
    match jiff::tz::TimeZone::get(name) {
        Ok(_) => Ok(()),
        Err(_) => Err(error(
            "unknown_time_zone",
            "must be an IANA time zone, such as Europe/Madrid",
        )),
    }
}

fn authors_once(bylines: &[NewByline]) -> Result<(), ValidationError> {
    for (index, byline) in bylines.iter().enumerate() {
        if bylines
            .iter()
            .take(index)
            .any(|before| before.author == byline.author)
        {
            return Err(error_at(
                &format!("/{index}/author"),
                "duplicate",
                "must not name the same author twice",
            ));
        }
    }
    Ok(())
}

/// Which posts to list.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostQuery {
    /// Text in a title.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// With a translation that has come so far.
    #[param(inline)]
    pub status: Option<Status>,
    /// With a translation in this language; `status` and `q` then look at it alone.
    pub lang: Option<Lang>,
    /// In this category.
    pub category: Option<Id>,
    /// With this tag.
    pub tag: Option<Id>,
    /// By this author.
    pub author: Option<Id>,
    /// Those in the trash, in place of the others.
    #[param(default = false)]
    pub trashed: Option<bool>,
}

/// How to delete a post.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteQuery {
    /// For good, in place of into the trash; needs an admin.
    #[param(default = false)]
    pub permanent: Option<bool>,
}

/// A saved state of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RevisionSummary {
    /// From 1, without gaps.
    #[schema(minimum = 1)]
    pub number: i32,
    /// Who saved it.
    pub created_by: Option<Id>,
    /// When.
    pub created_at: Timestamp,
}

/// A saved state of a translation, whole, with the post's relations at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revision {
    /// Its place in the history.
    #[serde(flatten)]
    pub summary: RevisionSummary,
    /// What was saved.
    pub snapshot: Snapshot,
}

impl Versioned for Revision {
    /// It never changes.
    fn version(&self) -> i32 {
        self.summary.number
    }
}

/// What a revision holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// Its excerpt.
    pub excerpt: Option<String>,
    /// The source of its text.
    pub body: BodySource,
    /// For search engines.
    pub seo: Seo,
    /// Who wrote it.
    pub authors: Vec<PostByline>,
    /// Its categories.
    pub categories: Vec<Id>,
    /// Its tags.
    pub tags: Vec<Id>,
    /// Whether editors put it forward.
    pub featured: bool,
    /// SPDX id or URL of its licence.
    pub licence: Option<String>,
    /// Where it first appeared.
    pub canonical_url: Option<String>,
}

/// The row of a post.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = posts)]
pub struct PostRow {
    /// Its id.
    pub id: Id,
    /// The language it was first written in.
    pub original_lang: Lang,
    /// Whether editors put it forward.
    pub featured: bool,
    /// SPDX id or URL of its licence.
    pub licence: Option<String>,
    /// Where it first appeared.
    pub canonical_url: Option<String>,
    /// The user who made it.
    pub created_by: Option<Id>,
    /// Grows with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was put in the trash.
    pub deleted_at: Option<Timestamp>,
}

/// The row of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = translations, treat_none_as_null = true)]
pub struct TranslationRow {
    /// The post.
    pub post_id: Id,
    /// The language.
    pub lang: Lang,
    /// Its slug.
    pub slug: Slug,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// Its excerpt.
    pub excerpt: Option<String>,
    /// For search engines.
    pub seo_title: Option<String>,
    /// For search engines.
    pub seo_description: Option<String>,
    /// How the body is written.
    pub body_format: Format,
    /// The source of the body.
    pub body_source: String,
    /// The number of the last revision.
    pub revision: i32,
    /// Grows with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
