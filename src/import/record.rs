//! The record: one organization, author, category, tag or post, as a line of Tribuna's JSON-lines form has it.
//! Records refer to each other by `key`, which is unique per type within one source. Instants are still
//! text here; whoever writes records into the database parses and judges them.

use serde::{Deserialize, Serialize};

use crate::by_lang::ByLang;
use crate::lang::Lang;

/// One thing to import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// An organisation authors belong to.
    Organization(Organization),
    /// A person who is credited.
    Author(Author),
    /// A node of the category tree.
    Category(Category),
    /// A flat term.
    Tag(Tag),
    /// A post with all its languages.
    Post(Post),
}

impl Record {
    /// The record's type, as `"type"` has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Organization(_) => "organization",
            Self::Author(_) => "author",
            Self::Category(_) => "category",
            Self::Tag(_) => "tag",
            Self::Post(_) => "post",
        }
    }

    /// The record's name within its source, unique per type.
    pub fn key(&self) -> &str {
        match self {
            Self::Organization(it) => &it.key,
            Self::Author(it) => &it.key,
            Self::Category(it) => &it.key,
            Self::Tag(it) => &it.key,
            Self::Post(it) => &it.key,
        }
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Name within the source.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Derived from the name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// An absolute http(s) address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A person who is credited.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Name within the source.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Derived from the name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The key of the current organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// A few words about the person, per language.
    #[serde(default, skip_serializing_if = "ByLang::is_empty")]
    pub bio: ByLang<String>,
    /// Where else the person is found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// One address of an author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it is: `website`, `mastodon` …
    pub rel: String,
    /// An absolute http(s) address.
    pub url: String,
}

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Name within the source.
    pub key: String,
    /// The key of the category above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Order among its siblings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i32>,
    /// Its name in each language.
    pub translations: ByLang<Term>,
}

/// A flat term.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Name within the source.
    pub key: String,
    /// Its name in each language.
    pub translations: ByLang<Term>,
}

/// A category or tag in one language.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The name shown.
    pub name: String,
    /// Derived from the name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What belongs here, as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A post with all its languages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Name within the source.
    pub key: String,
    /// The language it was written in: one of `translations`.
    pub original_lang: Lang,
    /// Who is credited, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Byline>,
    /// Keys of categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Keys of tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it is to be shown first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub featured: bool,
    /// SPDX id or address of a licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where the piece first appeared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<String>,
    /// The post in each language.
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
    /// What the author did: `translator`, `photographer` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// A post in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// Plain text.
    pub title: String,
    /// Derived from the title when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Plain text; taken from the body when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// The text itself.
    pub body: Body,
    /// What search engines are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo: Option<Seo>,
    /// When the public sees it; absent: a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
}

/// The source of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What `source` is written in.
    pub format: Format,
    /// The text; HTML is sanitised when published, not here.
    pub source: String,
}

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CommonMark with tables, footnotes, strikethrough, task lists.
    Markdown,
    /// HTML.
    Html,
}

/// What search engines are told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seo {
    /// Instead of the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Instead of the excerpt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// When the public sees a translation. Instants are RFC 3339 with a zone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// From when; in the future: scheduled.
    pub publish_at: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpublish_at: Option<String>,
    /// When it was last altered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
}
