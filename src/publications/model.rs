//! The data types of posts on the delivery surface.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::organizations::model::OrganizationRef;
use crate::catalogue::terms::model::TermRef;
use crate::content::Heading;
use crate::db::sql_types::words;
use crate::fields::Selection;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

words! {
    /// The origin of an excerpt.
    pub enum ExcerptSource {
        /// The author wrote it.
        Author = "author",
        /// It was taken from the body.
        Body = "body",
    }
}

/// An item of a list of posts, in the language shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicPostSummary {
    /// The id of the post (UUIDv7), the same in all languages.
    pub id: Id,
    /// The type: an article of the feed, or a page.
    pub r#type: PostType,
    /// The slug in this language.
    pub slug: Slug,
    /// The language shown.
    pub lang: Lang,
    /// The language that the request asked for; null when it asked for none.
    pub requested_lang: Option<Lang>,
    /// True if another language is shown than the request asked for.
    pub is_fallback: bool,
    /// The language in which the post was written.
    pub original_lang: Lang,
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The excerpt, in plain text.
    #[schema(max_length = 300)]
    pub excerpt: String,
    /// The origin of the excerpt.
    pub excerpt_source: ExcerptSource,
    /// The number of words in the body.
    #[schema(minimum = 0)]
    pub word_count: i32,
    /// The time to read the body, in minutes.
    #[schema(minimum = 0)]
    pub reading_minutes: i32,
    /// True if editors feature the post.
    pub featured: bool,
    /// The instant from which this language is public.
    pub published_at: Timestamp,
    /// The instant at which this language was last updated (published again).
    pub updated_at: Timestamp,
    /// The authors, in order, each with the affiliation at that time.
    pub authors: Vec<Byline>,
    /// The translators of the text in this language, in order.
    pub translators: Vec<Translator>,
    /// The categories. Each is named in this language, else in one that the request accepts, else in the category's own.
    pub categories: Vec<TermRef>,
    /// The tags. Each is named in this language, else in one that the request accepts, else in the tag's own.
    pub tags: Vec<TermRef>,
    /// The other languages in which the post is published; also the one shown, if `include` names `translations.shown`.
    pub translations: Vec<TranslationRef>,
    /// The licence: an SPDX id or a URL.
    #[schema(examples("CC-BY-4.0"))]
    pub licence: Option<String>,
    /// True if others may republish the post: its licence, or else that of the site, is one of Creative Commons or a
    /// dedication to the public domain, or the site allows it for all posts. The terms of the licence apply.
    pub can_republish: bool,
    /// The ready text with which to credit the post where it is republished.
    // `None`: `fields` leaves it out, so it was not loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Attribution, required)]
    pub attribution: Option<Attribution>,
    /// The URL at which the post first appeared, if it was elsewhere.
    pub canonical_url: Option<String>,
    /// The page above a page, in the language shown, else in one that the request accepts, else in that page's own. Null for
    /// posts, for pages at the top, and while the page above is not public.
    pub parent: Option<PageRef>,
    /// The position of a page among its siblings, from 0; always 0 for posts.
    #[schema(minimum = 0)]
    pub position: i32,
    /// The id of the page above, public or not: it is public or not with its own publications.
    #[serde(skip)]
    pub parent_id: Option<Id>,
    /// The number of public comments, in all languages.
    // `None`: `fields` leaves it out, so it was not loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required, minimum = 0)]
    pub comment_count: Option<i32>,
    /// True if comments are accepted now, from everyone or, on a site that is for members, from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required)]
    pub comments_open: Option<bool>,
    /// The instant at which comments will close; null if they are closed, or stay open. A copy has to compare it with the
    /// clock: that the instant has come changes nothing else.
    pub comments_close_at: Option<Timestamp>,
    /// The URL of the post in this language.
    #[schema(
        format = "uri-reference",
        examples("/v1/posts/the-right-to-the-city?lang=en")
    )]
    pub url: String,
    /// The absolute URL of the post on the site, in this language. Null if the server has no address of the site.
    #[schema(
        format = "uri",
        examples("https://news.example.org/en/the-right-to-the-city")
    )]
    pub site_url: Option<String>,
    /// The name and the licence of the site, if they were loaded for the attribution.
    #[serde(skip)]
    pub site: Option<SiteFacts>,
    /// The text; in a list only if `include` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<Body>,
    /// Title and description for search engines; in a list only if `include` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seo: Option<PublicSeo>,
}

impl PublicPostSummary {
    /// Removes what an item of a list has only if a request names it.
    #[must_use]
    pub fn limited_to(mut self, asked: &Selection) -> Self {
        self.body = self.body.filter(|_| asked.names_heavy("body"));
        self.seo = self.seo.filter(|_| asked.names_heavy("seo"));
        if !asked.names_heavy("translations.title") {
            self.translations
                .iter_mut()
                .for_each(|one| one.title = None);
        }
        if !asked.names_heavy("translations.shown") {
            self.translations.retain(|one| one.lang != self.lang);
        }
        self
    }
}

impl PublicPostSummary {
    /// Returns the URL that readers are to be sent to: where the post first appeared, or else its page on the site.
    pub fn home_url(&self) -> Option<&str> {
        self.canonical_url.as_deref().or(self.site_url.as_deref())
    }

    /// Returns the licence of the post, or else that of the site, if that was loaded.
    pub fn licence_in_force(&self) -> Option<&str> {
        let site = self.site.as_ref();
        let of_site = || site.and_then(|site| site.licence.as_deref());
        self.licence.as_deref().or_else(of_site)
    }
}

/// A whole post in the language shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicPost {
    /// The members of an item of a list.
    #[serde(flatten)]
    pub summary: PublicPostSummary,
    /// The text.
    // `None`: `fields` leaves it out, so it was not loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Body, required)]
    pub body: Option<Body>,
    /// Title and description for search engines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PublicSeo, required)]
    pub seo: Option<PublicSeo>,
}

impl From<PublicPostSummary> for PublicPost {
    fn from(mut summary: PublicPostSummary) -> Self {
        Self {
            body: summary.body.take(),
            seo: summary.seo.take(),
            summary,
        }
    }
}

/// The credit of a post, in its language where the server knows the words, else in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attribution {
    /// The credit as plain text, which ends with the URL of the post.
    #[schema(examples(
        "“The right to the city” by Lin Alvarez (City of Granollers). Licence: CC BY 4.0. https://news.example.org/en/the-right-to-the-city"
    ))]
    pub text: String,
    /// The credit as an HTML paragraph, with links to the post and to the licence.
    #[schema(examples(
        "<p lang=\"en\" dir=\"ltr\">“<cite lang=\"en\" dir=\"ltr\">The right to the city</cite>” by <bdi>Lin Alvarez</bdi>.</p>"
    ))]
    pub html: String,
}

/// The facts about the site that an attribution names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteFacts {
    /// The name, with its language; `None` if nothing says the language.
    pub name: Option<(String, Option<Lang>)>,
    /// The licence of content that has none of its own.
    pub licence: Option<String>,
}

/// The text of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Body {
    /// The text as HTML, sanitised by the documented allow-list. Headings have ids.
    pub html: String,
    /// The text as plain text.
    pub text: String,
    /// The headings, in order.
    pub toc: Vec<Heading>,
}

/// Title and description for search engines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicSeo {
    /// The title for search engines; null: the post's title.
    pub title: Option<String>,
    /// The description for search engines; null: the post's excerpt.
    pub description: Option<String>,
}

/// An author of a post, with the affiliation at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Byline {
    /// The author's id.
    pub id: Id,
    /// The author's slug.
    pub slug: Slug,
    /// The author's name.
    pub name: String,
    /// The author's role in the organization: in this language, else in one that the request accepts, else in the original
    /// language of the post.
    pub role: Option<String>,
    /// The language of the role; null if there is none.
    pub role_lang: Option<Lang>,
    /// The organization for which the author wrote.
    pub organization: Option<OrganizationRef>,
}

/// A translator of the text of a post in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Translator {
    /// The author's id.
    pub id: Id,
    /// The author's slug.
    pub slug: Slug,
    /// The author's name.
    pub name: String,
}

/// A page, embedded in a page below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageRef {
    /// The id (UUIDv7).
    pub id: Id,
    /// The language of `slug` and `title`. A link to the page needs this language.
    pub lang: Lang,
    /// The slug in that language.
    pub slug: Slug,
    /// The title in that language.
    pub title: String,
    /// The URL of the page in that language.
    #[schema(format = "uri-reference")]
    pub url: String,
}

/// A language of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranslationRef {
    /// The language.
    pub lang: Lang,
    /// The slug in this language.
    pub slug: Slug,
    /// The URL of the post in this language.
    #[schema(format = "uri-reference")]
    pub url: String,
    /// True if the original was updated after this translation.
    pub is_outdated: bool,
    /// The title in this language; present only if `include` names `translations.title`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
}
