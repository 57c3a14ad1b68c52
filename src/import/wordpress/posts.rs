//! Converts one item of an export to a post, or skips it. Nothing that WordPress hid from the public is published.

use crate::lang::Lang;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

use super::authors::Authors;
use super::body;
use super::channel::Group;
use super::footnotes;
use super::terms::Terms;
use super::text::{percent_decoded, plain, shortened};
use super::{Export, Noted};
use crate::import::record;
use crate::import::record::{Byline, Format, Post, Publication, Translation};

/// The maximum length of a title in Tribuna, in characters.
const LONGEST_TITLE: usize = 500;
/// The maximum length of an excerpt in Tribuna, in characters.
const LONGEST_EXCERPT: usize = 300;
/// The maximum length of the beginning of a text that replaces a missing title, in characters.
const MADE_TITLE: usize = 60;

/// Counts an item that is neither post nor page. Returns whether it is none.
pub fn left_out(item: &Group, counts: &mut BTreeMap<String, u64>) -> bool {
    let kind = match item.text("wp:post_type") {
        "post" | "page" | "" => return false,
        "attachment" => "attachments".to_owned(),
        "nav_menu_item" => "menu items".to_owned(),
        "revision" => "revisions".to_owned(),
        other => format!("items of type {other}"),
    };
    *counts.entry(kind).or_default() += 1;
    true
}

/// Converts an item to a post. Returns `None` for an item that is skipped, and records the reason in `export`.
pub fn read(
    item: &Group,
    lang: &Lang,
    authors: &mut Authors,
    terms: &mut Terms,
    export: &mut Export,
) -> Option<Post> {
    let what = what(item);
    let state = match State::of(item) {
        Ok(state) => state,
        Err(reason) => {
            let reason = reason.to_owned();
            export.skipped.push(Noted { what, reason });
            return None;
        }
    };
    let (translation, notes) = translation(item, state);
    export.notes.extend(notes.into_iter().map(|reason| Noted {
        what: what.clone(),
        reason,
    }));
    let assigned = terms.assigned(item, &mut export.left_out);
    let byline = authors.key_of(item).map(|author| Byline {
        author,
        ..Byline::default()
    });
    Some(Post {
        key: key(item),
        original_lang: lang.clone(),
        authors: byline.into_iter().collect(),
        categories: assigned.categories,
        tags: assigned.tags,
        featured: item.text("wp:is_sticky") == "1",
        translations: [(lang.clone(), translation)].into_iter().collect(),
        licence: None,
        canonical_url: None,
        parent: None,
        position: None,
    })
}

/// Returns whether an item is a page.
pub fn is_page(item: &Group) -> bool {
    item.text("wp:post_type") == "page"
}

/// Returns the key of an item within its site: the post's number, or another identifier in files that WordPress did not
/// write.
pub fn key(item: &Group) -> String {
    match (item.text("wp:post_id"), item.text("guid")) {
        ("", "") => format!("link:{}", item.text("link")),
        ("", guid) => format!("guid:{guid}"),
        (id, _) => format!("post:{id}"),
    }
}

/// Returns the name of an item for reports.
pub fn what(item: &Group) -> String {
    let kind = if is_page(item) { "page" } else { "post" };
    let title = shortened(&plain(item.text("title")), MADE_TITLE);
    match item.text("wp:post_id") {
        "" => format!("{kind} on line {} “{title}”", item.line),
        id => format!("{kind} {id} “{title}”"),
    }
}

/// The visibility of a post according to its status.
enum State {
    /// The post is public from its date on.
    Public(Publication),
    /// The post is not public, perhaps for a reason to report.
    Draft(Option<String>),
}

impl State {
    fn of(item: &Group) -> Result<Self, &'static str> {
        let note = |reason: &str| Self::Draft(Some(format!("imported as a draft: {reason}")));
        let status = item.text("wp:status");
        Ok(match status {
            "trash" => return Err("it is in the trash"),
            "inherit" => return Err("its status is “inherit”: it is a part of another post"),
            "publish" | "future" if !item.text("wp:post_password").is_empty() => {
                note("password-protected")
            }
            "publish" | "future" => match publication(item) {
                Some(publication) => Self::Public(publication),
                None => note("it is published, but has no date"),
            },
            "draft" | "pending" | "auto-draft" | "" => Self::Draft(None),
            "private" => note("private"),
            _ => note(&format!("its status “{status}” is unknown")),
        })
    }
}

/// Returns the text of the item, and notes for the editor.
fn translation(item: &Group, state: State) -> (Translation, Vec<String>) {
    let mut notes = Vec::new();
    let body = body::read(item.text("content:encoded"), item.custom(footnotes::FIELD));
    if !body.removed.is_empty() {
        let removed = body.removed.iter().map(|(name, count)| match count {
            1 => name.clone(),
            _ => format!("{name} × {count}"),
        });
        notes.push(format!(
            "removed from the text: {}",
            removed.collect::<Vec<_>>().join(", ")
        ));
    }
    let publication = match state {
        State::Public(publication) => Some(publication),
        State::Draft(note) => {
            notes.extend(note);
            None
        }
    };
    let translation = Translation {
        title: title(item, &body.html, &mut notes),
        slug: Some(percent_decoded(item.text("wp:post_name"))).filter(|slug| !slug.is_empty()),
        subtitle: None,
        excerpt: excerpt(item, &mut notes),
        body: record::Body {
            format: Format::Html,
            source: body.html,
        },
        seo: None,
        translators: Vec::new(),
        publication,
    };
    (translation, notes)
}

fn title(item: &Group, html: &str, notes: &mut Vec<String>) -> String {
    let title = plain(item.text("title"));
    if title.is_empty() {
        let begin = shortened(&plain(html), MADE_TITLE);
        let title = if begin.is_empty() {
            "(untitled)".to_owned()
        } else {
            begin
        };
        notes.push(format!("it had no title: called “{title}”"));
        return title;
    }
    cut(title, LONGEST_TITLE, "title", notes)
}

fn excerpt(item: &Group, notes: &mut Vec<String>) -> Option<String> {
    let excerpt = plain(item.text("excerpt:encoded"));
    (!excerpt.is_empty()).then(|| cut(excerpt, LONGEST_EXCERPT, "excerpt", notes))
}

fn cut(text: String, longest: usize, name: &str, notes: &mut Vec<String>) -> String {
    let short = shortened(&text, longest);
    if short != text {
        notes.push(format!(
            "its {name} of {} characters was cut to {longest}",
            text.chars().count()
        ));
    }
    short
}

fn publication(item: &Group) -> Option<Publication> {
    let published = instant(item.text("wp:post_date_gmt"))
        .or_else(|| instant(item.text("wp:post_date")))
        .or_else(|| {
            rfc2822::parse(item.text("pubDate"))
                .ok()
                .map(|date| date.timestamp())
        })?;
    let updated = instant(item.text("wp:post_modified_gmt")).filter(|updated| *updated > published);
    Some(Publication {
        publish_at: published.to_string(),
        unpublish_at: None,
        updated_at: updated.map(|it| it.to_string()),
        time_zone: None,
    })
}

/// Parses `2024-05-01 08:00:00` as UTC. WordPress writes "none" as `0000-00-00` or `-0001-11-30`; both result in
/// `None`.
pub fn instant(text: &str) -> Option<Timestamp> {
    let date = DateTime::strptime("%Y-%m-%d %H:%M:%S", text)
        .ok()
        .filter(|date| date.year() > 0)?;
    TimeZone::UTC.to_timestamp(date).ok()
}
