//! The shapes of a post, as the public sees it.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::content::Heading;
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid, words};
use crate::id::Id;
use crate::lang::Lang;
use crate::resources::organizations::model::OrganizationRef;
use crate::resources::terms::model::TermRef;
use crate::slug::Slug;
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
    /// Its categories, named in this language or their first.
    pub categories: Vec<TermRef>,
    /// Its tags, named in this language or their first.
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
}

/// A post in the language chosen, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicPost {
    /// All that stands in a list.
    #[serde(flatten)]
    pub summary: PublicPostSummary,
    /// The text.
    pub body: Body,
    /// For search engines.
    pub seo: PublicSeo,
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
}

/// Which posts to list.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublicPostQuery {
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// From a page's `next_cursor` or `prev_cursor`; bound to the filters it was given with.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
    /// Whether to count the whole list.
    #[param(default = false)]
    pub count: Option<bool>,
    /// The language wanted. Absent: each post in its original language or, while that is not live, in the first published of its others.
    pub lang: Option<Lang>,
    /// What may stand in for `lang`, in order: languages with commas between, `original` for the post's own. Absent: posts without `lang` are left out.
    #[param(min_length = 1, max_length = 500)]
    pub fallback: Option<String>,
    /// Posts in any of these categories or their descendants: ids or slugs in any language, with commas between. Given again: and in any of those.
    #[serde(default)]
    #[param(style = Form, explode, max_items = 20, value_type = Vec<String>)]
    pub category: Vec<String>,
    /// Posts with any of these tags: ids or slugs in any language, with commas between. Given again: and any of those.
    #[serde(default)]
    #[param(style = Form, explode, max_items = 20, value_type = Vec<String>)]
    pub tag: Vec<String>,
    /// Posts by any of these authors: ids or slugs, with commas between. Given again: and any of those.
    #[serde(default)]
    #[param(style = Form, explode, max_items = 20, value_type = Vec<String>)]
    pub author: Vec<String>,
}

/// In which language to read one post.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// The language wanted. Absent: the language of the slug; by id, the original or the first published.
    pub lang: Option<Lang>,
    /// What may stand in for `lang`, in order: languages with commas between, `original` for the post's own.
    #[param(min_length = 1, max_length = 500)]
    pub fallback: Option<String>,
}

/// A publication without its text.
#[derive(Debug, Clone, QueryableByName)]
pub struct Row {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Uuid)]
    pub(super) post_id: Id,
    #[diesel(sql_type = Text)]
    pub(super) lang: Lang,
    #[diesel(sql_type = Text)]
    pub(super) original_lang: Lang,
    #[diesel(sql_type = Text)]
    pub(super) slug: Slug,
    #[diesel(sql_type = Instant)]
    pub(super) published_at: Timestamp,
    #[diesel(sql_type = Instant)]
    pub(super) updated_at: Timestamp,
    #[diesel(sql_type = Bool)]
    pub(super) featured: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) licence: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) canonical_url: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) subtitle: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) excerpt: String,
    #[diesel(sql_type = Text)]
    pub(super) excerpt_source: ExcerptSource,
    #[diesel(sql_type = Integer)]
    pub(super) word_count: i32,
    #[diesel(sql_type = Integer)]
    pub(super) reading_minutes: i32,
}

/// The text of a publication.
#[derive(Debug, Clone, QueryableByName)]
pub struct TextRow {
    #[diesel(sql_type = JsonDocument)]
    pub(super) toc: Json<Vec<Heading>>,
    #[diesel(sql_type = Text)]
    pub(super) body_html: String,
    #[diesel(sql_type = Text)]
    pub(super) body_text: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) seo_title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) seo_description: Option<String>,
}
