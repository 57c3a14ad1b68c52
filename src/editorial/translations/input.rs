//! The texts and changes that a request brings for a translation.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationError};

use super::model::{BodySource, Seo, Translation};
use crate::catalogue::references::ReferenceLookup;
use crate::content::Format;
use crate::http::validation::error_at;
use crate::id::Id;
use crate::patch::{self, Patched};
use crate::slug::{self, Slug};
use crate::text;

/// An author in a request: an id, or a present slug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NamedAuthor(pub String);

impl From<Id> for NamedAuthor {
    fn from(id: Id) -> Self {
        Self(id.to_string())
    }
}

impl PartialSchema for NamedAuthor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(slug::ANY_CASE))
            .min_length(Some(1))
            .max_length(Some(slug::MAX_LENGTH))
            .description(Some("An author, by id or by present slug, in any case."))
            .examples(["mariam-diallo"])
            .into()
    }
}

impl ToSchema for NamedAuthor {}

/// A translation to write.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "Self::has_slug"))]
#[schema(as = TranslationInput, examples(json!({
    "title": "A right to the city",
    "subtitle": "Notes from nine neighbourhoods",
    "excerpt": "Nine neighbourhoods tell what became of their homes.",
    "body": { "format": "markdown", "source": "Nine neighbourhoods tell what became of *their* homes." }
})))]
pub struct NewTranslation {
    /// The title. White space at its ends is removed, and line breaks become spaces.
    #[serde(deserialize_with = "text::line")]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"\S",
        examples("The right to the city")
    )]
    pub title: String,
    /// The slug. Absent: an existing translation keeps its slug, and a new one gets one derived from the title.
    pub slug: Option<Slug>,
    /// The subtitle. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub subtitle: Option<String>,
    /// The excerpt, in plain text. Absent: taken from the body when the translation is published.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S")]
    pub excerpt: Option<String>,
    /// The source of the body.
    pub body: BodySource,
    /// The title and description for search engines.
    pub seo: Option<Seo>,
    /// The authors who translated the text, in order: ids or present slugs. Each author may appear once.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub translators: Vec<NamedAuthor>,
    /// A note about this save, stored with its revision. A save that changes nothing creates no revision and stores
    /// no note.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub note: Option<String>,
    /// Takes the slug over from another post that no longer uses it and only redirects from it. The redirect ends
    /// when this translation becomes public. Requires `slug`.
    #[serde(default)]
    #[schema(default = false)]
    pub take_over: bool,
}

impl NewTranslation {
    /// Returns the things of the catalogue that must exist.
    pub(in crate::editorial) fn lookup(&self) -> ReferenceLookup {
        lookup(&self.translators)
    }

    pub(super) fn has_slug(&self) -> Result<(), ValidationError> {
        check_take_over(self.take_over, self.slug.as_ref())
    }
}

/// Returns what to look up of the translators that a request names.
fn lookup(named: &[NamedAuthor]) -> ReferenceLookup {
    let mut lookup = ReferenceLookup::default();
    for NamedAuthor(name) in named {
        match name.parse() {
            Ok(id) => lookup.authors.push(id),
            Err(_) => {
                let slug = name.to_ascii_lowercase().parse::<Slug>();
                lookup.author_slugs.extend(slug);
            }
        }
    }
    lookup
}

/// Checks that a request that takes a slug over names it.
fn check_take_over(take_over: bool, slug: Option<&Slug>) -> Result<(), ValidationError> {
    if take_over && slug.is_none() {
        let detail = "requires `slug`";
        return Err(error_at("/take_over", "needs_slug", detail));
    }
    Ok(())
}

/// Changes to a translation. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "Self::has_slug"))]
#[schema(examples(json!({ "title": "A right to the city", "note": "A shorter title" })))]
pub struct TranslationPatch {
    /// The title. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", nullable = false)]
    pub title: Option<String>,
    /// The slug. A former slug that was public redirects to the translation.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// The subtitle. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::clearable_line")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = r"\S")]
    pub subtitle: Patched<String>,
    /// The excerpt, in plain text. Null: taken from the body when the translation is published.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300, pattern = r"\S")]
    pub excerpt: Patched<String>,
    /// The source of the body.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub body: Option<BodyPatch>,
    /// The title and description for search engines.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<SeoPatch>)]
    pub seo: Patched<SeoPatch>,
    /// The authors who translated the text, in order: ids or present slugs; replaces the whole list. Each author may appear
    /// once.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 50)]
    pub translators: Option<Vec<NamedAuthor>>,
    /// A note about this save, stored with its revision. A save that changes nothing creates no revision and stores
    /// no note.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", nullable = false)]
    pub note: Option<String>,
    /// Takes the slug over from another post that no longer uses it and only redirects from it. The redirect ends
    /// when this translation becomes public. Requires `slug`.
    #[serde(default)]
    #[schema(default = false)]
    pub take_over: bool,
}

/// Changes to the source of a body.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyPatch {
    /// The markup format of the source.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub format: Option<Format>,
    /// The text in that format.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_length = 2097152, nullable = false)]
    pub source: Option<String>,
}

/// Changes to the title and description for search engines.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeoPatch {
    /// Replaces the title for search engines. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::clearable_line")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"\S")]
    pub title: Patched<String>,
    /// Replaces the excerpt for search engines. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::clearable_line")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = r"\S")]
    pub description: Patched<String>,
}

impl TranslationPatch {
    /// Returns the things of the catalogue that must exist.
    pub(super) fn lookup(&self) -> ReferenceLookup {
        lookup(self.translators.as_deref().unwrap_or_default())
    }

    fn has_slug(&self) -> Result<(), ValidationError> {
        check_take_over(self.take_over, self.slug.as_ref())
    }

    /// Returns the translation with these changes applied.
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
        let kept = || {
            to.translators
                .iter()
                .copied()
                .map(NamedAuthor::from)
                .collect()
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
            translators: self.translators.unwrap_or_else(kept),
            note: self.note,
            take_over: self.take_over,
        }
    }
}
