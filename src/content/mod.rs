//! Renders a Markdown or HTML body for publication: sanitised HTML with heading ids, the table of contents, plain text,
//! and counts. It handles any input without panics or stack overflows, in time linear in its length. Rendering the
//! resulting HTML again does not change it.

mod allow_list;
mod lexer;
mod markdown;
mod outline;
mod plain_text;
mod sanitize;
mod slug;
mod tidy;
mod word_count;

use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use word_count::excerpt;

/// The format of a body's source.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    AsExpression,
    FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum Format {
    /// CommonMark with tables, footnotes, strikethrough, task lists and autolinks.
    Markdown,
    /// An HTML fragment.
    Html,
}

impl Format {
    /// Returns the name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Markdown => "markdown",
            Format::Html => "html",
        }
    }
}

/// The name of an unknown format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(pub String);

impl std::fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown format {:?}: expected markdown or html", self.0)
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "markdown" => Ok(Format::Markdown),
            "html" => Ok(Format::Html),
            other => Err(UnknownFormat(other.to_owned())),
        }
    }
}

/// One entry of a body's table of contents: a heading that can be linked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heading {
    /// 1 to 6, as in `h1` to `h6`.
    #[schema(minimum = 1, maximum = 6, example = 2)]
    pub level: u8,
    /// The `id` of the heading in the HTML, unique in the body.
    #[schema(example = "what-cities-can-do")]
    pub id: String,
    /// The heading as plain text.
    #[schema(example = "What cities can do")]
    pub title: String,
}

/// A rendered body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Sanitised HTML, safe to embed in a page.
    pub html: String,
    /// The body as plain text: one line per block, no markup, entities decoded.
    pub text: String,
    /// The headings that have a title, in document order.
    pub toc: Vec<Heading>,
    /// The number of words, according to Unicode (UAX 29) or, in scripts without spaces, to a dictionary.
    pub word_count: u32,
    /// The time of silent reading in minutes, at 238 words a minute and rounded up; 0 for a text without words.
    pub reading_minutes: u32,
}

/// The marking of links to other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternalLinks {
    /// Links are not marked.
    Plain,
    /// `rel="noopener nofollow"`.
    NoFollow,
}

/// Renders a body.
pub fn render(format: Format, source: &str, external_links: ExternalLinks) -> Rendition {
    let sanitized = match format {
        Format::Markdown => sanitize::sanitize(&markdown::to_html(source)),
        Format::Html => sanitize::sanitize(source),
    };
    let outline = outline::outline(&sanitized, external_links);
    let word_count = word_count::count(&outline.text);
    Rendition {
        html: outline.html,
        text: outline.text,
        toc: outline.toc,
        word_count,
        reading_minutes: word_count::reading_minutes(word_count),
    }
}

/// Returns a title or excerpt, which may contain markup, entities or newlines, as one line of plain text.
pub fn plain_line(text: &str) -> String {
    let sanitized = sanitize::sanitize(text);
    word_count::single_line(&outline::outline(&sanitized, ExternalLinks::Plain).text)
}
