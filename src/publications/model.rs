//! The shapes of a post, as the public sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::organizations::model::OrganizationRef;
use crate::catalogue::terms::model::TermRef;
use crate::content::Heading;
use crate::db::sql_types::words;
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::addresses;
use crate::timestamp::Timestamp;

words! {
    /// Where an excerpt comes from.
    pub enum ExcerptSource {
        /// Written by hand.
        Author = "author",
        /// Taken from the body.
        Body = "body",
    }
}

/// A post in the language chosen, as it stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicPostSummary {
    /// Its id, the same in all languages.
    pub id: Id,
    /// Its slug in this language.
    pub slug: Slug,
    /// The language shown.
    pub lang: Lang,
    /// The language asked for; null when none was.
    pub requested_lang: Option<Lang>,
    /// Whether another language than the one asked for is shown.
    pub is_fallback: bool,
    /// The language it was written in.
    pub original_lang: Lang,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// Plain text.
    #[schema(max_length = 300)]
    pub excerpt: String,
    /// Where the excerpt comes from.
    pub excerpt_source: ExcerptSource,
    /// Words in the body.
    #[schema(minimum = 0)]
    pub word_count: i32,
    /// Minutes to read the body.
    #[schema(minimum = 0)]
    pub reading_minutes: i32,
    /// Whether editors put it forward.
    pub featured: bool,
    /// When this language was published.
    pub published_at: Timestamp,
    /// When this language was last published again.
    pub updated_at: Timestamp,
    /// Who wrote it, in order, with the affiliation of that time.
    pub authors: Vec<Byline>,
    /// Its categories, named in this language, else in one that the reader takes, else in their own.
    pub categories: Vec<TermRef>,
    /// Its tags, named in this language, else in one that the reader takes, else in their own.
    pub tags: Vec<TermRef>,
    /// The other languages it can be read in.
    pub translations: Vec<TranslationRef>,
    /// SPDX id or URL of its licence.
    #[schema(examples("CC-BY-4.0"))]
    pub licence: Option<String>,
    /// Where it first appeared, if elsewhere.
    pub canonical_url: Option<String>,
    /// Its own address.
    #[schema(
        format = "uri-reference",
        examples("/v1/posts/the-right-to-the-city?lang=en")
    )]
    pub url: String,
    /// The text; in a list only if it is included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<Body>,
    /// For search engines; in a list only if it is included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seo: Option<PublicSeo>,
}

impl Shown for PublicPostSummary {
    /// The other languages are under the post's own key.
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Post, self.id));
        for byline in &self.authors {
            keys.add(surrogate_keys::thing(Kind::Author, byline.id));
            let organization = byline.organization.as_ref();
            keys.extend(organization.map(|one| surrogate_keys::thing(Kind::Organization, one.id)));
        }
        keys.extend(
            self.categories
                .iter()
                .map(|one| surrogate_keys::thing(Kind::Category, one.id)),
        );
        keys.extend(
            self.tags
                .iter()
                .map(|one| surrogate_keys::thing(Kind::Tag, one.id)),
        );
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.push(&self.lang);
    }

    fn alternates(&self) -> Option<String> {
        let alternates = self.translations.iter();
        addresses::alternate_links(alternates.map(|one| (one.url.as_str(), &one.lang)))
    }
}

/// A post in the language chosen, whole: a list's item in which nothing is left out.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
pub struct PublicPost {
    /// All that stands in a list.
    #[serde(flatten)]
    summary: PublicPostSummary,
    /// The text.
    body: Body,
    /// For search engines.
    seo: PublicSeo,
}

/// The text of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Body {
    /// Sanitised by the published allow-list; headings have ids.
    pub html: String,
    /// The same as plain text.
    pub text: String,
    /// The headings, in order.
    pub toc: Vec<Heading>,
}

/// What search engines are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicSeo {
    /// Else the post's title.
    pub title: Option<String>,
    /// Else the post's excerpt.
    pub description: Option<String>,
}

/// An author on a post, with the affiliation of that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Byline {
    /// The author's id.
    pub id: Id,
    /// The author's slug.
    pub slug: Slug,
    /// The author's name.
    pub name: String,
    /// What the author was there.
    pub role: Option<String>,
    /// For whom the author spoke.
    pub organization: Option<OrganizationRef>,
}

/// Another language of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationRef {
    /// The language.
    pub lang: Lang,
    /// Its slug there.
    pub slug: Slug,
    /// Its address there.
    #[schema(format = "uri-reference")]
    pub url: String,
    /// Whether the original was published again after this.
    pub is_outdated: bool,
    /// Its title there; only if `translations.title` is included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
}
