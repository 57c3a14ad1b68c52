//! Records: one organization, author, category, tag, post or page each, in the format of one line of Tribuna's JSON lines.
//! Records refer to each other by `key`, which is unique per type within one source. Times are text, which the
//! loader parses.

use serde::{Deserialize, Deserializer, Serialize};

use crate::by_lang::ByLang;
use crate::db::sql_types::words;
use crate::lang::Lang;
use crate::text;

words! {
    /// The type of a record.
    pub enum RecordKind {
        /// An organization.
        Organization = "organization",
        /// An author.
        Author = "author",
        /// A category.
        Category = "category",
        /// A tag.
        Tag = "tag",
        /// A post.
        Post = "post",
        /// A page.
        Page = "page",
        /// A comment.
        Comment = "comment",
    }
}

/// A resource to import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// An organization that authors belong to.
    Organization(Organization),
    /// A person who is credited.
    Author(Author),
    /// A node of the category tree.
    Category(Category),
    /// A term of a flat list.
    Tag(Tag),
    /// A post with all its languages.
    Post(Post),
    /// A page with all its languages.
    Page(Post),
    /// A comment of a reader.
    Comment(Comment),
}

impl Record {
    /// Returns the type of the record.
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Organization(_) => RecordKind::Organization,
            Self::Author(_) => RecordKind::Author,
            Self::Category(_) => RecordKind::Category,
            Self::Tag(_) => RecordKind::Tag,
            Self::Post(_) => RecordKind::Post,
            Self::Page(_) => RecordKind::Page,
            Self::Comment(_) => RecordKind::Comment,
        }
    }

    /// Returns the name of the record within its source, which is unique per type.
    pub fn key(&self) -> &str {
        match self {
            Self::Organization(it) => &it.key,
            Self::Author(it) => &it.key,
            Self::Category(it) => &it.key,
            Self::Tag(it) => &it.key,
            Self::Post(it) | Self::Page(it) => &it.key,
            Self::Comment(it) => &it.key,
        }
    }
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The name of the record within its source.
    pub key: String,
    /// The official name.
    #[serde(deserialize_with = "text::line")]
    pub name: String,
    /// The language of the official name; the site's own when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// The names in other languages.
    #[serde(default, skip_serializing_if = "ByLang::is_empty")]
    pub names: ByLang<String>,
    /// The slug; derived from the name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// An absolute http or https URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The country, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A person who is credited.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The name of the record within its source.
    pub key: String,
    /// The name shown.
    #[serde(deserialize_with = "text::line")]
    pub name: String,
    /// The slug; derived from the name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The key of the current organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// A short text about the person, by language.
    #[serde(default, skip_serializing_if = "ByLang::is_empty")]
    pub bio: ByLang<String>,
    /// The person's pages elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// One address of an author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The kind of page: `website`, `mastodon` …
    #[serde(deserialize_with = "text::line")]
    pub rel: String,
    /// An absolute http or https URL.
    pub url: String,
}

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The name of the record within its source.
    pub key: String,
    /// The key of the category above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The position among its siblings.
    #[serde(
        default,
        deserialize_with = "within_i32",
        skip_serializing_if = "Option::is_none"
    )]
    pub position: Option<i32>,
    /// The names, by language.
    pub translations: ByLang<Term>,
}

/// A term of a flat list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The name of the record within its source.
    pub key: String,
    /// The names, by language.
    pub translations: ByLang<Term>,
}

/// A category or tag in one language.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The name shown.
    #[serde(deserialize_with = "text::line")]
    pub name: String,
    /// The slug; derived from the name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// A description in plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A post or a page with all its languages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The name of the record within its source.
    pub key: String,
    /// The language in which the post was written; one of `translations`.
    pub original_lang: Lang,
    /// The credited authors, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Byline>,
    /// Keys of categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Keys of tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The key of the page above; for pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The position among its siblings; for pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i32>,
    /// Marks a post that editors put forward.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub featured: bool,
    /// The licence: an SPDX id or a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The URL at which the post first appeared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<String>,
    /// The texts, by language.
    pub translations: ByLang<Translation>,
}

/// An author's credit on a post.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Byline {
    /// The author's key.
    pub author: String,
    /// The key of the organization at that time; absent: the author's current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The author's part in the post, in its original language: `photographer`, `mayor` …
    #[serde(default, deserialize_with = "text::optional_line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The role in other languages.
    #[serde(default, skip_serializing_if = "ByLang::is_empty")]
    pub roles: ByLang<String>,
}

/// A post in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// The title, in plain text.
    #[serde(deserialize_with = "text::line")]
    pub title: String,
    /// The slug; derived from the title when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The subtitle, in plain text.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The excerpt, in plain text; taken from the body when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// The source of the text.
    pub body: Body,
    /// Title and description for search engines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo: Option<Seo>,
    /// The keys of the authors who translated the text, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translators: Vec<String>,
    /// The times of publication; without them the translation is a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
}

/// The source of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The format of `source`.
    pub format: Format,
    /// The text. HTML is sanitised when it is published, not here.
    pub source: String,
}

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CommonMark with tables, footnotes, strikethrough, task lists.
    Markdown,
    /// HTML.
    Html,
}

/// Title and description for search engines.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seo {
    /// Replaces the title.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Replaces the excerpt.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The times of publication: RFC 3339 with an offset or, with `time_zone`, the time on its clocks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The begin of publication; in the future, the translation is scheduled.
    pub publish_at: String,
    /// The end of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpublish_at: Option<String>,
    /// The time of the last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The IANA time zone of the times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// A comment of a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// The name of the record within its source.
    pub key: String,
    /// The key of the post or page.
    pub post: String,
    /// The key of the comment that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The language.
    pub lang: Lang,
    /// The name of the writer.
    #[serde(deserialize_with = "text::line")]
    pub name: String,
    /// The e-mail address of the writer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The text as HTML. What comments may not have is removed.
    pub html: String,
    /// The state.
    pub status: CommentStatus,
    /// The time at which it was written, as RFC 3339.
    pub created_at: String,
}

/// The state of a comment to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentStatus {
    /// It waits for a moderator.
    Pending,
    /// It is public.
    Approved,
    /// It is spam.
    Spam,
}

/// Reads a whole number. One beyond `i32` becomes the nearest one within, which the limits of the member refuse: their
/// message says what would be valid.
fn within_i32<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    let number = Option::<i64>::deserialize(deserializer)?;
    let nearest = |number: i64| number.clamp(i32::MIN.into(), i32::MAX.into());
    Ok(number.and_then(|number| nearest(number).try_into().ok()))
}
