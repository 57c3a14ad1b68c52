//! Renders a Markdown or HTML body for publication: sanitised HTML with heading ids, the table of contents, plain text,
//! and counts. It handles any input without panics or stack overflows, in time linear in its length. Rendering the
//! resulting HTML again does not change it.

mod absolute;
mod allow_list;
mod anchors;
mod comments;
mod embeds;
mod figures;
mod lexer;
mod losses;
mod markdown;
mod outline;
mod plain_text;
mod providers;
mod sanitize;
mod shortcodes;
mod slug;
mod tidy;
mod urls;
mod word_count;

use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use absolute::with_addresses;
pub use comments::{comment, comment_of_html, links as links_of_comment};
use losses::Losses;
pub use losses::Warning;
pub use providers::{Provider, Providers};
pub use sanitize::without_controls;
pub use shortcodes::{arguments as shortcode_arguments, embedded_address};
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
    /// The beginning of its paragraphs on one line, as [`excerpt`] cuts it; empty without paragraphs.
    pub excerpt: String,
    /// The headings that have a title, in document order.
    pub toc: Vec<Heading>,
    /// The number of words, according to Unicode (UAX 29) or, in scripts without spaces, to a dictionary.
    pub word_count: u32,
    /// The time of silent reading in minutes, at 238 words a minute and rounded up; 0 for a text without words.
    pub reading_minutes: u32,
    /// The elements and attributes that were removed from the source.
    pub warnings: Vec<Warning>,
}

/// The marking of links to other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternalLinks {
    /// Links are not marked.
    Plain,
    /// `rel="noopener nofollow"`.
    NoFollow,
}

impl ExternalLinks {
    /// Every marking.
    pub const ALL: [Self; 2] = [Self::Plain, Self::NoFollow];

    /// Returns the word for the marking in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::NoFollow => "nofollow",
        }
    }
}

/// The options of an instance for rendering bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// The marks of links to other sites.
    pub external_links: ExternalLinks,
    /// The providers whose players a click may load.
    pub embed_providers: Providers,
}

impl From<ExternalLinks> for RenderOptions {
    /// Creates options without players.
    fn from(external_links: ExternalLinks) -> Self {
        Self {
            external_links,
            embed_providers: Providers::default(),
        }
    }
}

/// Renders a body.
pub fn render(format: Format, source: &str, options: impl Into<RenderOptions>) -> Rendition {
    let options = options.into();
    let (sanitized, mut losses) = match format {
        Format::Markdown => clean(&markdown::to_html(source), options.embed_providers),
        Format::Html => clean(source, options.embed_providers),
    };
    let outline = outline::outline(&sanitized, options, &mut losses);
    let word_count = word_count::count(&outline.text);
    Rendition {
        excerpt: first_words(&outline.paragraphs),
        html: outline.html,
        text: outline.text,
        toc: outline.toc,
        word_count,
        reading_minutes: word_count::reading_minutes(word_count),
        warnings: losses.into_warnings(),
    }
}

/// Returns what rendering removes from a body.
pub fn warnings(format: Format, source: &str) -> Vec<Warning> {
    render(format, source, ExternalLinks::Plain).warnings
}

/// Turns any HTML into sanitised HTML, with links in place of what is embedded.
fn clean(html: &str, providers: Providers) -> (String, Losses) {
    let mut losses = Losses::default();
    let tidy = tidy::tidy(embeds::pieces(html), providers, &mut losses);
    let mut sanitized = sanitize::sanitize(&tidy);
    losses.subtract_accepted(&sanitized);
    // Only now is it certain what is text: comments and removed elements are gone.
    if shortcodes::may_be_in(&sanitized) {
        let pieces = shortcodes::pieces(&sanitized);
        let tidy = tidy::tidy(pieces, providers, &mut Losses::default());
        sanitized = sanitize::sanitize(&tidy);
    }
    (sanitized, losses)
}

/// Returns the beginning of the paragraphs. Those that are only an address are left out.
fn first_words(paragraphs: &str) -> String {
    let is_prose = |line: &&str| line.contains(' ') || urls::absolute(line).is_none();
    let paragraphs: Vec<&str> = paragraphs.lines().filter(is_prose).collect();
    excerpt(&paragraphs.join(" "))
}

/// Returns a title or excerpt, which may contain markup, entities or newlines, as one line of plain text.
pub fn plain_line(text: &str) -> String {
    let (sanitized, mut losses) = clean(text, Providers::default());
    let outline = outline::outline(&sanitized, ExternalLinks::Plain.into(), &mut losses);
    word_count::single_line(&outline.text)
}

/// Escapes text for HTML, including attributes in double quotes.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    // Writing to a String cannot fail.
    let _ = comrak::html::escape(&mut html, text);
    html
}
